/** How networks are trained by default. */
import type { PresetName } from '../network/presets.js';
import type { TrunkName } from '../setup/trunk-packages.js';
import type { TrainingConfigInput } from './config.js';

/** Networks that start from weights trained on ImageNet. The last epoch is unaugmented. */
const fineTuning: TrainingConfigInput = {
  epochs: 8,
  batch: 64,
  optimiser: { kind: 'adamw', rate: 0.0007, weightDecay: 0.02 },
  headRate: 3,
  labelSmoothing: 0.05,
  augmentation: {},
  unaugmentedShare: 0.125,
};

const fetched = (trunkWeights: TrunkName): TrainingConfigInput => ({ ...fineTuning, trunkWeights });

/** The default training of each preset network. What it leaves out is at the default of `TrainingConfig`. */
export const presetTraining: Readonly<Record<PresetName, TrainingConfigInput>> = {
  // The report: SGD with Nesterov momentum, batches of 32, rotations, flips, shifts, shear, zoom and noise.
  report: {
    epochs: 100,
    batch: 32,
    optimiser: { kind: 'sgd', rate: 0.003, momentum: 0.9, decay: { factor: 0.5, every: 20 } },
    augmentation: { noise: 0.02 },
  },
  compact: {
    epochs: 12,
    batch: 64,
    optimiser: { kind: 'adamw', rate: 0.004 },
    labelSmoothing: 0.05,
    augmentation: {},
    unaugmentedShare: 0.25,
  },
  efficientnet_lite0: fetched('efficientnet_lite0'),
  efficientnet_lite1: fetched('efficientnet_lite1'),
  efficientnet_lite2: fetched('efficientnet_lite2'),
  mobilenetv2_100: fetched('mobilenetv2_100'),
  resnet18: fineTuning,
  resnet34: fineTuning,
};

/** How the MLP block of a node is trained on the features of a frozen trunk. */
export const headTraining: TrainingConfigInput = {
  epochs: 8,
  batch: 128,
  optimiser: { kind: 'adamw', rate: 0.002 },
  labelSmoothing: 0.05,
  augmentation: null,
};
