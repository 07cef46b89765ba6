/** Masks grown and shrunk. */

/** Grows a mask by all pixels that are at most `radius` steps to the four sides away from it. */
export function dilated(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  let grown = mask;
  for (let step = 0; step < radius; step++) {
    const before = grown;
    grown = before.map((one, at) => {
      const x = at % width;
      const isNear =
        one === 1 ||
        (x > 0 && before[at - 1] === 1) ||
        (x < width - 1 && before[at + 1] === 1) ||
        (at >= width && before[at - width] === 1) ||
        (at < (height - 1) * width && before[at + width] === 1);
      return isNear ? 1 : 0;
    });
  }
  return grown;
}

/** Shrinks a mask by all pixels that are at most `radius` steps away from a pixel outside. Beyond the image is inside. */
export function eroded(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const outside = mask.map((one) => 1 - one);
  return dilated(outside, width, height, radius).map((one) => 1 - one);
}

/** Closes gaps: grown, then shrunk. The mask may grow beyond the image in between. */
export function closed(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const [fullWidth, fullHeight] = [width + 2 * radius, height + 2 * radius];
  const padded = new Uint8Array(fullWidth * fullHeight);
  for (let y = 0; y < height; y++) {
    padded.set(mask.subarray(y * width, (y + 1) * width), (y + radius) * fullWidth + radius);
  }
  const shrunk = eroded(dilated(padded, fullWidth, fullHeight, radius), fullWidth, fullHeight, radius);
  const result = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    const from = (y + radius) * fullWidth + radius;
    result.set(shrunk.subarray(from, from + width), y * width);
  }
  return result;
}
