/** The training of a classifier: the loop with labels, whose validation figures are log-loss and accuracy. */
import { largest } from '../arrays.js';
import { weightsOfClasses } from '../class-weights.js';
import { CladenetError } from '../errors.js';
import type { Weights } from '../network/weights.js';
import type { Labelled } from './class-objective.js';
import type { TrainingConfig } from './config.js';
import type { FitHooks } from './hooks.js';
import { type Fitted, type Lesson, learn } from './loop.js';
import type { Task } from './task.js';
import type { Trainer } from './trainer.js';

export type { Fitted } from './loop.js';

/** Trains a classifier on a task: see {@link learn}. */
export const fit = (
  trainer: Trainer,
  task: Task,
  config: TrainingConfig,
  first: Weights,
  hooks: FitHooks = {},
): Promise<Fitted> => learn(trainer, classLesson(task, config), config, first, hooks);

function classLesson(task: Task, config: TrainingConfig): Lesson<Labelled> {
  const { labels, classes, sets } = task;
  const trained = task.train.map((image) => labels[image] ?? 0);
  const ofClass = weightsOfClasses(config.classWeights, trained, sets?.count ?? classes);

  /** The sum of a value over the outputs that a label allows. */
  function allowed(label: number, value: (output: number) => number): number {
    if (sets === undefined) return value(label);
    const row = sets.allowed.subarray(label * classes, (label + 1) * classes);
    return row.reduce((sum, isAllowed, output) => (isAllowed ? sum + value(output) : sum), 0);
  }

  return {
    ...task,
    used: classes,
    given(indices) {
      const targets = indices.map((image) => labels[image] ?? 0);
      return { targets, weights: Float32Array.from(targets, (label) => ofClass[label] ?? 1) };
    },
    judge(trainer, images) {
      const probabilities = trainer.answers(images);
      let loss = 0;
      let correct = 0;
      images.forEach((image, i) => {
        const row = probabilities.subarray(i * classes, (i + 1) * classes);
        const label = labels[image] ?? 0;
        const probability = allowed(label, (output) => row[output] ?? 0);
        const decided = row.indexOf(largest(row));
        loss -= Math.log(Math.max(probability, 1e-15));
        correct += allowed(label, (output) => (output === decided ? 1 : 0));
      });
      return { loss: loss / images.length, accuracy: correct / images.length };
    },
  };
}

/** The result of a training, or undefined if it diverged, for callers that can do without it. */
export async function unlessDiverged<T>(training: Promise<T>): Promise<T | undefined> {
  try {
    return await training;
  } catch (error) {
    if (error instanceof CladenetError && error.code === 'DIVERGED') return undefined;
    throw error;
  }
}
