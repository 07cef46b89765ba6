/** What detectors are trained on. */
import { sha256, sha256OfJson } from '../../../hash.js';
import type { Cutout } from '../../scenes/cutout.js';
import type { SceneOptions } from '../../scenes/options.js';
import type { AnnotatedFrame } from '../examples/frame-examples.js';

/** What a detector is trained on and judged by. */
export type DetectorData =
  | {
      readonly from: 'scenes';
      /** Organisms of the training part, and of the validation part. */
      readonly train: readonly Cutout[];
      readonly validation: readonly Cutout[];
      /**
       * How scenes are composed of them; their size and seed follow from the training. Scenes to train on have 1 to 18 organisms, of which
       * 0.6 are laid on others, and texture and noise of 0 to 5 grey levels; in those that judge 1 to 12 lie anywhere. Unless this says
       * otherwise.
       */
      readonly scenes?: Omit<SceneOptions, 'seed' | 'width' | 'height' | 'count'> | undefined;
    }
  | {
      readonly from: 'frames';
      readonly train: readonly AnnotatedFrame[];
      readonly validation: readonly AnnotatedFrame[];
    };

/** SHA-256 of all pixels and boxes. */
export function contentOf(data: DetectorData): string {
  const hashes =
    data.from === 'scenes'
      ? [data.train, data.validation].map((part) =>
          part.map(({ levels, mask, width }) => [sha256(levels), sha256(mask), width]),
        )
      : [data.train, data.validation].map((part) =>
          part.map(({ image, boxes }) => [sha256(image.pixels), image.width, boxes]),
        );
  return sha256OfJson(hashes);
}
