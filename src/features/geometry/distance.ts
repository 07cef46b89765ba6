/** Exact Euclidean distances within masks. */

/** Far from everything; its square still fits into 32 bits. */
const FAR = 20_000;

/**
 * The squared distance of each pixel to the nearest pixel where the mask is 0; 0 for those pixels themselves. If there is no
 * such pixel, the distances are at least 20,000 squared. A. Meijster, J. B. T. M. Roerdink and W. H. Hesselink, "A general
 * algorithm for computing distance transforms in linear time", Mathematical Morphology and its Applications to Image and
 * Signal Processing (2000) 331-340.
 */
export function squaredDistances(mask: Uint8Array, width: number, height: number): Int32Array {
  const down = new Int32Array(width * height);
  for (let x = 0; x < width; x++) {
    let distance = FAR;
    for (let at = x; at < mask.length; at += width) {
      distance = mask[at] === 0 ? 0 : Math.min(FAR, distance + 1);
      down[at] = distance;
    }
    for (let at = mask.length - width + x; at >= 0; at -= width) {
      distance = Math.min(down[at] as number, distance + 1);
      down[at] = distance;
    }
  }
  const result = new Int32Array(width * height);
  const vertices = new Int32Array(width);
  const starts = new Int32Array(width);
  for (let row = 0; row < result.length; row += width) {
    const height2 = (x: number) => (down[row + x] as number) ** 2;
    let last = 0;
    vertices[0] = 0;
    starts[0] = 0;
    for (let x = 1; x < width; x++) {
      while (
        last >= 0 &&
        parabola(starts[last] as number, vertices[last] as number, height2) >
          parabola(starts[last] as number, x, height2)
      ) {
        last--;
      }
      if (last < 0) {
        last = 0;
        vertices[0] = x;
      } else {
        const before = vertices[last] as number;
        const start = 1 + Math.floor((x * x - before * before + height2(x) - height2(before)) / (2 * (x - before)));
        if (start < width) {
          last++;
          vertices[last] = x;
          starts[last] = start;
        }
      }
    }
    for (let x = width - 1; x >= 0; x--) {
      result[row + x] = parabola(x, vertices[last] as number, height2);
      if (x === starts[last]) last--;
    }
  }
  return result;
}

function parabola(x: number, vertex: number, height2: (x: number) => number): number {
  return (x - vertex) ** 2 + height2(vertex);
}
