/** A line of a training's history, as it is checked when it is read back. */
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
