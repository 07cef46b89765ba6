/** Whole trainings on small pictures: learning, repeating, stopping, going on, diverging. */
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import type { Weights } from '../../src/network/weights.js';
import { encodeWeights } from '../../src/network/weights-file.js';
import { checkpointFolder, reportingDamage } from '../../src/training/checkpoint.js';
import { type TrainingConfigInput, trainingSchema } from '../../src/training/config.js';
import type { EpochRecord } from '../../src/training/epoch-record.js';
import { fit } from '../../src/training/fit.js';
import type { FitHooks, FitProgress } from '../../src/training/hooks.js';
import { networkModel } from '../../src/training/model.js';
import { residentImages, type Source, streamedImages } from '../../src/training/source.js';
import type { Task } from '../../src/training/task.js';
import { createTrainer, type Trainer } from '../../src/training/trainer.js';
import { alive, compiled } from '../fixtures/device.js';
import { SHAPES, shapes, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

/** Equal where names, shapes and every bit are. */
const print = (weights: Weights) => encodeWeights(weights).description;

const images = shapes(40);
const train = Int32Array.from({ length: 128 }, (_, i) => i);
const validation = Int32Array.from({ length: 32 }, (_, i) => 128 + i);
const task: Task = { labels: images.labels, classes: SHAPES.length, train, validation };

function model() {
  const trunk = createTrunk(tinyNetwork.trunk);
  return networkModel(trunk, createHead(tinyNetwork.head, trunk.features, SHAPES.length));
}

interface Setting {
  readonly training?: TrainingConfigInput;
  readonly hooks?: FitHooks;
  readonly source?: Source;
  readonly task?: Task;
  /** Changes the trainer that `fit` is given. */
  readonly wrap?: (trainer: Trainer) => Trainer;
}

/** A whole training, its history without the seconds. */
async function trained(setting: Setting = {}) {
  const config = trainingSchema.parse({ ...tinyTraining, ...setting.training });
  const trainer = createTrainer(compiled, model(), setting.source ?? residentImages(images), config);
  try {
    const first = initialise(model().parameters, config.seed);
    const given = setting.wrap?.(trainer) ?? trainer;
    const fitted = await fit(given, setting.task ?? task, config, first, setting.hooks);
    return { ...fitted, history: fitted.history.map(({ seconds: _, ...rest }) => rest) };
  } finally {
    trainer.dispose();
  }
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-fit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('fit', () => {
  it('learns shapes, and reports every step and epoch', async () => {
    const steps: FitProgress[] = [];
    const epochs: EpochRecord[] = [];
    const hooks = {
      onStep: (step: FitProgress) => steps.push(step),
      onEpoch: (record: EpochRecord) => void epochs.push(record),
    };
    const { best, history, weights } = await trained({ hooks, training: { epochs: 12 } });
    expect(best.validationAccuracy).toBeGreaterThan(0.9);
    expect(history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(epochs.map(({ seconds: _, ...rest }) => rest)).toEqual(history);
    expect(steps.map(({ epoch, step }) => `${epoch}/${step}`)).toEqual(
      history.flatMap(({ epoch }) => Array.from({ length: 8 }, (_, i) => `${epoch}/${i + 1}`)),
    );
    expect(steps.filter(({ step }) => step === 8).map(({ loss, accuracy }) => [loss, accuracy])).toEqual(
      history.map(({ loss, accuracy }) => [loss, accuracy]),
    );
    expect(Object.keys(weights)).toEqual(model().parameters.map(({ name }) => name));
  });

  it('keeps the weights of the best validation epoch, not of the last', async () => {
    // Validation labels that are all wrong: the more is learned, the lower the accuracy.
    const labels = images.labels.map((label, i) => (i < 128 ? label : (label + 1) % 4));
    const after: ReturnType<typeof print>[] = [];
    let trainer: Trainer | undefined;
    const { best, history, weights } = await trained({
      training: { epochs: 8 },
      task: { ...task, labels },
      wrap: (given) => {
        trainer = given;
        return given;
      },
      hooks: { onEpoch: () => void after.push(print(trainer?.weights() ?? {})) },
    });
    const accuracies = history.map(({ validationAccuracy }) => validationAccuracy ?? Number.NaN);
    expect(best.validationAccuracy).toBe(Math.max(...accuracies));
    expect(best.epoch).toBeLessThan(8);
    expect(print(weights)).toEqual(after[best.epoch - 1]);
    expect(print(weights)).not.toEqual(after[7]);
  });

  it('keeps the last epoch where nothing validates', async () => {
    const { best, history } = await trained({
      training: { epochs: 2 },
      task: { ...task, validation: new Int32Array(0) },
    });
    expect(best.epoch).toBe(2);
    expect(history.map(({ validationLoss, validationAccuracy }) => [validationLoss, validationAccuracy])).toEqual([
      [null, null],
      [null, null],
    ]);
  });

  it('gives the same for the same seed, bit for bit, and another for another; resident or streamed alike', async () => {
    const training = { epochs: 2, labelSmoothing: 0.1, classWeights: 'balanced' } as const;
    const once = await trained({ training });
    const again = await trained({ training });
    expect(again.history).toEqual(once.history);
    expect(print(again.weights)).toEqual(print(once.weights));
    const streamed = await trained({ training, source: streamedImages(images) });
    expect(streamed.history).toEqual(once.history);
    expect(print(streamed.weights)).toEqual(print(once.weights));
    const other = await trained({ training: { ...training, seed: 2 } });
    expect(other.history).not.toEqual(once.history);
    expect(print(other.weights)).not.toEqual(print(once.weights));
  });

  it.each([
    ['AdamW', { epochs: 4 }],
    ['SGD', { epochs: 4, optimiser: { kind: 'sgd', rate: 0.05, decay: { factor: 0.5, every: 2 } } }],
  ] as const)('goes on after it was stopped, as if it had not been: %s', async (name, training) => {
    const whole = await trained({ training });
    const checkpoint = checkpointFolder(join(folder, name), 'resume');
    const done: string[] = [];
    const note = ({ epoch, step }: FitProgress) => void done.push(`${epoch}/${step}`);
    const stopped = (stopAt: (progress: { epoch: number; step?: number }) => boolean) => {
      const controller = new AbortController();
      const stop = (progress: { epoch: number; step?: number }) => {
        if (stopAt(progress)) controller.abort();
      };
      const onStep = (progress: FitProgress) => {
        note(progress);
        stop(progress);
      };
      return expect(
        trained({ training, hooks: { checkpoint, signal: controller.signal, onEpoch: stop, onStep } }),
      ).rejects.toMatchObject({ code: 'ABORTED' });
    };
    const lines = async () => (await readFile(join(folder, name, 'history.jsonl'), 'utf8')).trim().split('\n').length;
    // In the middle of the second epoch, after its last step, and after the third epoch.
    await stopped(({ epoch, step }) => epoch === 2 && step === 4);
    expect(await lines()).toBe(1);
    await stopped(({ epoch, step }) => epoch === 2 && step === 8);
    expect(await lines()).toBe(1);
    await stopped(({ epoch, step }) => epoch === 3 && step === undefined);
    expect(await lines()).toBe(3);
    const resumed = await trained({ training, hooks: { checkpoint, onStep: note } });
    // No step is repeated.
    expect(done).toEqual(Array.from({ length: 32 }, (_, i) => `${Math.floor(i / 8) + 1}/${(i % 8) + 1}`));
    expect(resumed.history).toEqual(whole.history);
    expect(resumed.best.epoch).toBe(whole.best.epoch);
    expect(print(resumed.weights)).toEqual(print(whole.weights));
  });

  it.each([
    ['as often as is said', 1e-9, '2/5'],
    ['not within a short epoch', undefined, '2/1'],
    ['not at all where 0 is said', 0, '2/1'],
  ])('saves within an epoch %s, and a killed training resumes there', async (name, minutes, first) => {
    const training = { epochs: 3, optimiser: { kind: 'sgd', rate: 0.05 } } as const;
    const whole = await trained({ training });
    const checkpoint = checkpointFolder(join(folder, name), 'within', { minutes });
    const kill = ({ epoch, step }: FitProgress) => {
      if (epoch === 2 && step === 5) throw new Error('killed');
    };
    await expect(trained({ training, hooks: { checkpoint, onStep: kill } })).rejects.toThrow('killed');
    const done: string[] = [];
    const onStep = ({ epoch, step }: FitProgress) => void done.push(`${epoch}/${step}`);
    const resumed = await trained({ training, hooks: { checkpoint, onStep } });
    expect(done[0]).toBe(first);
    expect(resumed.history).toEqual(whole.history);
    expect(print(resumed.weights)).toEqual(print(whole.weights));
  });

  it('repeats the epoch of a damaged checkpoint from the one before, with the same result bit for bit', async () => {
    const training = { epochs: 4 };
    const whole = await trained({ training });
    const path = join(folder, 'damaged');
    const onStep = ({ epoch }: FitProgress) => {
      if (epoch === 4) throw new Error('killed');
    };
    const hooks = { checkpoint: checkpointFolder(path, 'one'), onStep };
    await expect(trained({ training, hooks })).rejects.toThrow('killed');
    await truncate(join(path, 'checkpoint.bin'), 100);
    const epochs: number[] = [];
    const damages: string[] = [];
    const checkpoint = reportingDamage(checkpointFolder(path, 'one'), ({ received }) => damages.push(received));
    const onEpoch = ({ epoch }: EpochRecord) => void epochs.push(epoch);
    const resumed = await trained({ training, hooks: { checkpoint, onEpoch } });
    expect(damages).toEqual([expect.stringMatching(/checkpoint\.bin: .*truncated/)]);
    expect(epochs).toEqual([3, 4]);
    expect(resumed.history).toEqual(whole.history);
    expect(print(resumed.weights)).toEqual(print(whole.weights));
  });

  it('refuses a checkpoint of another training or a damaged one before any step', async () => {
    const checkpoint = checkpointFolder(join(folder, 'refused'), 'one');
    await trained({ training: { epochs: 2 }, hooks: { checkpoint } });
    const onStep = () => {
      throw new Error('a step was done');
    };
    await expect(
      trained({ hooks: { checkpoint: checkpointFolder(join(folder, 'refused'), 'other'), onStep } }),
    ).rejects.toThrow(/checkpoint of another training[\s\S]*other settings[\s\S]*`fresh: true`/);
    await writeFile(join(folder, 'refused', 'checkpoint.bin'), 'short');
    await rm(join(folder, 'refused', 'previous'), { recursive: true });
    await expect(trained({ hooks: { checkpoint, onStep } })).rejects.toThrow(
      /damaged[\s\S]*truncated[\s\S]*`fresh: true`/,
    );
  });

  it('leaves nothing native behind: trainings that end, are stopped, or fail in a hook', async () => {
    const before = alive();
    await trained({ training: { epochs: 1 } });
    await expect(trained({ hooks: { signal: AbortSignal.abort() } })).rejects.toMatchObject({ code: 'ABORTED' });
    const onEpoch = () => Promise.reject(new Error('no space left'));
    await expect(trained({ hooks: { onEpoch } })).rejects.toThrow('no space left');
    expect(alive()).toEqual(before);
  });
});

describe('a loss that is not finite', () => {
  const huge = { optimiser: { kind: 'sgd', rate: 1e30 }, augmentation: null } as const;

  it('stops the training and says where, leaving nothing native', async () => {
    const before = alive();
    await expect(trained({ training: huge })).rejects.toMatchObject({
      code: 'DIVERGED',
      message: expect.stringMatching(
        /epoch 1, step \d+, learning rate 1\.00e\+30: expected a finite loss, received (NaN|Infinity)/,
      ) as string,
    });
    expect(alive()).toEqual(before);
  });

  it.each([
    ['with', validation],
    ['without', new Int32Array(0)],
  ])('is noticed after the very last update too, %s validation images', async (_, images) => {
    // One step in all: its loss is that of the first weights, and finite.
    const training = { ...huge, epochs: 1, batch: 128 };
    await expect(trained({ training, task: { ...task, validation: images } })).rejects.toThrow(/epoch 1, step 1, lear/);
  });

  it('leaves the checkpoint of the last good epoch', async () => {
    const checkpoint = checkpointFolder(join(folder, 'diverged'), 'diverged');
    let steps = 0;
    const wrap = (trainer: Trainer): Trainer => ({
      ...trainer,
      step: (batch) => (++steps === 19 ? { loss: Number.POSITIVE_INFINITY, correct: 0 } : trainer.step(batch)),
    });
    await expect(trained({ hooks: { checkpoint }, wrap })).rejects.toThrow(/epoch 3, step 3, .*received Infinity/);
    const kept = await checkpoint.load();
    expect(kept?.history.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(kept?.step).toBe(16);
    const values = Object.values(kept?.best?.weights ?? {}).flatMap(({ data }) => Array.from(data));
    expect(values.length).toBeGreaterThan(0);
    expect(values).toAllSatisfy(Number.isFinite);
  });
});

describe('unaugmented epochs', () => {
  it.each([
    [0, []],
    [0.25, [4]],
    [0.5, [3, 4]],
    [1, [1, 2, 3, 4]],
  ])('are the last: %f of 4', async (unaugmentedShare, expected) => {
    const unaugmented: boolean[] = [];
    const wrap = (trainer: Trainer): Trainer => ({
      ...trainer,
      step: (batch) => {
        unaugmented.push(batch.unaugmented ?? false);
        return trainer.step(batch);
      },
    });
    // Two steps in each epoch.
    const small = { ...task, train: train.subarray(0, 32), validation: new Int32Array(0) };
    await trained({ training: { epochs: 4, unaugmentedShare }, task: small, wrap });
    const steps = unaugmented.length / 4;
    expect(steps).toBe(2);
    const epochs = unaugmented.flatMap((isUnaugmented, i) => (isUnaugmented ? [Math.floor(i / steps) + 1] : []));
    expect([...new Set(epochs)]).toEqual(expected);
    expect(epochs).toHaveLength(expected.length * steps);
  });
});
