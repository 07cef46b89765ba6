/** How detectors and separators are trained if nothing else is said. */
import type { TrainingConfigInput } from '../../../training/config.js';
import type { DetectorKind } from '../network/kinds.js';

/**
 * Few frames in a step: each has many organisms, and a short training needs its steps more than exact gradients. Batch normalisation
 * still sees all pixels of their maps.
 */
const ofMaps: TrainingConfigInput = {
  epochs: 18,
  batch: 4,
  optimiser: { kind: 'adamw', rate: 0.012, weightDecay: 0.05, warmup: 0.1 },
  augmentation: null,
  averaging: 0.998,
};

const ofYolo: TrainingConfigInput = { ...ofMaps, optimiser: { ...ofMaps.optimiser, kind: 'adamw', rate: 0.004 } };

/** The usual training of each kind of detector. */
export const DETECTOR_TRAININGS: Readonly<Record<DetectorKind, TrainingConfigInput>> = {
  centre: ofMaps,
  'two-slot': ofMaps,
  yolo: ofYolo,
};

/** The usual training of a separator: what it looks at is small, and twice the epochs still take less time than the detector. */
export const SEPARATOR_TRAINING: TrainingConfigInput = {
  ...ofMaps,
  epochs: 36,
  batch: 32,
  optimiser: { kind: 'adamw', rate: 0.004, weightDecay: 0.05 },
};
