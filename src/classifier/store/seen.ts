/**
 * Which images a classifier has seen. Images are identified by their pixels, so they are recognised under any name and in
 * any folder, and an evaluation can leave out what the classifier was trained or chosen on.
 */
import { hash } from 'node:crypto';
import { type ImageSet, squareOf } from '../../dataset/images.js';
import { squareBytes } from '../../dataset/preprocessing.js';
import type { Split } from '../../dataset/split.js';

/** For each subset of the split, the fingerprints of its images (8 bytes each), concatenated, in base64. */
export interface SeenImages {
  readonly train: string;
  readonly validation: string;
  readonly test: string;
}

/** Of one fingerprint. */
export const FINGERPRINT_BYTES = 8;

/** Bytes of the longest text of an image's size. */
const LONGEST_SIZE = 64;

/** A fingerprint for each image, of its pixels and original size, as 16 hexadecimal digits. */
export function fingerprints(images: ImageSet): string[] {
  const { count, preprocessing, widths, heights } = images;
  const bytes = squareBytes(preprocessing);
  const content = Buffer.alloc(bytes + LONGEST_SIZE);
  return Array.from({ length: count }, (_, i) => {
    content.set(squareOf(images, i));
    const end = bytes + content.write(`${widths[i]}x${heights[i]}`, bytes, 'latin1');
    // A part of the digest would keep all of it in memory.
    return hash('sha1', content.subarray(0, end), 'buffer').toString('hex', 0, FINGERPRINT_BYTES);
  });
}

export function packSeen(prints: readonly string[], split: Split): SeenImages {
  const pack = (indices: Int32Array) =>
    Buffer.from(Array.from(indices, (i) => prints[i] ?? '').join(''), 'hex').toString('base64');
  return { train: pack(split.train), validation: pack(split.validation), test: pack(split.test) };
}

export function unpackSeen(packed: string): Set<string> {
  const hex = Buffer.from(packed, 'base64').toString('hex');
  return new Set(hex.match(/.{16}/g) ?? []);
}

/** For each image, the subset of the split that it is in; undefined if it is in none. */
export function subsetsOf(prints: readonly string[], seen: SeenImages): readonly (keyof SeenImages | undefined)[] {
  const subsets = (['train', 'validation', 'test'] as const).map((name) => [name, unpackSeen(seen[name])] as const);
  return prints.map((print) => subsets.find(([, known]) => known.has(print))?.[0]);
}
