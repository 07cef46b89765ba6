/**
 * The training loop, of classifiers and of detectors. Everything random in it is a function of the seed, the epoch and the step, so it
 * can resume.
 */

import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../abort.js';
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
import type { StepBatch, Trainer } from './trainer.js';

export interface Fitted {
  /** The weights of the epoch with the best validation accuracy (at equal accuracy, the lower loss). */
  readonly weights: Weights;
  readonly best: EpochRecord;
  readonly history: readonly EpochRecord[];
  /** Seconds spent in its epochs, also before an interruption. */
  readonly seconds: number;
}

/** What there is to learn, as the loop sees it. @typeParam Given what a step is given beside its examples */
export interface Lesson<Given> {
  /** Examples of the trainer's source to learn from. */
  readonly train: Int32Array;
  /** Examples that choose the best epoch and are never trained on. If there are none, the last epoch is kept. */
  readonly validation: Int32Array;
  /** Class of each example, for epochs that balance them. */
  readonly labels: Int32Array;
  /** Outputs of the network that are used. */
  readonly used: number;
  given(indices: Int32Array): Given;
  /** The figures of examples that are not trained on: loss (null: there is none) and the share that is right. The highest share is the best. */
  judge(trainer: Trainer<Given>, examples: Int32Array): { readonly loss: number | null; readonly accuracy: number };
}

/**
 * Trains `first` on the lesson for `config.epochs` epochs and returns the weights of the best validation epoch. Saves a
 * checkpoint after each epoch, within an epoch every `checkpoint.minutes`, and when `signal` fires.
 *
 * @throws CladenetError DIVERGED when the loss is no longer finite (the message has the epoch, the step and the rate, and the
 *         last checkpoint is kept); TRAINING for a checkpoint of another training; ABORTED when `signal` fires, once the
 *         step is done and the checkpoint saved
 */
export async function learn<Given>(
  trainer: Trainer<Given>,
  lesson: Lesson<Given>,
  config: TrainingConfig,
  first: Weights,
  hooks: FitHooks = {},
): Promise<Fitted> {
  const { train, labels, validation, used: classes } = lesson;
  const { balance, classShare, seed } = config;
  const sample = { train, labels, classes, balance, classShare, batch: trainer.batch, seed };
  const steps = stepsPerEpoch(sample);
  const saved = await hooks.checkpoint?.load();
  const history: EpochRecord[] = [...(saved?.history ?? [])];
  let best: { weights: Weights; record: EpochRecord } | undefined = saved?.best;
  let lastSaved = performance.now();
  if (saved === undefined) trainer.start(first, lesson.used);
  else trainer.restore(saved, lesson.used);

  let begun = saved?.unfinished && { ...saved.unfinished, step: saved.step - history.length * steps };
  for (let epoch = history.length + 1; epoch <= config.epochs; epoch++) {
    const started = performance.now() - 1000 * (begun?.seconds ?? 0);
    const { loss, accuracy, rate } = await runEpoch(epoch, started, begun);
    begun = undefined;
    trainer.estimateStatistics(epochOrder(sample, epoch));
    const judged = validation.length === 0 ? undefined : lesson.judge(trainer, validation);
    const record: EpochRecord = {
      epoch,
      loss,
      accuracy,
      validationLoss: judged?.loss ?? null,
      validationAccuracy: judged?.accuracy ?? null,
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
  // Without validation examples, nothing has been computed with the weights of the last update yet.
  if (validation.length === 0) requireFinite(best.record, lesson.judge(trainer, train.subarray(0, 1)).loss ?? 0);
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
    const batchOf = (step: number): StepBatch<Given> => {
      const indices = order.slice(step * trainer.batch, (step + 1) * trainer.batch);
      const seed = [hash32(config.seed, 'step'), before + step] as const;
      return { ...lesson.given(indices), indices, seed, rate: rateAt(step), unaugmented, side };
    };
    /** A step whose examples are made from now on, and when they are ready. */
    const begin = (step: number) => {
      if (step >= steps) return undefined;
      const batch = batchOf(step);
      const ready = trainer.prepare(batch);
      // Where the step before fails, nobody waits for them.
      ready?.catch(() => undefined);
      return { batch, ready };
    };
    let { loss, correct } = begun ?? { loss: 0, correct: 0 };
    let next = begin(begun?.step ?? 0);
    for (let step = begun?.step ?? 0; next !== undefined; step++) {
      const { batch, ready } = next;
      await ready;
      next = begin(step + 1);
      const result = trainer.step(batch);
      loss += result.loss;
      correct += result.correct;
      if (!Number.isFinite(result.loss)) throw diverged(epoch, step + 1, batch.rate, result.loss);
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

  /** Checks the weights of the epoch's last update, which no step has used yet. */
  function requireFinite({ epoch, rate }: EpochRecord, loss: number): void {
    if (!Number.isFinite(loss)) throw diverged(epoch, steps, rate, loss);
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
