/** What a stopped training needs to go on, on disk after each epoch. */
import type { Weights } from '../network/initialise.js';
import type { EpochRecord } from './fit.js';

export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** Weights, statistics and optimiser slots. */
  readonly state: Weights;
  readonly history: readonly EpochRecord[];
  readonly best: { readonly weights: Weights; readonly record: EpochRecord } | undefined;
}

export interface CheckpointStore {
  load(): Promise<Checkpoint | undefined>;
  save(checkpoint: Checkpoint): Promise<void>;
}
