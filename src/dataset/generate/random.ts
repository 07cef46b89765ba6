/** The random draws of a picture. Each picture has its own stream, so it does not depend on other pictures. */
import { random } from '../../random.js';

export interface Draws {
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Normal, truncated at 2.5 standard deviations so that no individual is deformed. */
  normal(mean: number, deviation: number): number;
  /** `mean` times a log-normal factor: for sizes and lengths, which vary in proportion. */
  scaled(mean: number, share: number): number;
  /** A whole number near `mean`, at least `least`; varies by `share` of the mean. */
  count(mean: number, share: number, least: number): number;
  chance(probability: number): boolean;
  /** A nearly normal draw of mean 0 and deviation 1 from one output: for every pixel, where `normal` is too slow. */
  noise(): number;
}

/** The draws of one picture, from the seed, its class and its number. */
export function drawsOf(seed: number, classIndex: number, picture: number): Draws {
  const stream = random('organism', seed, classIndex, picture);
  const cut = (): number => Math.max(-2.5, Math.min(2.5, stream.normal()));
  return {
    uniform: (low, high) => low + (high - low) * stream.uniform(),
    normal: (mean, deviation) => mean + deviation * cut(),
    scaled: (mean, share) => mean * Math.exp(share * cut()),
    count: (mean, share, least) => Math.max(least, Math.round(mean * (1 + share * cut()))),
    chance: (probability) => stream.uniform() < probability,
    // The sum of four independent bytes has mean 510 and deviation 147.8.
    noise: () => {
      const bits = stream.integer(2 ** 32);
      return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / 147.8;
    },
  };
}
