/** The organisms of one part of a split, so that what is learned from is never in a test scene. */
import { throwIfAborted } from '../../abort.js';
import type { TrainingData } from '../../classifier/data/training-data.js';
import { decodeGrey } from '../../dataset/decode/decode-grey.js';
import { imageFiles } from '../../dataset/images.js';
import { CladenetError, type Problem } from '../../errors.js';
import type { SegmentationOptions } from '../../features/segmentation/options.js';
import { type Cutout, cutoutOf } from './cutout.js';

/** A part of a split. */
export type Part = 'train' | 'validation' | 'test';

/** Options of {@link cutOutPart}. */
export interface CutOutPartOptions {
  /** How the organism is found in its image. Default: on a light background, at grey level 243, as `segment` does. */
  readonly segmentation?: SegmentationOptions | undefined;
  /** Called after every image. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Images that are decoded at once. */
const AT_ONCE = 16;

/**
 * Cuts the organism out of each image of a part of the split, at the image's own size. Images are split by what they show
 * (`prepareData` compares fingerprints), so a picture of the training part is in no scene of the test part under any name.
 *
 * @returns the organisms, whose `crop` is the number of the image in `data.images`; and the images that have none
 * @throws CladenetError DATASET when the part has no organism; RUNTIME when sharp is needed and cannot be loaded; ABORTED after `signal`
 */
export async function cutOutPart(
  { images, split }: TrainingData,
  part: Part,
  { segmentation, onProgress, signal }: CutOutPartOptions = {},
): Promise<{ readonly cutouts: readonly Cutout[]; readonly problems: readonly Problem[] }> {
  const files = imageFiles(images);
  const { cropBottom } = images.preprocessing;
  const options = { ...(cropBottom !== undefined && { cropBottom }), ...segmentation };
  const members = split[part];
  const cutouts: Cutout[] = [];
  const problems: Problem[] = [];
  for (let first = 0; first < members.length; first += AT_ONCE) {
    throwIfAborted(signal, 'Cutting out organisms');
    const batch = Array.from(members.subarray(first, first + AT_ONCE));
    const decoded = await Promise.all(batch.map((i) => decodedOrProblem(files[i] ?? { path: '' })));
    for (const [k, image] of decoded.entries()) {
      const i = batch[k] ?? 0;
      const category = images.classes[images.labels[i] ?? -1] ?? '';
      const found = 'pixels' in image ? cutoutOf({ image, category, name: images.paths[i] ?? '' }, i, options) : image;
      if ('levels' in found) cutouts.push(found);
      else problems.push(found);
      onProgress?.(first + k + 1, members.length);
    }
  }
  if (cutouts.length > 0) return { cutouts, problems };
  const none = { where: part, expected: 'images with an organism', received: `none of ${members.length}` };
  throw new CladenetError('DATASET', 'There is no organism to compose scenes of.', [none, ...problems]);
}

async function decodedOrProblem(file: Parameters<typeof decodeGrey>[0]) {
  try {
    return await decodeGrey(file);
  } catch (error) {
    if (!(error instanceof CladenetError) || error.code === 'RUNTIME') throw error;
    const [problem] = error.problems;
    return problem ?? { where: file.path, expected: 'an image', received: error.summary };
  }
}
