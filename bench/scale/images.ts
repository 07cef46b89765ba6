/**
 * A million different images in a minute or two: grey baseline JPEGs with Huffman tables of one code length, so that
 * encoding a block is a few shifts. Their content is noise around a brightness that the class determines.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, random } from '../../src/random.js';

/** Pixels of a side; a multiple of 8. */
export const SIDE = 32;
/** AC coefficients of a block that are not 0. */
const DETAILS = 3;
const DC_BITS = 4;
const AC_BITS = 8;

/** Writes `count` images below `folder`, in a folder for each class (`c000`, `c001`, ...); the same seed, the same bytes. */
export function writeImages(folder: string, count: number, classes: readonly string[], seed: number): void {
  const draw = random(seed, 'scale images');
  classes.forEach((name, label) => {
    mkdirSync(join(folder, name), { recursive: true });
    const share = Math.floor((count * (label + 1)) / classes.length) - Math.floor((count * label) / classes.length);
    const level = classes.length < 2 ? 0 : Math.round(((label % 16) / 15 - 0.5) * 100);
    for (let i = 0; i < share; i++) {
      writeFileSync(join(folder, name, `${String(i).padStart(7, '0')}.jpg`), jpeg(draw, level));
    }
  });
}

/** Names of classes that sort as they are numbered. */
export const classNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `c${String(i).padStart(4, '0')}`);

const segment = (marker: number, ...content: number[]): number[] => [
  0xff,
  marker,
  (content.length + 2) >> 8,
  (content.length + 2) & 255,
  ...content,
];

/** A table whose codes all have `bits` bits: the code of symbol s is s. All ones is not allowed as a code. */
const table = (id: number, bits: number, symbols: number): number[] =>
  segment(
    0xc4,
    id,
    ...Array.from({ length: 16 }, (_, i) => (i === bits - 1 ? symbols : 0)),
    ...Array.from({ length: symbols }, (_, s) => s),
  );

const HEADER = Buffer.from([
  ...[0xff, 0xd8],
  ...segment(0xdb, 0, ...Array(64).fill(8)),
  ...segment(0xc0, 8, 0, SIDE, 0, SIDE, 1, 1, 0x11, 0),
  ...table(0x00, DC_BITS, 12),
  ...table(0x10, AC_BITS, 255),
  ...segment(0xda, 1, 1, 0x00, 0, 63, 0),
]);

function jpeg(draw: Random, level: number): Uint8Array {
  const bytes = [...HEADER];
  let held = 0;
  let size = 0;
  const put = (value: number, bits: number) => {
    held = (held << bits) | value;
    size += bits;
    while (size >= 8) {
      size -= 8;
      const byte = (held >> size) & 255;
      bytes.push(byte);
      // A byte of ones would begin a marker.
      if (byte === 255) bytes.push(0);
      held &= (1 << size) - 1;
    }
  };
  /** The magnitude category of a coefficient, and its bits. */
  const category = (value: number) => 32 - Math.clz32(Math.abs(value));
  const putBits = (value: number, bits: number) => put(value < 0 ? value + (1 << bits) - 1 : value, bits);

  let before = 0;
  for (let block = 0; block < (SIDE / 8) ** 2; block++) {
    const dc = level + draw.integer(41) - 20;
    const difference = dc - before;
    before = dc;
    put(category(difference), DC_BITS);
    putBits(difference, category(difference));
    for (let k = 0; k < DETAILS; k++) {
      const value = draw.integer(15) + 1;
      const skipped = draw.integer(3);
      put((skipped << 4) | category(value), AC_BITS);
      putBits(value, category(value));
    }
    put(0, AC_BITS);
  }
  if (size > 0) put((1 << (8 - size)) - 1, 8 - size);
  bytes.push(0xff, 0xd9);
  return Uint8Array.from(bytes);
}
