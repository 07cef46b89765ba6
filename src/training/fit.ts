/** The training loop. Everything random in it is a function of the seed, the epoch and the step, so it can resume. */

import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../abort.js';
import { largest } from '../arrays.js';
import { weightsOfClasses } from '../class-weights.js';
import { CladenetError } from '../errors.js';
import type { Weights } from '../network/weights.js';
import { hash32 } from '../random.js';
import { CHECKPOINT_MINUTES, type UnfinishedEpoch } from './checkpoint.js';
import type { TrainingConfig } from './config.js';
import { publishEpoch } from './epoch-news.js';
import { type EpochRecord, isBetter } from './epoch-record.js';
import type { FitHooks } from './hooks.js';
import { epochOrder, stepsPerEpoch } from './sampler.js';
import { learningRate } from './schedule.js';
import type { Task } from './task.js';
import type { Trainer } from './trainer.js';

export interface Fitted {
  /** The weights of the epoch with the best validation accuracy (at equal accuracy, the lower loss). */
  readonly weights: Weights;
  readonly best: EpochRecord;
  readonly history: readonly EpochRecord[];
  /** Seconds spent in its epochs, also before an interruption. */
  readonly seconds: number;
}

/**
 * Trains `first` on the task for `config.epochs` epochs and returns the weights of the best validation epoch. Saves a
 * checkpoint after each epoch, within an epoch every `checkpoint.minutes`, and when `signal` fires.
 *
 * @throws CladenetError DIVERGED when the loss is no longer finite (the message has the epoch, the step and the rate, and the
 *         last checkpoint is kept); TRAINING for a checkpoint of another training; ABORTED when `signal` fires, once the
 *         step is done and the checkpoint saved
 */
