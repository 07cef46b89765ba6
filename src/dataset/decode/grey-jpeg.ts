/**
 * A decoder for the JPEGs that imaging instruments write: baseline, grey, one scan. For a vignette of 70 pixels libvips
 * takes several times longer to set up a pipeline than to decode, so this one loop is several times faster. Everything
 * else (colour, progressive, EXIF, colour profiles, damaged files) is left to sharp.
 *
 * It follows ITU-T T.81. The inverse cosine transform is libjpeg's integer one (`jidctint.c`; Loeffler, Ligtenberg and
 * Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications", ICASSP 1989), so the pixels are the same as
 * libjpeg's, bit for bit.
 */
import { MAX_WHOLE_PIXELS, type Raster } from './raster.js';

/** The position in the 8 x 8 block of the k-th coefficient, in the file's zigzag order. */
const ZIGZAG = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21],
  ...[28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61],
  ...[54, 47, 55, 62, 63],
);

/**
 * Codes by the bits that begin with them, as (length << 8) | symbol; 0 where no code fits. The first entries are indexed
 * by {@link SHORT_BITS} bits, for the frequent codes, and stay in the processor's cache; those from {@link LONG} on are
 * indexed by 16 bits.
 */
type HuffmanTable = Uint16Array;
const SHORT_BITS = 9;
const LONG = 1 << SHORT_BITS;

/**
 * Decodes a grey baseline JPEG.
 *
 * @param file the whole file
 * @returns undefined if it is anything else, or incomplete: sharp then decodes it, or reports what is wrong with it
 */
export function decodeGreyJpeg(file: Uint8Array): Raster | undefined {
  const quantisation: Uint8Array[] = [];
  const huffman: HuffmanTable[] = [];
  let width = 0;
  let height = 0;
  let quantiser = 0;
  let restart = 0;
  if (word(file, 0) !== 0xffd8) return undefined;
  for (let at = 2; at + 4 <= file.length; ) {
    const marker = word(file, at);
    const body = at + 4;
    const end = at + 2 + word(file, at + 2);
    if (end > file.length) return undefined;
    switch (marker) {
      case 0xffe0: // JFIF: a resolution, which does not change the pixels.
      case 0xfffe: // A comment.
        break;
      case 0xffdb:
        for (let i = body; i < end; i += 65) {
          if (byte(file, i) > 3) return undefined; // Entries of 16 bits.
          quantisation[byte(file, i)] = file.subarray(i + 1, i + 65);
        }
        break;
      case 0xffc4:
        for (let i = body; i < end; ) {
          const next = i + 17 + file.subarray(i + 1, i + 17).reduce((sum, count) => sum + count, 0);
          huffman[byte(file, i)] = huffmanTable(file.subarray(i + 1, next));
          i = next;
        }
        break;
      case 0xffc0:
        height = word(file, body + 1);
        width = word(file, body + 3);
        quantiser = byte(file, body + 8);
        if (byte(file, body) !== 8 || byte(file, body + 5) !== 1 || width * height > MAX_WHOLE_PIXELS) return undefined;
        break;
      case 0xffdd:
        restart = word(file, body);
        break;
      case 0xffda: {
        const tables = byte(file, body + 2);
        const quantise = quantisation[quantiser];
        const dc = huffman[tables >> 4];
        const ac = huffman[0x10 | (tables & 15)];
        if (width * height === 0 || quantise?.length !== 64 || !dc || !ac || byte(file, body) !== 1) return undefined;
        return decodeScan(file, end, { width, height, restart, quantise, dc, ac });
      }
      default:
        return undefined;
    }
    at = end;
  }
  return undefined;
}

function byte(file: Uint8Array, at: number): number {
  return file[at] ?? 0;
}

function word(file: Uint8Array, at: number): number {
  return (byte(file, at) << 8) | byte(file, at + 1);
}

/** Tables by their definition: files of one instrument share them, and building one takes longer than using it. */
const known = new Map<string, HuffmanTable>();

