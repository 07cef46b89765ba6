/** Crops in memory as images that classifiers take. */
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { letterbox } from '../../dataset/decode/letterbox.js';
import { greyOf, type Raster } from '../../dataset/decode/raster.js';
import type { ImagesInMemory } from '../../dataset/images.js';
import { type Preprocessing, squareAt, squareBytes } from '../../dataset/preprocessing.js';
import type { StoredImage } from '../../dataset/stored-image.js';
import { temporaryBeside } from '../../temporaries.js';

/**
 * Each crop in its square. What is cut off at the bottom of a classifier's images, such as a scale bar, is not in a crop, and nothing
 * is cut off.
 */
export function imagesOfCrops(crops: readonly Raster[], preprocessing: Preprocessing): ImagesInMemory {
  const bytes = squareBytes(preprocessing);
  const pixels = new Uint8Array(crops.length * bytes);
  for (const [i, crop] of crops.entries()) letterbox(crop, preprocessing, squareAt(pixels, i, bytes));
  return {
    ...{ preprocessing, pixels, count: crops.length, classes: [] },
    widths: Float32Array.from(crops, ({ width }) => width),
    heights: Float32Array.from(crops, ({ height }) => height),
    paths: crops.map((_, i) => `organism ${i + 1}`),
    labels: new Int32Array(crops.length).fill(-1),
  };
}

/**
 * Runs `work` with images whose pixels lie in a file too, from which they are measured, and removes the file.
 *
 * @param cropBottom rows that the measuring cuts off: as many of the background's level are put below each crop
 */
export async function withCropFile<T>(
  images: ImagesInMemory,
  crops: readonly Raster[],
  { paper, cropBottom }: { readonly paper: number; readonly cropBottom: number },
  work: (images: ImagesInMemory) => Promise<T>,
): Promise<T> {
  const file = temporaryBeside(join(tmpdir(), 'crops'), 'tmp');
  const parts: Uint8Array[] = [];
  const stored: StoredImage[] = [];
  let offset = 0;
  for (const crop of crops) {
    const { data, width, height, stride } = greyOf(crop);
    for (let y = 0; y < height; y++) parts.push(data.subarray(y * stride, y * stride + width));
    parts.push(new Uint8Array(width * cropBottom).fill(paper));
    stored.push({ kind: 'raw', file, offset, width, height: height + cropBottom, isTemporary: true });
    offset += width * (height + cropBottom);
  }
  writeFileSync(file, Buffer.concat(parts));
  try {
    return await work({ ...images, stored });
  } finally {
    rmSync(file, { force: true });
  }
}
