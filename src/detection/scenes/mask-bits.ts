/** Masks as bits, 32 pixels in a word: what two of them share is counted 32 pixels at a time. */

/** The rows of a mask, one after the other. */
export interface MaskBits {
  readonly words: Int32Array;
  /** Words of a row. The last one is 0, so that a word from any pixel of a row on lies in two of them. */
  readonly stride: number;
  readonly height: number;
}

/** @param mask 1 and 0, row by row */
export function bitsOf(mask: Uint8Array, width: number, height: number): MaskBits {
  const stride = Math.ceil(width / 32) + 1;
  const words = new Int32Array(stride * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let k = 0; k < stride - 1; k++) {
      const count = Math.min(32, width - 32 * k);
      let word = 0;
      for (let bit = 0; bit < count; bit++, at++) word |= (mask[at] as number) << bit;
      words[y * stride + k] = word;
    }
  }
  return { words, stride, height };
}

/** The number of pixels that two masks share, where the second one lies `right` and `down` pixels from the first. */
export function sharedPixels(first: MaskBits, second: MaskBits, right: number, down: number): number {
  if (right < 0) return sharedPixels(second, first, -right, -down);
  const { words, stride } = first;
  const begun = right >> 5;
  const shift = right & 31;
  const across = Math.min(second.stride, stride - begun) - 1;
  const bottom = Math.min(first.height, down + second.height);
  let shared = 0;
  for (let y = Math.max(0, down); y < bottom; y++) {
    let one = y * stride + begun;
    let other = (y - down) * second.stride;
    for (let k = 0; k < across; k++, one++, other++) {
      // In two steps, since a shift by 32 is none.
      const word = ((words[one] as number) >>> shift) | (((words[one + 1] as number) << 1) << (31 - shift));
      const both = word & (second.words[other] as number);
      if (both !== 0) shared += ones(both);
    }
  }
  return shared;
}

/** The bits of a word that are 1 (H. S. Warren, "Hacker's Delight", 2012, 5-1). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
