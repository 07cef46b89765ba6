/** What the training loop needs to know of a detector's task. */
import type { Lesson } from '../../../training/loop.js';
import type { Trainer } from '../../../training/trainer.js';
import type { ExampleStream } from '../examples/examples.js';
import type { Parts } from '../network/network-of.js';
import { EDGES, type Edges, LOWEST_SCORE, organismsIn } from '../reading/reading.js';
import { type FoundInFrame, precisionOf } from '../reading/validation-score.js';

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
      const judged = judgedBy(trainer, parts, stream, indices, options.suppression);
      return judged === undefined ? { loss: Number.NaN, accuracy: 0 } : { loss: null, accuracy: judged.ap };
    },
  };
}

/** Frames that are read at once: their outputs are large. */
const AT_ONCE = 64;

/** What a network finds in examples, and how well. */
export interface Judged {
  /** Where edges are taken from: that of the higher average precision. */
  readonly edges: Edges;
  readonly frames: readonly FoundInFrame[];
  readonly ap: number;
  readonly ap50: number;
}

/** Judges a network by examples; undefined where its output is not finite. */
export function judgedBy(
  trainer: Pick<Trainer<object>, 'answers'>,
  parts: Parts,
  stream: ExampleStream,
  indices: Int32Array,
  suppression: number,
): Judged | undefined {
  const { side, model } = parts;
  const { outputs } = model;
  const found = EDGES.map((edges) => ({ edges, frames: [] as FoundInFrame[] }));
  for (let start = 0; start < indices.length; start += AT_ONCE) {
    const some = indices.subarray(start, start + AT_ONCE);
    const rows = trainer.answers(some);
    if (!rows.every(Number.isFinite)) return undefined;
    some.forEach((index, i) => {
      const row = rows.subarray(i * outputs, (i + 1) * outputs);
      const [example] = stream.at(Int32Array.of(index));
      if (example === undefined) return;
      const frame = { pixels: example.pixels, width: side, height: side };
      for (const { edges, frames } of found) {
        const reading = { threshold: LOWEST_SCORE, suppression, edges };
        frames.push({ found: organismsIn(frame, row, parts, reading), boxes: example.boxes });
      }
    });
  }
  const judged = found.map(({ edges, frames }) => ({ edges, frames, ...precisionOf(frames) }));
  return judged.reduce((best, one) => (one.ap > best.ap ? one : best));
}