/** @param definition 16 counts of codes by length, then their symbols */
function huffmanTable(definition: Uint8Array): HuffmanTable {
  const key = Buffer.from(definition.buffer, definition.byteOffset, definition.length).toString('latin1');
  const found = known.get(key);
  if (found) return found;
  const table = new Uint16Array(LONG + (1 << 16));
  let at = LONG;
  let symbol = 16;
  for (let length = 1; length <= 16; length++) {
    for (let i = byte(definition, length - 1); i > 0; i--) {
      const next = at + (1 << (16 - length));
      table.fill((length << 8) | byte(definition, symbol++), at, next);
      at = next;
    }
  }
  for (let start = 0; start < LONG; start++) {
    const entry = table[LONG + (start << (16 - SHORT_BITS))] ?? 0;
    if (entry >> 8 <= SHORT_BITS) table[start] = entry;
  }
  if (known.size >= 64) known.clear();
  known.set(key, table);
  return table;
}

interface Scan {
  readonly width: number;
  readonly height: number;
  /** Blocks between restart markers, 0 for none. */
  readonly restart: number;
  readonly quantise: Uint8Array;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

/** Decodes all blocks of the scan that begins at `start`; undefined if it ends early or holds an invalid code. */
function decodeScan(file: Uint8Array, start: number, scan: Scan): Raster | undefined {
  const { width, height, restart, quantise, dc, ac } = scan;
  const columns = (width + 7) >> 3;
  const blocks = columns * ((height + 7) >> 3);
  const stride = columns * 8;
  const data = new Uint8ClampedArray(blocks * 64);
  const block = new Int32Array(64);
  const bytes = new Uint8Array(file.length - start + 8);
  const view = new DataView(bytes.buffer);
  let end = start; // The position in the file of the marker after the current interval.
  let total = 0; // The number of bits of the interval.
  let bit = 0; // The next bit.
  let level = 0;
  for (let index = 0; index < blocks; index++) {
    if (index === 0 || (restart > 0 && index % restart === 0)) {
      if (bit > total || (index > 0 && word(file, end) !== (0xffd0 | ((index / restart - 1) & 7)))) return undefined;
      const from = index === 0 ? start : end + 2;
      [total, end] = unstuff(file, from, bytes);
      bit = 0;
      level = 0;
    }
    block.fill(0);
    let k = 0;
    for (let table = dc; k < 64; k++, table = ac) {
      const window = view.getInt32(bit >> 3) << (bit & 7); // Its highest 25 bits are valid.
      const entry = (table[window >>> (32 - SHORT_BITS)] as number) || (table[LONG + (window >>> 16)] as number);
      const symbol = entry & 0xff;
      bit += entry >> 8;
      if (symbol === 0 && k > 0 && entry > 0) break; // The rest of the block is zero.
      k += symbol >> 4;
      if (entry === 0 || k > 63 || bit > total || (table === dc && symbol > 11)) return undefined;
      const size = symbol & 15;
      if (size > 0) {
        let value = (view.getInt32(bit >> 3) << (bit & 7)) >>> (32 - size);
        if (value < 1 << (size - 1)) value += (-1 << size) + 1;
        bit += size;
        if (k === 0) level += value;
        else block[ZIGZAG[k] as number] = value * (quantise[k] as number);
      }
    }
    block[0] = level * (quantise[0] as number);
    const corner = Math.floor(index / columns) * 8 * stride + (index % columns) * 8;
    if (k === 1) fillBlock(block[0] as number, data, corner, stride);
    else inverseCosine(block, data, corner, stride);
  }
  return bit > total || word(file, end) !== 0xffd9
    ? undefined
    : { data: new Uint8Array(data.buffer), width, height, stride, channels: 1 };
}

/** Copies the bytes from `at` up to the next marker, 0xff00 as 0xff. Returns their number in bits, and the end. */
function unstuff(file: Uint8Array, at: number, bytes: Uint8Array): [bits: number, end: number] {
  let length = 0;
  for (;;) {
    const mark = file.indexOf(0xff, at);
    const end = mark < 0 ? file.length : mark;
    bytes.set(file.subarray(at, end), length);
    length += end - at;
    if (file[end + 1] !== 0) {
      bytes.fill(0, length, length + 8);
      return [length * 8, end];
    }
    bytes[length++] = 0xff;
    at = end + 2;
  }
}

/** The result of {@link inverseCosine} for a block with a constant value. */
function fillBlock(level: number, data: Uint8ClampedArray, corner: number, stride: number): void {
  const grey = (((level << 2) + 16) >> 5) + 128;
  for (let y = 0, at = corner; y < 8; y++, at += stride) for (let x = 0; x < 8; x++) data[at + x] = grey;
}

/** `jidctint.c`: columns, then rows, in 13-bit fixed point, with 2 more bits kept between the passes. */
function inverseCosine(block: Int32Array, data: Uint8ClampedArray, corner: number, stride: number): void {
  for (let x = 0; x < 8; x++) {
    const c0 = block[x] as number;
    const c1 = block[x + 8] as number;
    const c2 = block[x + 16] as number;
    const c3 = block[x + 24] as number;
    const c4 = block[x + 32] as number;
    const c5 = block[x + 40] as number;
    const c6 = block[x + 48] as number;
    const c7 = block[x + 56] as number;
    if ((c1 | c2 | c3 | c4 | c5 | c6 | c7) === 0) {
      const flat = c0 << 2;
      block[x] = flat;
      block[x + 8] = flat;
      block[x + 16] = flat;
      block[x + 24] = flat;
      block[x + 32] = flat;
      block[x + 40] = flat;
      block[x + 48] = flat;
      block[x + 56] = flat;
      continue;
    }
    const e1 = Math.imul(c2 + c6, 4433);
    const e2 = e1 - Math.imul(c6, 15137);
    const e3 = e1 + Math.imul(c2, 6270);
    const e0 = ((c0 + c4) << 13) + 1024;
    const e4 = ((c0 - c4) << 13) + 1024;
    const a0 = e0 + e3;
    const a3 = e0 - e3;
    const a1 = e4 + e2;
    const a2 = e4 - e2;
    const z5 = Math.imul(c7 + c3 + c5 + c1, 9633);
    const z1 = Math.imul(c7 + c1, -7373);
    const z2 = Math.imul(c5 + c3, -20995);
    const z3 = Math.imul(c7 + c3, -16069) + z5;
    const z4 = Math.imul(c5 + c1, -3196) + z5;
    const o0 = Math.imul(c7, 2446) + z1 + z3;
    const o1 = Math.imul(c5, 16819) + z2 + z4;
    const o2 = Math.imul(c3, 25172) + z2 + z3;
    const o3 = Math.imul(c1, 12299) + z1 + z4;
    block[x] = (a0 + o3) >> 11;
    block[x + 8] = (a1 + o2) >> 11;
    block[x + 16] = (a2 + o1) >> 11;
    block[x + 24] = (a3 + o0) >> 11;
    block[x + 32] = (a3 - o0) >> 11;
    block[x + 40] = (a2 - o1) >> 11;
    block[x + 48] = (a1 - o2) >> 11;
    block[x + 56] = (a0 - o3) >> 11;
  }
  for (let y = 0, at = corner; y < 64; y += 8, at += stride) {
    const c0 = block[y] as number;
    const c1 = block[y + 1] as number;
    const c2 = block[y + 2] as number;
    const c3 = block[y + 3] as number;
    const c4 = block[y + 4] as number;
    const c5 = block[y + 5] as number;
    const c6 = block[y + 6] as number;
    const c7 = block[y + 7] as number;
    const e1 = Math.imul(c2 + c6, 4433);
    const e2 = e1 - Math.imul(c6, 15137);
    const e3 = e1 + Math.imul(c2, 6270);
    const e0 = ((c0 + c4) << 13) + 131072;
    const e4 = ((c0 - c4) << 13) + 131072;
    const a0 = e0 + e3;
    const a3 = e0 - e3;
    const a1 = e4 + e2;
    const a2 = e4 - e2;
    const z5 = Math.imul(c7 + c3 + c5 + c1, 9633);
    const z1 = Math.imul(c7 + c1, -7373);
    const z2 = Math.imul(c5 + c3, -20995);
    const z3 = Math.imul(c7 + c3, -16069) + z5;
    const z4 = Math.imul(c5 + c1, -3196) + z5;
    const o0 = Math.imul(c7, 2446) + z1 + z3;
    const o1 = Math.imul(c5, 16819) + z2 + z4;
    const o2 = Math.imul(c3, 25172) + z2 + z3;
    const o3 = Math.imul(c1, 12299) + z1 + z4;
    data[at] = ((a0 + o3) >> 18) + 128;
    data[at + 1] = ((a1 + o2) >> 18) + 128;
    data[at + 2] = ((a2 + o1) >> 18) + 128;
    data[at + 3] = ((a3 + o0) >> 18) + 128;
    data[at + 4] = ((a3 - o0) >> 18) + 128;
    data[at + 5] = ((a2 - o1) >> 18) + 128;
    data[at + 6] = ((a1 - o2) >> 18) + 128;
    data[at + 7] = ((a0 - o3) >> 18) + 128;
  }
}
