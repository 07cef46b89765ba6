/**
 * Which images a classifier has seen. Images are identified by their pixels, so they are recognised under any name and in
 * any folder, and an evaluation can leave out what the classifier was trained or chosen on.
 */
import { createHash } from 'node:crypto';
import type { ImageSet } from '../../dataset/images.js';
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

/** A fingerprint for each image, of its pixels and original size, as 16 hexadecimal digits. */
export function fingerprints({ pixels, count, preprocessing, widths, heights }: ImageSet): string[] {
  const bytes = squareBytes(preprocessing);
  return Array.from({ length: count }, (_, i) =>
    createHash('sha1')
      .update(pixels.subarray(i * bytes, (i + 1) * bytes))
      .update(`${widths[i]}x${heights[i]}`)
      .digest('hex')
      .slice(0, 2 * FINGERPRINT_BYTES),
  );
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
