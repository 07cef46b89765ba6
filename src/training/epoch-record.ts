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
