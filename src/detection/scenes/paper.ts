/** What is behind the organisms, and the noise of the camera. */
import { once } from '../../once.js';
import { hash32, type Random } from '../../random.js';

/** Pixels between two knots of the texture. */
const KNOTS = 24;

/** Normal deviates, which noise is taken from at random places: a power of two. */
const TABLE = 1 << 16;

/**
 * Smoothly uneven paper: normal deviates at the knots of a grid, interpolated between them, and scaled to the wanted standard deviation.
 *
 * @param texture standard deviation in grey levels
 * @returns grey levels, `width` x `height`
 */
export function paper({ width, height, paper: level }: PaperSettings, texture: number, draws: Random): Float32Array {
  const result = new Float32Array(width * height);
  if (texture === 0) return result.fill(level);
  const even = Math.fround(level);
  const columns = Math.ceil(width / KNOTS) + 1;
  // Linear interpolation in both directions leaves (2/3)^2 of the variance.
  const knots = Array.from({ length: Math.ceil(height / KNOTS) + 1 }, () =>
    Float32Array.from({ length: columns }, () => draws.normal() * texture * 1.5),
  );
  const row = new Float32Array(columns);
  for (let y = 0; y < height; y++) {
    const below = (y % KNOTS) / KNOTS;
    const [upper, lower] = [knots[Math.floor(y / KNOTS)] ?? row, knots[Math.floor(y / KNOTS) + 1] ?? row];
    for (let i = 0; i < columns; i++) row[i] = (upper[i] as number) * (1 - below) + (lower[i] as number) * below;
    for (let i = 0, x = 0, at = y * width; x < width; i++) {
      const start = row[i] as number;
      const slope = ((row[i + 1] as number) - start) / KNOTS;
      for (let k = 0; k < KNOTS && x < width; k++, x++, at++) result[at] = even + start + slope * k;
    }
  }
  return result;
}

interface PaperSettings {
  readonly width: number;
  readonly height: number;
  readonly paper: number;
}

/**
 * Rounds to 8 bits with noise. Each pixel takes one of 65,536 normal deviates, chosen by a generator that the key seeds
 * (xorshift, G. Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8 (2003) 14).
 *
 * @param noise standard deviation in grey levels
 */
export function withNoise(levels: Float32Array, noise: number, key: number): Uint8Array {
  const pixels = new Uint8Array(levels.length);
  if (noise === 0) {
    for (let i = 0; i < levels.length; i++) pixels[i] = clamped(levels[i] as number);
    return pixels;
  }
  const deviates = normalTable();
  let state = key | 1;
  for (let i = 0; i < levels.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    pixels[i] = clamped((levels[i] as number) + noise * (deviates[state & (TABLE - 1)] as number));
  }
  return pixels;
}

const clamped = (level: number) => (level <= 0 ? 0 : level >= 254.5 ? 255 : (level + 0.5) | 0);

const normalTable = once(() => {
  let state = hash32('noise of scenes') | 1;
  const uniform = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Float32Array.from({ length: TABLE }, normal);
});
