/**
 * `cladenet/training`: how a network is trained, what a training reports, and what a stopped one is resumed from.
 *
 * @module
 */
export {
  type Checkpoint,
  type CheckpointStore,
  type LoadedCheckpoint,
  type UnfinishedEpoch,
  checkpointFolder,
} from './checkpoint.js';
export type { AugmentationConfig, OptimiserConfig, TrainingConfig, TrainingConfigInput } from './config.js';
export type { EpochRecord } from './epoch-record.js';
export type { FitHooks, FitProgress } from './hooks.js';
export { presetTraining } from './presets.js';
