/** Networks that put out maps, as data: what detectors consist of. */
import { z } from 'zod';
import { whole } from '../value-schemas.js';
import { trunkLayersSchema, trunkSchema } from './spec.js';

export const mapNetworkSchema = z.strictObject({
  input: z.strictObject({
    /** Side of the square input in pixels. */
    size: z.int().min(16).max(1024),
    /** 1 for grey images; more where maps beside the image are an input too. */
    channels: whole(1, 4).default(1),
  }),
  /** The way down, whose maps become coarser. The last layer of each size of map is taken in again on the way up. */
  layers: trunkLayersSchema,
  norm: trunkSchema.shape.norm,
  /** Channels of the maps on the way up: of all, or of each from the coarsest on. */
  merged: z.union([whole(1, 4096), z.array(whole(1, 4096)).min(1)]),
  /** Side of the depthwise kernels of the layers on the way up; undefined for convolutions of 3x3 pixels and all channels. */
  depthwise: whole(1, 31).optional(),
  /** Pixels of the input along a pixel of the output. */
  stride: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]),
});

/** A network that puts out maps, with all defaults filled in. */
export type MapNetworkSpec = z.output<typeof mapNetworkSchema>;
