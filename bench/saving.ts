/**
 * What saving checkpoints costs: the time of a checkpoint of `compact`, as a share of an epoch on the plankton set's numbers of
 * images and classes. Steps and checkpoints take turns, so that other work on the machine slows both.
 *
 *     npx tsx bench/saving.ts [folder]     default: the current folder, whose disk is measured
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { presets } from '../src/network/presets.js';
import { programsOn } from '../src/tensorflow/device.js';
import { checkpointFolder } from '../src/training/checkpoint.js';
import { presetTraining } from '../src/training/presets.js';
import { CLASSES, readData, writeData } from './data.js';
import { createTraining } from './ours/training.js';

/** Of the 24,257 images of the plankton set, 80 % are trained on. */
const TRAINED_ON = 19_400;
const ROUNDS = 15;
const STEPS = 8;

const scratch = await mkdtemp(join(process.argv[2] ?? '.', 'cladenet-saving-'));
try {
  const batch = presetTraining.compact.batch ?? 64;
  const images = await readData(await writeData(join(scratch, 'images'), 1024, presets.compact.trunk.input.size));
  const { trainer } = createTraining(programsOn(), 'compact', batch, images, { augmented: true });
  const store = checkpointFolder(join(scratch, 'checkpoint'), 'saving');
  const indices = Int32Array.from({ length: batch }, (_, i) => i);
  const targets = indices.map((i) => images.labels[i] ?? 0);
  const weights = new Float32Array(batch).fill(1);
  const stepMs: number[] = [];
  const saveMs: number[] = [];
  const best = { weights: trainer.weights(), record: record(1) };
  for (let round = 0, step = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    for (let i = 0; i < STEPS; i++) trainer.step({ indices, targets, weights, seed: [1, step++], rate: 1e-3 });
    const stepped = performance.now();
    await store.save({ ...trainer.snapshot(), history: [record(1)], best });
    // The first round warms up.
    if (round === 0) continue;
    stepMs.push((stepped - started) / STEPS);
    saveMs.push(performance.now() - stepped);
  }
  trainer.dispose();
  const epochMs = median(stepMs) * Math.ceil(TRAINED_ON / batch);
  console.log(`step of compact, batch ${batch}, ${CLASSES} classes: ${median(stepMs).toFixed(1)} ms`);
  console.log(`epoch of ${TRAINED_ON} images: ${(epochMs / 1000).toFixed(1)} s`);
  console.log(`checkpoint: ${median(saveMs).toFixed(1)} ms (most ${Math.max(...saveMs).toFixed(1)} ms)`);
  console.log(`share of an epoch: ${((100 * median(saveMs)) / epochMs).toFixed(2)} %`);
} finally {
  await rm(scratch, { recursive: true });
}

function record(epoch: number) {
  return { epoch, loss: 1, accuracy: 0, validationLoss: 1, validationAccuracy: 0, rate: 1e-3, seconds: 1 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
