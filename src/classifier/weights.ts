/** Weights as files: arrays one after the other as little-endian 32-bit floats, described by names and shapes. */
import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import type { Weights } from '../network/initialise.js';
import { type NdArray, sizeOf } from '../tensorflow/arrays.js';
import type { PartDescription } from './schema.js';

/** A piece of a classifier that is trained, kept and replaced as one: the trunk, or the classifier of one node. */
export interface Part {
  readonly name: string;
  readonly weights: Weights;
}

/** A file name that a person can read, with a number in front that keeps it unique. */
export function partFile(name: string, index: number): string {
  const readable = name.replace(/[^A-Za-z0-9_-]+/g, '.').replace(/^\.+|\.+$/g, '').slice(-60);
  return `weights/${String(index).padStart(4, '0')}${readable === '' ? '' : `-${readable}`}.bin`;
}

export function encodePart({ name, weights }: Part, file: string): { bytes: Uint8Array; description: PartDescription } {
  const arrays = Object.entries(weights);
  const bytes = Buffer.concat(arrays.map(([, { data }]) => littleEndian(Buffer.from(data.buffer, data.byteOffset, data.byteLength))));
  const description = {
    name,
    file,
    bytes: bytes.length,
    sha256: sha256(bytes),
    arrays: arrays.map(([array, { shape }]) => ({ name: array, shape: [...shape] })),
  };
  return { bytes, description };
}

/** The weights of a part, or what is wrong with its bytes. */
export function decodePart(bytes: Buffer, { arrays, bytes: length, sha256: hash }: PartDescription): Weights | string {
  const described = arrays.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  if (bytes.length !== length) return `${bytes.length} bytes instead of ${length}: the file is truncated or replaced`;
  if (described !== length) return `${length} bytes for arrays that take ${described}`;
  if (sha256(bytes) !== hash) return 'other bytes than were saved: the file is damaged';
  const weights: Record<string, NdArray> = {};
  let offset = 0;
  for (const { name, shape } of arrays) {
    const size = 4 * sizeOf(shape);
    const own = new Uint8Array(littleEndian(bytes.subarray(offset, offset + size)));
    weights[name] = { shape, data: new Float32Array(own.buffer) };
    offset += size;
  }
  return weights;
}

function littleEndian(bytes: Buffer): Buffer {
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
