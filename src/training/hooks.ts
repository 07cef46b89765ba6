/** The reports of a training while it runs, and how it is aborted and resumed. */
import type { CheckpointStore } from './checkpoint.js';
import type { EpochRecord } from './epoch-record.js';

/** How far a training is within an epoch. */
export interface FitProgress {
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  /** Mean over the epoch so far. */
  readonly loss: number;
  readonly accuracy: number;
}

/** Reports of a training while it runs, a signal that aborts it, and the store of its checkpoint. */
export interface FitHooks {
  /** Called after every step. */
  readonly onStep?: ((progress: FitProgress) => void) | undefined;
  /** Called after every epoch. The training waits for the returned promise. */
  readonly onEpoch?: ((record: EpochRecord) => void | Promise<void>) | undefined;
  /** What is done before the training, such as the features of a frozen CNN block, and how far it is. */
  readonly onProgress?: ((work: string, done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Stores the checkpoint from which a later call resumes. Default: none. */
  readonly checkpoint?: CheckpointStore | undefined;
}
