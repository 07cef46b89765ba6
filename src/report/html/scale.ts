/**
 * Colours and sizes of nodes: the colour shows the accuracy, the area the number of images, as in the taxonomy figure.
 */
import { smallest } from '../../arrays.js';
import { VIRIDIS } from '../figures/theme.js';

export interface NodeScale {
  /** The share where the colours begin; they end at 1. */
  readonly low: number;
  colour(share: number): string;
  /** Diameter in pixels. */
  size(images: number): number;
}

const [SMALLEST, LARGEST] = [5, 20];

export function nodeScale(shares: readonly (number | null)[], mostImages: number): NodeScale {
  const low = smallest(
    shares.flatMap((share) => (share === null ? [] : [Math.floor(share * 10) / 10])),
    0.9,
  );
  return {
    low,
    colour: (share) => VIRIDIS((share - low) / (1 - low)),
    size: (images) => Math.round(SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(images / Math.max(1, mostImages))),
  };
}
