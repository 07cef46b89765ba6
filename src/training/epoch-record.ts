/** A line of a training's history, and the schema that checks it when it is read back. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

export const epochRecordSchema = z.strictObject({
  epoch: z.int().min(1),
  loss: z.number(),
  accuracy: share,
  validationLoss: z.number().nullable(),
  validationAccuracy: share.nullable(),
  rate: z.number().min(0),
  seconds: z.number().min(0),
});

/** One epoch of a training, a line of its history. Losses are in nats, accuracies are shares; `rate` is the last learning rate used. */
export interface EpochRecord {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly rate: number;
  readonly seconds: number;
}

/**
 * Whether a training keeps the weights of epoch `a` rather than those of the earlier epoch `b`: the higher validation accuracy
 * wins, at equal accuracy the lower validation loss. Without validation images the later epoch wins.
 */
export function isBetter(
  a: Pick<EpochRecord, 'validationAccuracy' | 'validationLoss'>,
  b: Pick<EpochRecord, 'validationAccuracy' | 'validationLoss'>,
): boolean {
  if (a.validationAccuracy === null || b.validationAccuracy === null) return true;
  if (a.validationAccuracy !== b.validationAccuracy) return a.validationAccuracy > b.validationAccuracy;
  return (a.validationLoss ?? 0) < (b.validationLoss ?? 0);
}
