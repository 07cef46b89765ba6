/** Trains separators, on pairs of organisms that lie on each other. */
import { initialise } from '../../../network/initialise.js';
import type { Weights } from '../../../network/weights.js';
import type { MakeProgram } from '../../../tensorflow/device.js';
import type { TrainingConfig } from '../../../training/config.js';
import type { FitHooks } from '../../../training/hooks.js';
import { learn } from '../../../training/loop.js';
import { createTrainerFor } from '../../../training/trainer.js';
import { exampleSource } from '../examples/example-source.js';
import { usualThreads, withExamples } from '../examples/examples-ahead.js';
import { mapModel } from '../network/network-of.js';
import { separatorNetwork } from '../network/networks.js';
import { separatorLesson, separatorObjective } from '../network/separator.js';
import type { DetectorDescription } from '../schema.js';
import { SEPARATOR_CHANNELS, SEPARATOR_SIDE } from '../squares/separator-view.js';
import type { pairsOf } from './detector-work.js';
import { AT_ONCE, summaryOf } from './training-parts.js';

export interface SeparatorTraining {
  readonly pairs: ReturnType<typeof pairsOf>;
  readonly config: TrainingConfig;
  /** As of `DetectorOptions`. */
  readonly threads: number | undefined;
  readonly make: MakeProgram;
  readonly hooks: FitHooks;
}

/** A separator that was trained. */
export interface Separator {
  readonly weights: Weights;
  readonly description: NonNullable<DetectorDescription['separator']>;
}

/** @throws CladenetError RUNTIME, TRAINING, DIVERGED, ABORTED */
export function trainSeparator({ pairs, config, threads, make, hooks }: SeparatorTraining): Promise<Separator> {
  const network = separatorNetwork();
  const model = mapModel(network, 1);
  const ahead = { side: SEPARATOR_SIDE, channels: SEPARATOR_CHANNELS, threads: threads ?? usualThreads(config.batch) };
  return withExamples(pairs.train, pairs.validation, ahead, async (stream) => {
    const trainer = createTrainerFor(separatorObjective(stream), make, model, exampleSource(stream), config, AT_ONCE);
    try {
      const first = initialise(model.parameters, config.seed);
      const fitted = await learn(trainer, separatorLesson(stream, pairs.train.count), config, first, hooks);
      return { weights: fitted.weights, description: { network, training: config, summary: summaryOf(fitted) } };
    } finally {
      trainer.dispose();
    }
  });
}
