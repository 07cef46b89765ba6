/** Annotated frames with their pixels, as detectors are trained on them. */
import { join } from 'node:path';
import { throwIfAborted } from '../../../abort.js';
import { append } from '../../../arrays.js';
import type { Box } from '../../../box.js';
import { decodeGrey } from '../../../dataset/decode/decode-grey.js';
import { CladenetError, type Problem } from '../../../errors.js';
import type { AnnotatedFrames } from '../../../formats/annotations/annotated-frames.js';
import { random } from '../../../random.js';
import { inSharedMemory } from '../../../shared-memory.js';
import type { AnnotatedFrame } from './frame-examples.js';

/** Options of {@link readFrames}. */
export interface ReadFramesOptions {
  /** Called after every frame. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called with what is wrong with a frame, which is then left out. Default: frames that cannot be used are an error. */
  readonly onLeftOut?: ((problem: Problem) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Decodes annotated frames to grey levels. Crowds are left out.
 *
 * @param folder of the frames' files
 * @throws CladenetError DATASET with every frame that cannot be decoded or has another size than its annotations say; with `onLeftOut`, only if
 *   none can be used; RUNTIME; ABORTED
 */
export async function readFrames(
  { frames, annotations }: AnnotatedFrames,
  folder: string,
  { onProgress, onLeftOut, signal }: ReadFramesOptions = {},
): Promise<AnnotatedFrame[]> {
  const boxes: Box[][] = frames.map(() => []);
  for (const { frame, box, isCrowd = false } of annotations) if (!isCrowd) boxes[frame]?.push(box);
  const read: AnnotatedFrame[] = [];
  const problems: Problem[] = [];
  for (const [i, { file, width, height }] of frames.entries()) {
    throwIfAborted(signal, 'Reading frames');
    const path = join(folder, file);
    try {
      const image = await decodeGrey({ path });
      if (image.width !== width || image.height !== height) {
        const received = `${image.width} x ${image.height}`;
        problems.push({ where: path, expected: `${width} x ${height} pixels, as its annotations say`, received });
      } else {
        // The threads of a training take them from there; so they are in memory once.
        const [pixels = image.pixels] = inSharedMemory([image.pixels]);
        read.push({ image: { ...image, pixels }, boxes: boxes[i] ?? [] });
      }
    } catch (error) {
      if (!(error instanceof CladenetError) || error.code !== 'DATASET') throw error;
      append(problems, error.problems);
    }
    onProgress?.(i + 1, frames.length);
  }
  if (onLeftOut !== undefined) for (const problem of problems) onLeftOut(problem);
  if (problems.length > 0 && (onLeftOut === undefined || read.length === 0))
    throw new CladenetError('DATASET', 'Annotated frames cannot be used', problems);
  return read;
}

/** The share of frames that judge a training where no others are given. */
const VALIDATION = 0.15;

/** Divides frames into those that are trained on and those that judge, at least one of two or more. */
export function divideFrames<F>(frames: readonly F[], seed: number): { readonly train: F[]; readonly validation: F[] } {
  const order = random(seed, 'frames').shuffle(frames.map((_, i) => i));
  const judged = frames.length < 2 ? 0 : Math.max(1, Math.round(VALIDATION * frames.length));
  const validation = new Set(order.slice(0, judged));
  return { train: frames.filter((_, i) => !validation.has(i)), validation: frames.filter((_, i) => validation.has(i)) };
}
