/** A line of a training's history, and how it is checked when it is read back. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

export const epochRecordSchema = z.strictObject({
  epoch: z.int().min(1),
  loss: z.number(),
  accuracy: share,
  validationLoss: z.number().nullable(),
  validationAccuracy: share.nullable(),
  rate: z.number(),
  seconds: z.number(),
});

/** One epoch of a training, as a line of its history. Losses in nats, accuracies as shares, `rate` the last one used. */
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
 * Whether a training keeps the weights of epoch `a` rather than those of `b`, an earlier one: the greater validation accuracy, of
 * equals the lower validation loss; without validation images the later epoch.
 */
export function isBetter(
  a: Pick<EpochRecord, 'validationAccuracy' | 'validationLoss'>,
  b: Pick<EpochRecord, 'validationAccuracy' | 'validationLoss'>,
): boolean {
  if (a.validationAccuracy === null || b.validationAccuracy === null) return true;
  if (a.validationAccuracy !== b.validationAccuracy) return a.validationAccuracy > b.validationAccuracy;
  return (a.validationLoss ?? 0) < (b.validationLoss ?? 0);
}
