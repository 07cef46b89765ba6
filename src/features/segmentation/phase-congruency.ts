/** Edges as places where the waves that make up an image are in phase, whatever their contrast. */
import { type ComplexImage, transformOfImages } from '../geometry/fft.js';
import type { GreyImage } from '../grey-image.js';

/** The settings with which the images of the IFCB are segmented. */
const SCALES = 4;
const ORIENTATIONS = 6;
const SHORTEST_WAVE = 2;
const WAVE_FACTOR = 2.5;
const BANDWIDTH = 0.55;
const NOISE_DEVIATIONS = 2;
const NARROWEST = 0.3;
const SHARPNESS = 5;
const EPSILON = 1e-4;

/**
 * Phase congruency: for each pixel the sum of the maximum and the minimum moment of its covariance over six orientations,
 * 0 to 1 and more at edges and corners (P. Kovesi, "Phase congruency detects corners and edges", Digital Image Computing:
 * Techniques and Applications (2003) 309-318). Log-Gabor filters of four scales; the noise is estimated by the median
 * response at the smallest one.
 */
export function phaseCongruency({ pixels, width, height }: GreyImage): Float64Array {
  const count = width * height;
  const spectrum: ComplexImage = { re: Float64Array.from(pixels), im: new Float64Array(count) };
  const transform = transformOfImages(width, height);
  transform(spectrum);
  const { radii, angles } = frequencies(width, height);
  const radial = Array.from({ length: SCALES }, (_, scale) => logGabor(radii, SHORTEST_WAVE * WAVE_FACTOR ** scale));
  const result = new Float64Array(count);
  for (let orientation = 0; orientation < ORIENTATIONS; orientation++) {
    const spread = spreadAround(angles, (orientation * Math.PI) / ORIENTATIONS);
    const responses = radial.map((filter) => filtered(spectrum, filter, spread, transform));
    const congruency = congruencyOf(responses, count);
    for (let i = 0; i < count; i++) {
      // The two moments are eigenvalues of a matrix, so their sum is its trace.
      result[i] = (result[i] as number) + ((congruency[i] as number) ** 2 * 2) / ORIENTATIONS;
    }
  }
  return result;
}

/** Radius (0 to 0.5 along an axis) and angle of each frequency, frequency 0 first. */
function frequencies(width: number, height: number): { readonly radii: Float64Array; readonly angles: Float64Array } {
  const along = (size: number) => {
    const odd = size % 2;
    return Float64Array.from({ length: size }, (_, i) => (i < (size + odd) / 2 ? i : i - size) / (size - odd || 1));
  };
  const [across, down] = [along(width), along(height)];
  const radii = new Float64Array(width * height);
  const angles = new Float64Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const [u, v] = [across[x] as number, down[y] as number];
      radii[at] = Math.hypot(u, v);
      angles[at] = Math.atan2(-v, u);
    }
  }
  return { radii, angles };
}

/** A band of frequencies around a wavelength, cut off smoothly at a radius of 0.45. */
function logGabor(radii: Float64Array, wavelength: number): Float64Array {
  const denominator = 2 * Math.log(BANDWIDTH) ** 2;
  const filter = radii.map((radius) => {
    const distance = Math.log(radius * wavelength);
    return Math.exp((-distance * distance) / denominator) / (1 + (radius / 0.45) ** 30);
  });
  filter[0] = 0;
  return filter;
}

/** How much of each frequency belongs to an orientation: a raised cosine. */
function spreadAround(angles: Float64Array, orientation: number): Float64Array {
  return angles.map((angle) => {
    const difference = Math.abs(Math.atan2(Math.sin(angle - orientation), Math.cos(angle - orientation)));
    return (Math.cos(Math.min((difference * ORIENTATIONS) / 2, Math.PI)) + 1) / 2;
  });
}

/** The image convolved with a filter: the even response as real part, the odd one as imaginary part. */
function filtered(
  { re, im }: ComplexImage,
  radial: Float64Array,
  spread: Float64Array,
  transform: (image: ComplexImage) => void,
): ComplexImage {
  const count = re.length;
  const response = { re: new Float64Array(count), im: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    const weight = (radial[i] as number) * (spread[i] as number);
    response.re[i] = (re[i] as number) * weight;
    response.im[i] = -(im[i] as number) * weight;
  }
  transform(response);
  for (let i = 0; i < count; i++) {
    response.re[i] = (response.re[i] as number) / count;
    response.im[i] = -(response.im[i] as number) / count;
  }
  return response;
}

/** Phase congruency along one orientation, from the responses of all scales, the smallest first. */
function congruencyOf(responses: readonly ComplexImage[], count: number): Float64Array {
  const amplitude = ({ re, im }: ComplexImage, i: number) => Math.hypot(re[i] as number, im[i] as number);
  const smallest = responses[0] as ComplexImage;
  const threshold = noiseThreshold(Float64Array.from({ length: count }, (_, i) => amplitude(smallest, i)));
  const congruency = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let [even, odd, sum, largest] = [0, 0, 0, 0];
    for (const response of responses) {
      const length = amplitude(response, i);
      even += response.re[i] as number;
      odd += response.im[i] as number;
      sum += length;
      largest = Math.max(largest, length);
    }
    const length = Math.hypot(even, odd) + EPSILON;
    const [meanEven, meanOdd] = [even / length, odd / length];
    let energy = -threshold;
    for (const { re, im } of responses) {
      const [e, o] = [re[i] as number, im[i] as number];
      energy += e * meanEven + o * meanOdd - Math.abs(e * meanOdd - o * meanEven);
    }
    const width = (sum / (largest + EPSILON) - 1) / (SCALES - 1);
    const weight = 1 / (1 + Math.exp(SHARPNESS * (NARROWEST - width)));
    congruency[i] = sum > 0 ? (weight * Math.max(0, energy)) / sum : 0;
  }
  return congruency;
}

/** The energy that noise reaches: its amplitudes have a Rayleigh distribution, whose parameter the median tells. */
function noiseThreshold(amplitudes: Float64Array): number {
  const sorted = amplitudes.sort();
  const half = sorted.length >> 1;
  const median = ((sorted[half] as number) + (sorted[sorted.length % 2 === 1 ? half : half - 1] as number)) / 2;
  const factor = 1 / WAVE_FACTOR;
  const rayleigh = ((median / Math.sqrt(Math.log(4))) * (1 - factor ** SCALES)) / (1 - factor);
  const mean = rayleigh * Math.sqrt(Math.PI / 2);
  return Math.max(EPSILON, mean + NOISE_DEVIATIONS * rayleigh * Math.sqrt((4 - Math.PI) / 2));
}
