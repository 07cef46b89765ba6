/** Thinning of masks. */

/** For each of two passes and for each pattern of eight neighbours (see `neighboursOf`), 1 if the pixel is removed. */
type ThinningRule = readonly [Uint8Array, Uint8Array];

/**
 * Thins a mask: removes pixels of its outline, in passes by turns, without parting what is connected.
 *
 * @param iterations how often both passes are made at most; by default until nothing changes
 * @returns the thinned mask
 */
export function thinned(
  mask: Uint8Array,
  width: number,
  height: number,
  rule: ThinningRule,
  iterations = Number.POSITIVE_INFINITY,
): Uint8Array {
  const stride = width + 2;
  const pixels = new Uint8Array(stride * (height + 2));
  for (let y = 0; y < height; y++) pixels.set(mask.subarray(y * width, (y + 1) * width), (y + 1) * stride + 1);
  const left = new Int32Array(mask.length);
  const removed = new Int32Array(mask.length);
  let count = 0;
  for (let i = 0; i < pixels.length; i++) if (pixels[i] === 1) left[count++] = i;
  for (let done = 0, isChanged = true; isChanged && done < iterations; done++) {
    isChanged = false;
    for (const removable of rule) {
      let gone = 0;
      let kept = 0;
      for (let i = 0; i < count; i++) {
        const at = left[i] as number;
        if (removable[neighboursOf(pixels, at, stride)] === 1) removed[gone++] = at;
        else left[kept++] = at;
      }
      for (let i = 0; i < gone; i++) pixels[removed[i] as number] = 0;
      count = kept;
      if (gone > 0) isChanged = true;
    }
  }
  const result = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    const from = (y + 1) * stride + 1;
    result.set(pixels.subarray(from, from + width), y * width);
  }
  return result;
}

/** The eight neighbours as bits, clockwise from the upper left one. */
function neighboursOf(pixels: Uint8Array, at: number, stride: number): number {
  const up = at - stride;
  const down = at + stride;
  return (
    (pixels[up - 1] as number) |
    ((pixels[up] as number) << 1) |
    ((pixels[up + 1] as number) << 2) |
    ((pixels[at + 1] as number) << 3) |
    ((pixels[down + 1] as number) << 4) |
    ((pixels[down] as number) << 5) |
    ((pixels[down - 1] as number) << 6) |
    ((pixels[at - 1] as number) << 7)
  );
}

/**
 * Z. Guo and R. W. Hall, "Parallel thinning with two-subiteration algorithms", Communications of the ACM 32 (1989) 359-373.
 */
export const GUO_HALL: ThinningRule = [guoHall(0), guoHall(4)];

function guoHall(half: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, bits) => {
    // Counter-clockwise from the right neighbour, as in the paper.
    const x = (k: number) => ((bits >> ((11 - k) & 7)) & 1) === 1;
    let [crossings, first, second] = [0, 0, 0];
    for (let k = 0; k < 8; k += 2) {
      if (!x(k) && (x(k + 1) || x(k + 2))) crossings++;
      if (x(k) || x(k + 7)) first++;
      if (x(k) || x(k + 1)) second++;
    }
    const fewest = Math.min(first, second);
    const isSide = (x(half + 1) || x(half + 2) || !x(half + 7)) && x(half);
    return crossings === 1 && (fewest === 2 || fewest === 3) && !isSide ? 1 : 0;
  });
}

/** ImageJ's table (public domain): 1 is removed in the first pass, 2 in the second, 3 in both. 64 patterns a line. */
const IMAGEJ_TABLE = [
  '0001001300311013000000002020303300000000300000000000000020003022',
  '0000000000000000000000000000000020000000200020003000000030003020',
  '0031001300000001000000000000000131000000000000002000000000000000',
  '2313001300000001000000000000000023010001000000003301000022002000',
].join('');

/** How ImageJ skeletonizes, after T. Y. Zhang and C. Y. Suen, Communications of the ACM 27 (1984) 236-239. */
export const IMAGEJ: ThinningRule = [
  Uint8Array.from(IMAGEJ_TABLE, (code) => (code === '1' || code === '3' ? 1 : 0)),
  Uint8Array.from(IMAGEJ_TABLE, (code) => (code === '2' || code === '3' ? 1 : 0)),
];
