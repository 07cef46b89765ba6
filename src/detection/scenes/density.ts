/** Whose optical density it is: -ln of the transmissions adds up, so each organism has a share of it. */
import type { Scene } from './compose-scenes.js';

/** Optical density of each grey level on white (255). Black is as dense as half a level. */
export const DENSITY: Float32Array = Float32Array.from({ length: 256 }, (_, level) =>
  Math.log(255 / Math.max(level, 0.5)),
);

/**
 * The share that an organism has of the optical density of all organisms, for each pixel of its box: 1 where it lies alone, 0
 * where nothing lies.
 */
export function densityShare({ organisms }: Scene, number: number): Float32Array {
  const organism = organisms[number];
  if (organism === undefined) throw new RangeError(`no organism ${number} among ${organisms.length}`);
  const { box, alone } = organism;
  const total = new Float32Array(alone.pixels.length);
  for (const { box: other, alone: on } of organisms) {
    const [left, right] = [Math.max(box.x, other.x), Math.min(box.x + box.width, other.x + other.width)];
    const bottom = Math.min(box.y + box.height, other.y + other.height);
    for (let y = Math.max(box.y, other.y); y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const at = (y - box.y) * box.width + x - box.x;
        const level = on.pixels[(y - other.y) * other.width + x - other.x] as number;
        total[at] = (total[at] as number) + (DENSITY[level] as number);
      }
    }
  }
  return total.map((sum, at) => (sum > 0 ? (DENSITY[alone.pixels[at] as number] as number) / sum : 0));
}
