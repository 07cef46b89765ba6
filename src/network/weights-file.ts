/** Weights as bytes: concatenated arrays of little-endian 32-bit floats, described by names and shapes. */
import { endianness } from 'node:os';
import { z } from 'zod';
import { sha256 } from '../hash.js';
import { type NdArray, sizeOf } from '../tensorflow/nd-array.js';
import type { Weights } from './weights.js';

/** What is needed to read the bytes back and to verify them. */
export const weightsDescriptionSchema = z.strictObject({
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** An array has at most 4 axes, as a kernel of a convolution. */
  arrays: z.array(z.strictObject({ name: z.string(), shape: z.array(z.int().min(1)).max(4) })),
});

export type WeightsDescription = z.output<typeof weightsDescriptionSchema>;

export function encodeWeights(weights: Weights): { readonly bytes: Buffer; readonly description: WeightsDescription } {
  const arrays = Object.entries(weights);
  const bytes = Buffer.concat(
    arrays.map(([, { data }]) => littleEndian(Buffer.from(data.buffer, data.byteOffset, data.byteLength))),
  );
  const described = arrays.map(([name, { shape }]) => ({ name, shape: [...shape] }));
  return { bytes, description: { bytes: bytes.length, sha256: sha256(bytes), arrays: described } };
}

/** The weights, or what is wrong with the bytes. */
export function decodeWeights(
  bytes: Buffer,
  { arrays, bytes: length, sha256: hash }: WeightsDescription,
): Weights | string {
  const described = arrays.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  if (bytes.length !== length) return `${bytes.length} bytes instead of ${length}: the file was truncated or replaced`;
  if (described !== length) return `${length} bytes for arrays that take ${described}`;
  if (sha256(bytes) !== hash) return 'other bytes than were saved: the file is damaged';
  if (new Set(arrays.map(({ name }) => name)).size < arrays.length) return 'two arrays of one name';
  let offset = 0;
  const entries = arrays.map(({ name, shape }): [string, NdArray] => {
    const size = 4 * sizeOf(shape);
    const own = new Uint8Array(littleEndian(bytes.subarray(offset, offset + size)));
    offset += size;
    return [name, { shape, data: new Float32Array(own.buffer) }];
  });
  return Object.fromEntries(entries);
}

function littleEndian(bytes: Buffer): Buffer {
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
