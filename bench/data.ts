/** The images that all contenders compute on: the same bytes for all, drawn from a seed and passed as files. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImagesInMemory } from '../src/dataset/images.js';
import { random } from '../src/random.js';

/** As many as the plankton set of the accuracy figures has. */
export const CLASSES = 121;

const SEED = 1;

/** Grey images [count, size, size], their classes and their original widths and heights; numbers are little-endian. */
export interface DataFiles {
  readonly folder: string;
  readonly count: number;
  readonly size: number;
  readonly classes: number;
}

/** Writes `pixels.u8`, `labels.i32` and `sizes.f32` into `folder`. */
export async function writeData(folder: string, count: number, size: number): Promise<DataFiles> {
  const labelDraw = random(SEED, 'labels');
  const sizeDraw = random(SEED, 'sizes');
  await mkdir(folder, { recursive: true });
  const write = (name: string, data: NodeJS.ArrayBufferView) => writeFile(join(folder, name), data);
  await write('pixels.u8', drawDiscs(count, size));
  await write(
    'labels.i32',
    new Int32Array(count).map(() => labelDraw.integer(CLASSES)),
  );
  await write(
    'sizes.f32',
    new Float32Array(2 * count).map(() => 20 + sizeDraw.integer(200)),
  );
  return { folder, count, size, classes: CLASSES };
}

/** Grey noise in a disc on white: as much background as plankton images have, so that first losses are plausible. */
function drawDiscs(count: number, size: number): Uint8Array {
  const draw = random(SEED, 'pixels');
  const pixels = new Uint8Array(count * size * size).fill(255);
  const centre = (size - 1) / 2;
  for (let image = 0, at = 0; image < count; image++) {
    const radius = size * (0.1 + 0.3 * draw.uniform());
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++, at++) {
        if (Math.hypot(x - centre, y - centre) < radius) pixels[at] = draw.integer(256);
      }
    }
  }
  return pixels;
}

/** The files as cladenet's images. */
export async function readData({ folder, count, size, classes }: DataFiles): Promise<ImagesInMemory> {
  const read = async (name: string) => Uint8Array.from(await readFile(join(folder, name)));
  const sizes = new Float32Array((await read('sizes.f32')).buffer);
  return {
    preprocessing: { size, channels: 1, background: 'white', fit: 'longer-side' },
    count,
    pixels: await read('pixels.u8'),
    widths: sizes.filter((_, i) => i % 2 === 0),
    heights: sizes.filter((_, i) => i % 2 === 1),
    paths: Array.from({ length: count }, (_, i) => `image ${i}`),
    labels: new Int32Array((await read('labels.i32')).buffer),
    classes: Array.from({ length: classes }, (_, i) => `class ${i}`),
  };
}
