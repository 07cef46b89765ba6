/** What validation examples choose once a detector is trained: how its output is read, and from which score on. */
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../../abort.js';
import type { ExampleStream } from '../examples/examples.js';
import type { Parts } from '../network/network-of.js';
import { organismsInViews } from '../reading/mirrored.js';
import { LOWEST_SCORE } from '../reading/reading.js';
import { breakEvenScore, type FoundInFrame, precisionOf } from '../reading/validation-score.js';
import type { DetectorDescription } from '../schema.js';
import type { Judged } from './detector-lesson.js';

export type Judgement = Pick<DetectorDescription, 'threshold' | 'edges' | 'validation' | 'mirrored'>;

/** In the place of a score that was chosen. */
const USUAL_THRESHOLD = 0.3;

/** Of a detector without validation examples. */
export const NOT_JUDGED: Judgement = {
  threshold: USUAL_THRESHOLD,
  edges: 'network',
  validation: null,
  mirrored: null,
};

/** @param mirrored what is found in the same examples in four views */
export function judgementOf({ frames, edges, ap, ap50 }: Judged, mirrored: readonly FoundInFrame[]): Judgement {
  const seen = precisionOf(mirrored);
  return {
    threshold: breakEvenScore(frames, USUAL_THRESHOLD),
    edges,
    validation: { averagePrecision: ap, averagePrecision50: ap50 },
    mirrored: {
      threshold: breakEvenScore(mirrored, USUAL_THRESHOLD),
      validation: { averagePrecision: seen.ap, averagePrecision50: seen.ap50 },
    },
  };
}

/** What a network finds in examples that it looks at in four mirrored views. @throws CladenetError ABORTED */
export async function foundMirrored(
  run: (pixels: Uint8Array) => Float32Array,
  parts: Parts,
  stream: ExampleStream,
  indices: Int32Array,
  { suppression, edges }: Pick<DetectorDescription, 'suppression' | 'edges'>,
  signal?: AbortSignal,
): Promise<FoundInFrame[]> {
  const reading = { threshold: LOWEST_SCORE, suppression, edges };
  const frames: FoundInFrame[] = [];
  for (const index of indices) {
    throwIfAborted(signal, 'The training');
    for (const { pixels, boxes } of stream.at(Int32Array.of(index))) {
      const frame = { pixels, width: parts.side, height: parts.side };
      frames.push({ found: organismsInViews(frame, run, parts, 4, reading), boxes });
    }
    await setImmediate();
  }
  return frames;
}
