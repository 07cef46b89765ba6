/** What decides on the features of images. */
import type { SourceOptions } from './source.js';

export interface FeaturesDecider {
  /**
   * Class probabilities, images x classes, row-major, rows summing to 1.
   *
   * @param values images x columns, row-major
   */
  decide(values: Float64Array, options: Pick<SourceOptions, 'signal'>): Promise<Float32Array>;
  /** Frees its memory on the device. */
  dispose?(): void;
}
