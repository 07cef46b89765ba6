/** The perimeter of a mask, from the shapes of its border. */

/**
 * The perimeter of a mask: each border pixel (a pixel with one of its four neighbours outside) counts 1, sqrt(2) or
 * (1 + sqrt(2)) / 2, by how its border neighbours lie (K. Benkrid and D. Crookes, "Design and FPGA implementation of a
 * perimeter estimator", Irish Machine Vision and Image Processing Conference (2000); scikit-image, `perimeter`).
 */
export function benkridPerimeter(mask: Uint8Array, width: number, height: number): number {
  const border = borderOf(mask, width, height);
  const at = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height ? (border[y * width + x] as number) : 0;
  let length = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (at(x, y) === 0) continue;
      const sides = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      const corners = at(x - 1, y - 1) + at(x + 1, y - 1) + at(x - 1, y + 1) + at(x + 1, y + 1);
      if (sides >= 2 && sides <= 3 && corners <= 2) length += 1;
      else if (sides === 0 && corners === 2) length += Math.SQRT2;
      else if (sides === 1 && corners === 3) length += Math.SQRT2;
      else if (sides === 1 && (corners === 1 || corners === 2)) length += (1 + Math.SQRT2) / 2;
    }
  }
  return length;
}

/** The pixels of a mask that have one of their four neighbours outside of it or of the image. */
export function borderOf(mask: Uint8Array, width: number, height: number): Uint8Array {
  return mask.map((one, at) => {
    const x = at % width;
    const isInner =
      x > 0 &&
      x < width - 1 &&
      mask[at - 1] === 1 &&
      mask[at + 1] === 1 &&
      at >= width &&
      at < (height - 1) * width &&
      mask[at - width] === 1 &&
      mask[at + width] === 1;
    return one === 1 && !isInner ? 1 : 0;
  });
}
