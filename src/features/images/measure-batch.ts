/** Measures a batch of image files: what a thread does. */
import { decodeGrey } from '../../dataset/decode/decode-grey.js';
import type { ImageFile } from '../../dataset/stored-image.js';
import { CladenetError } from '../../errors.js';
import type { Answered } from '../../threads.js';
import { measure } from '../measure.js';
import type { SegmentationOptions } from '../segmentation/options.js';
import { segment } from '../segmentation/segment.js';
import { FEATURE_SETS, type FeatureSetName } from '../sets/registry.js';

/** What is measured in every image. */
export interface Measuring {
  readonly set: FeatureSetName;
  readonly segmentation: SegmentationOptions;
}

/** The rows of a batch of images. */
export interface MeasuredBatch {
  /** Images x features. */
  readonly values: Float64Array<ArrayBuffer>;
  /** What is odd about images, by their position in the batch. */
  readonly notes: readonly (readonly [image: number, note: string])[];
}

/** Prepares a thread that measures batches of image files. */
export function startMeasuring({ set, segmentation: options }: Measuring) {
  const features = FEATURE_SETS[set].features.length;
  return async (images: readonly ImageFile[]): Promise<Answered<MeasuredBatch>> => {
    const values = new Float64Array(images.length * features).fill(Number.NaN);
    const notes: [number, string][] = [];
    for (const [i, image] of images.entries()) {
      try {
        const { pixels, width, height } = await decodeGrey(image);
        const segmentation = segment(pixels, width, height, options);
        if (segmentation.notes.length > 0) notes.push([i, segmentation.notes.join('; ')]);
        values.set(measure(segmentation, set), i * features);
      } catch (error) {
        if (!(error instanceof CladenetError) || error.code === 'RUNTIME') throw error;
        const problems = error.problems.map(({ where, expected, received }) => {
          const place = where === image.path ? '' : `${where}: `;
          return `${place}expected ${expected}, received ${received}`;
        });
        notes.push([i, `not measured: ${problems.join(', ')}`]);
      }
    }
    return { answer: { values, notes }, transfer: [values.buffer] };
  };
}