export async function fit(
  trainer: Trainer,
  task: Task,
  config: TrainingConfig,
  first: Weights,
  hooks: FitHooks = {},
): Promise<Fitted> {
  const sample = { ...task, balance: config.balance, batch: trainer.batch, seed: config.seed };
  const steps = stepsPerEpoch(sample);
  const trained = task.train.map((image) => task.labels[image] ?? 0);
  const ofClass = weightsOfClasses(config.classWeights, trained, task.sets?.count ?? task.classes);
  const saved = await hooks.checkpoint?.load();
  const history: EpochRecord[] = [...(saved?.history ?? [])];
  let best: { weights: Weights; record: EpochRecord } | undefined = saved?.best;
  let lastSaved = performance.now();
  if (saved === undefined) trainer.start(first, task.classes);
  else trainer.restore(saved, task.classes);

  let begun = saved?.unfinished && { ...saved.unfinished, step: saved.step - history.length * steps };
  for (let epoch = history.length + 1; epoch <= config.epochs; epoch++) {
    const started = performance.now() - 1000 * (begun?.seconds ?? 0);
    const { loss, accuracy, rate } = await runEpoch(epoch, started, begun);
    begun = undefined;
    trainer.estimateStatistics(epochOrder(sample, epoch));
    const validation = task.validation.length === 0 ? undefined : lossOf(task.validation);
    const record: EpochRecord = {
      epoch,
      loss,
      accuracy,
      validationLoss: validation?.loss ?? null,
      validationAccuracy: validation?.accuracy ?? null,
      rate,
      seconds: (performance.now() - started) / 1000,
    };
    requireFinite(record, record.validationLoss ?? 0);
    history.push(record);
    if (best === undefined || isBetter(record, best.record)) best = { weights: trainer.weights(), record };
    await hooks.onEpoch?.(record);
    await save();
    publishEpoch({ epoch, epochs: config.epochs, seconds: record.seconds });
  }
  if (best === undefined) throw new CladenetError('TRAINING', 'A training of 0 epochs has no weights to keep');
  // Without validation images, nothing has been computed with the weights of the last update yet.
  if (task.validation.length === 0) requireFinite(best.record, lossOf(task.train.subarray(0, 1)).loss);
  const seconds = history.reduce((sum, record) => sum + record.seconds, 0);
  return { weights: best.weights, best: best.record, history, seconds };

  async function save(unfinished?: UnfinishedEpoch): Promise<void> {
    await hooks.checkpoint?.save({ ...trainer.snapshot(), history, best, unfinished });
    lastSaved = performance.now();
  }

  function isSaveDue(): boolean {
    const minutes = hooks.checkpoint?.minutes ?? CHECKPOINT_MINUTES;
    return minutes > 0 && performance.now() - lastSaved >= minutes * 60_000;
  }

  /** @param begun the steps of the epoch that were done before an interruption, and their sums */
  async function runEpoch(epoch: number, started: number, begun: (UnfinishedEpoch & { step: number }) | undefined) {
    const order = epochOrder(sample, epoch);
    const unaugmented = epoch > config.epochs - Math.round(config.unaugmentedShare * config.epochs);
    const side = sideOf(epoch);
    const before = (epoch - 1) * steps;
    const rateAt = (step: number) => learningRate(config.optimiser, before + step, steps, config.epochs);
    let { loss, correct } = begun ?? { loss: 0, correct: 0 };
    for (let step = begun?.step ?? 0; step < steps; step++) {
      const rate = rateAt(step);
      const indices = order.slice(step * trainer.batch, (step + 1) * trainer.batch);
      const targets = indices.map((image) => task.labels[image] ?? 0);
      const weights = Float32Array.from(targets, (label) => ofClass[label] ?? 1);
      const result = trainer.step({
        indices,
        targets,
        weights,
        seed: [hash32(config.seed, 'step'), before + step],
        rate,
        unaugmented,
        side,
      });
      loss += result.loss;
      correct += result.correct;
      if (!Number.isFinite(result.loss)) throw diverged(epoch, step + 1, rate, result.loss);
      hooks.onStep?.({
        epoch,
        epochs: config.epochs,
        step: step + 1,
        steps,
        loss: loss / (step + 1),
        accuracy: correct / ((step + 1) * trainer.batch),
      });
      // A step blocks the thread; yielding here lets signals and progress through.
      await setImmediate();
      if (hooks.signal?.aborted || isSaveDue()) {
        await save({ loss, correct, seconds: (performance.now() - started) / 1000 });
      }
      throwIfAborted(hooks.signal, `Training (epoch ${epoch})`);
    }
    return { loss: loss / steps, accuracy: correct / (steps * trainer.batch), rate: rateAt(steps - 1) };
  }

  /** The epochs are divided evenly among the sizes; the last ones have that of the network. */
  function sideOf(epoch: number): number {
    const left = Math.floor(((config.epochs - epoch) * trainer.sides.length) / config.epochs);
    return trainer.sides.at(-1 - left) ?? 0;
  }

  /** Mean loss and accuracy on unaugmented images. */
  function lossOf(images: Int32Array): { readonly loss: number; readonly accuracy: number } {
    const probabilities = trainer.probabilities(images);
    let loss = 0;
    let correct = 0;
    images.forEach((image, i) => {
      const row = probabilities.subarray(i * task.classes, (i + 1) * task.classes);
      const label = task.labels[image] ?? 0;
      const probability = allowed(label, (output) => row[output] ?? 0);
      const decided = row.indexOf(largest(row));
      loss -= Math.log(Math.max(probability, 1e-15));
      correct += allowed(label, (output) => (output === decided ? 1 : 0));
    });
    return { loss: loss / images.length, accuracy: correct / images.length };
  }

  /** The sum of a value over the outputs that a label allows. */
  function allowed(label: number, value: (output: number) => number): number {
    if (task.sets === undefined) return value(label);
    const row = task.sets.allowed.subarray(label * task.classes, (label + 1) * task.classes);
    return row.reduce((sum, isAllowed, output) => (isAllowed ? sum + value(output) : sum), 0);
  }

  /** Checks the weights of the epoch's last update, which no step has used yet. */
  function requireFinite({ epoch, rate }: EpochRecord, loss: number): void {
    if (!Number.isFinite(loss)) throw diverged(epoch, steps, rate, loss);
  }
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

function diverged(epoch: number, step: number, rate: number, loss: number): CladenetError {
  return new CladenetError('DIVERGED', 'Training diverged', [
    {
      where: `epoch ${epoch}, step ${step}, learning rate ${rate.toPrecision(3)}`,
      expected: 'a finite loss',
      received: String(loss),
      remedy: 'Lower the learning rate, or use the compact preset, whose batch normalisation tolerates higher ones.',
    },
  ]);
}
