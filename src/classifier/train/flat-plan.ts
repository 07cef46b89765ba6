/** What is trained of a flat classifier: its whole network on images, or its MLP block on the features of a frozen CNN block. */
import { CladenetError, type Problem } from '../../errors.js';
import { initialise } from '../../network/initialise.js';
import { createHead, createTrunk } from '../../network/network.js';
import type { NetworkSpec } from '../../network/spec.js';
import type { Weights } from '../../network/weights.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import { RANDOM, type TrainingConfig } from '../../training/config.js';
import type { Model } from '../../training/model.js';
import type { Source } from '../../training/source.js';
import type { Task } from '../../training/task.js';
import { flatTask, type TrainingData } from '../data/training-data.js';
import { type NodePlan, onImages, trainingRows } from './node-plan.js';
import { onFeatures } from './shared-trunk.js';
import { startingWeights } from './starting-weights.js';
import type { FlatOptions } from './train-flat.js';

/** A flat classifier's training. */
export interface FlatPlan {
  readonly source: Source;
  readonly model: Model;
  readonly task: Task;
  readonly config: TrainingConfig;
  /** What the training starts from. */
  readonly first: Weights;
  /** Weights of the network that are not trained. */
  readonly fixed: Weights;
  /** SHA-256 of the file of weights that the CNN block starts from. */
  readonly sha256: string | undefined;
}

/** Whether no layer of the CNN block is trained. */
export const isWholeTrunkFrozen = (
  { trunk }: NetworkSpec,
  { frozenStages = 0 }: { readonly frozenStages?: number | undefined },
): boolean => frozenStages >= trunk.layers.length;

/** @throws CladenetError CONFIG for a frozen CNN block with random weights or teachers; as `loadTrunk` */
export async function flatPlan(
  data: TrainingData,
  spec: NetworkSpec,
  config: TrainingConfig,
  options: FlatOptions,
  make: MakeProgram,
): Promise<FlatPlan> {
  const signal = options.hooks?.signal;
  const isFrozen = isWholeTrunkFrozen(spec, config);
  requireSomethingToTrain(spec, config, options);
  const { weights: pretrained, sha256 } = await startingWeights(config, spec.trunk, { signal });
  const trunk = createTrunk(spec.trunk);
  const fixed = isFrozen ? { ...initialise(trunk.parameters, config.seed), ...pretrained } : {};
  const ofHead = { ...config, optimiser: { ...config.optimiser, rate: config.optimiser.rate * config.headRate } };
  const { augmentation } = config;
  const plan: NodePlan = isFrozen
    ? await onFeatures(data, make, {
        network: spec,
        trunk: fixed,
        config: ofHead,
        views: options.views,
        augmentation,
        memo: options.memo,
        hooks: options.hooks,
      })
    : onImages(data, { network: spec, config, deviceMemory: options.deviceMemory });
  const task = flatTask(data);
  const model = plan.model(createHead(spec.head, plan.features, task.classes));
  return {
    source: plan.source,
    model,
    task: { ...task, labels: plan.rowLabels(task.labels), train: trainingRows(task.train, plan) },
    config: plan.config,
    first: { ...initialise(model.parameters, config.seed), ...(isFrozen ? {} : pretrained) },
    fixed,
    sha256,
  };
}

/** @throws CladenetError CONFIG where the CNN block would keep random weights, or teachers could not teach it */
export function requireSomethingToTrain(
  spec: NetworkSpec,
  { trunkWeights, frozenStages }: Pick<TrainingConfig, 'trunkWeights' | 'frozenStages'>,
  { teachers = [] }: { readonly teachers?: readonly unknown[] | undefined },
): void {
  if (!isWholeTrunkFrozen(spec, { frozenStages })) return;
  const problems: Problem[] = [];
  const problem = (expected: string, remedy: string) => {
    problems.push({ where: 'training.frozenStages', expected, received: 'all stages', remedy });
  };
  if (trunkWeights === RANDOM) {
    problem(
      'stages that are trained, because the CNN block starts from random weights',
      'Choose trained weights with `trunkWeights`, or a smaller number of stages.',
    );
  }
  if (teachers.length > 0) {
    problem(
      'stages that are trained, because teachers see the augmented images of each step',
      'Leave out the teachers, or choose a smaller number of stages.',
    );
  }
  if (problems.length > 0) throw new CladenetError('CONFIG', 'This training is not valid', problems);
}
