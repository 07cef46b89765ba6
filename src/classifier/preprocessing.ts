/** Checks that images are prepared as in the network's training. */
import { type ImageSet, requireImageSet } from '../dataset/images.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { CladenetError } from '../errors.js';
import type { PresetName } from '../network/presets.js';
import type { NetworkSpec } from '../network/spec.js';
import { resolveNetwork } from './configuration.js';

/**
 * The preprocessing of the images that a network takes: its input's size and channels.
 *
 * @param network    a preset's name or a network specification. Default `compact`
 * @param background the fill around an image. Default `white`
 * @param cropBottom rows to cut off at the bottom first. Default 0
 * @throws CladenetError CONFIG when there is no such preset or the network is not valid
 */
export function preprocessingFor(
  network?: PresetName | NetworkSpec,
  background: Preprocessing['background'] = 'white',
  cropBottom = 0,
): Preprocessing {
  const { trunk } = resolveNetwork(network).spec;
  const { size, channels } = trunk.input;
  return { size, channels, background, fit: 'longer-side', ...(cropBottom > 0 && { cropBottom }) };
}

const describe = ({ size, channels, background, cropBottom = 0 }: Preprocessing) =>
  `${size}x${size}, ${channels === 1 ? 'grey' : 'colour'}, ${background} background${cropBottom === 0 ? '' : `, without the lowest ${cropBottom} rows`}`;

/** @throws CladenetError USAGE when the images are not a whole set, or were prepared for another network */
export function requirePreprocessing(images: ImageSet, wanted: Preprocessing): void {
  const { preprocessing } = images;
  if (describe(preprocessing) === describe(wanted)) {
    requireImageSet(images);
    return;
  }
  throw new CladenetError('USAGE', 'These images were prepared for another network', [
    {
      where: 'images',
      expected: describe(wanted),
      received: describe(preprocessing),
      remedy: "Load them with the classifier's description.preprocessing.",
    },
  ]);
}
