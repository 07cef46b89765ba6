/** What the training loop needs to know of a detector's task. */
import type { Lesson } from '../../training/loop.js';
import type { Trainer } from '../../training/trainer.js';
import type { ExampleStream } from './examples.js';
import type { Parts } from './network-of.js';
import { type FoundInFrame, precisionOf } from './validation-score.js';

/** Detections below this score never count, and boxes of different organisms are at most so alike. */
export const LOWEST_SCORE = 0.05;

export interface LessonOptions {
  /** Examples of the stream that are trained on; the others judge. */
  readonly trained: number;
  readonly suppression: number;
}

/** The share that is right in validation is the average precision (COCO's). */
export function detectorLesson(parts: Parts, stream: ExampleStream, options: LessonOptions): Lesson<object> {
  const { trained } = options;
  const numbers = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    train: numbers(0, trained),
    validation: numbers(trained, stream.count),
    labels: new Int32Array(stream.count),
    used: parts.model.outputs,
    given: () => ({}),
    judge(trainer, indices) {
      const frames = foundIn(trainer, parts, stream, indices, options.suppression);
      return frames === undefined
        ? { loss: Number.NaN, accuracy: 0 }
        : { loss: null, accuracy: precisionOf(frames).ap };
    },
  };
}

/** Frames that are read at once: their outputs are large. */
const AT_ONCE = 64;

/** What the network finds in examples; undefined where its output is not finite. */
export function foundIn(
  trainer: Pick<Trainer<object>, 'answers'>,
  parts: Parts,
  stream: ExampleStream,
  indices: Int32Array,
  suppression: number,
): FoundInFrame[] | undefined {
  const { outputs } = parts.model;
  const frames: FoundInFrame[] = [];
  for (let start = 0; start < indices.length; start += AT_ONCE) {
    const some = indices.subarray(start, start + AT_ONCE);
    const rows = trainer.answers(some);
    if (!rows.every(Number.isFinite)) return undefined;
    some.forEach((index, i) => {
      const row = rows.subarray(i * outputs, (i + 1) * outputs);
      const found = parts.decode(row, { threshold: LOWEST_SCORE, suppression });
      const [example] = stream.at(Int32Array.of(index));
      frames.push({ found, boxes: example?.boxes ?? [] });
    });
  }
  return frames;
}
