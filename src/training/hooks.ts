/** What a training tells while it runs, and how it is stopped and resumed. */
import type { CheckpointStore } from './checkpoint.js';
import type { EpochRecord } from './epoch-record.js';

/** The state of a training within an epoch. */
export interface FitProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  /** Means over the epoch so far. */
  readonly loss: number;
  readonly accuracy: number;
}

/** What is called while a network is trained. */
export interface FitHooks {
  /** Called after every step. */
  readonly onStep?: ((progress: FitProgress) => void) | undefined;
  /** Called after every epoch; the training waits for it. */
  readonly onEpoch?: ((record: EpochRecord) => void | Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where to keep what a later call needs to go on after this one was stopped. */
  readonly checkpoint?: CheckpointStore | undefined;
}
