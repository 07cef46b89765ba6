/** What a trained detector is, as `detector.json` has it. */
import { z } from 'zod';
import { mapNetworkSchema } from '../../network/map-spec.js';
import { networkSchema } from '../../network/spec.js';
import { weightsDescriptionSchema } from '../../network/weights-file.js';
import { trainingSchema } from '../../training/config.js';
import { epochRecordSchema } from '../../training/epoch-record.js';
import { EDGES } from './reading/reading.js';

export const FORMAT = 'cladenet-detector';
export const FORMAT_VERSION = 1;

const share = z.number().min(0).max(1);

const summary = z.strictObject({ seconds: z.number().min(0), epochs: z.int().min(1), best: epochRecordSchema });

/** Average precision (COCO), and that at an intersection over union of 0.5. */
const precision = z.strictObject({ averagePrecision: share, averagePrecision50: share });

const separator = z.strictObject({
  network: mapNetworkSchema,
  training: trainingSchema,
  summary,
});

export const detectorSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  /** The version of cladenet that wrote it. */
  cladenet: z.string(),
  detector: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('centre'), network: mapNetworkSchema }),
    z.strictObject({ kind: z.literal('two-slot'), network: mapNetworkSchema }),
    z.strictObject({ kind: z.literal('yolo'), network: networkSchema }),
  ]),
  training: trainingSchema,
  /** Frames are scaled by it before they are looked at. */
  scale: z.number().gt(0).max(100),
  /** What it was trained on and judged by. */
  data: z.strictObject({
    from: z.enum(['scenes', 'frames']),
    /** Crops that scenes were composed of, or frames. */
    trained: z.int().min(1),
    validation: z.int().min(0),
    /** The options of the scenes that it was trained on. */
    scenes: z.record(z.string(), z.unknown()).nullable(),
    /** SHA-256 of the pixels and boxes. */
    content: z.string(),
  }),
  /** Detections below this score are left out: chosen so that there are as many as organisms in the validation examples. */
  threshold: share,
  /** Of two boxes whose intersection over union is larger, only the surer one is kept. */
  suppression: share,
  /** Where the edges of boxes are from, chosen on the validation examples by average precision. */
  edges: z.enum(EDGES).default('network'),
  summary,
  /** Average precision on validation examples. */
  validation: precision.nullable(),
  /** The same for four mirrored views of each frame; null without validation examples, and in detectors of earlier versions. */
  mirrored: z.strictObject({ threshold: share, validation: precision }).nullable().default(null),
  /** Gives each of two organisms that lie on each other its share of the density. */
  separator: separator.nullable(),
});

export const storedDetectorSchema = detectorSchema.extend({
  weights: weightsDescriptionSchema,
  separatorWeights: weightsDescriptionSchema.nullable(),
  sha256: z.string(),
});

/** A trained detector, without its weights. */
export type DetectorDescription = z.output<typeof detectorSchema>;
