/**
 * The affine warp of one square in JavaScript: the same as augmentation does inside a training step, for copies that are
 * made once and kept.
 */

/**
 * Warps a square: pixel (x, y) of the output is read at (a0 x + a1 y + a2, b0 x + b1 y + b2) of the input, with bilinear
 * interpolation. Outside of the input everything is white.
 *
 * @param square side x side x channels bytes; 255 is white
 * @param map    a0 a1 a2 b0 b1 b2; further entries are ignored
 * @param out    receives side x side x channels values from 0 to 255, not rounded
 */
export function affineWarp(
  square: Uint8Array,
  side: number,
  channels: number,
  map: Float32Array,
  out: Float32Array,
): void {
  const [a0 = 1, a1 = 0, a2 = 0, b0 = 0, b1 = 1, b2 = 0] = map;
  const read = (x: number, y: number, channel: number): number =>
    x < 0 || y < 0 || x >= side || y >= side ? 255 : (square[(y * side + x) * channels + channel] as number);
  let to = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const fromX = a0 * x + a1 * y + a2;
      const fromY = b0 * x + b1 * y + b2;
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, down] = [fromX - left, fromY - top];
      for (let channel = 0; channel < channels; channel++) {
        const upper = (1 - right) * read(left, top, channel) + right * read(left + 1, top, channel);
        const lower = (1 - right) * read(left, top + 1, channel) + right * read(left + 1, top + 1, channel);
        out[to++] = (1 - down) * upper + down * lower;
      }
    }
  }
}
