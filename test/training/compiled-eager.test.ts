/** The graph against the operations one by one, for whole networks. */
import { describe, expect, it } from 'vitest';
import { initialise } from '../../src/network/initialise.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import { presets } from '../../src/network/presets.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import { trainingSchema } from '../../src/training/config.js';
import { networkModel } from '../../src/training/model.js';
import { residentImages } from '../../src/training/source.js';
import { createTrainer } from '../../src/training/trainer.js';
import { compiled, eager, runtime } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { shapes } from '../fixtures/shapes.js';

const images = shapes(1);
const STEPS = 20;

describe('compiled and eager training agree, with augmentation and dropout on', () => {
  // The graph fuses convolution, bias and activation, which rounds differently in the last bit. Training amplifies that: a
  // network without batch normalisation (`report`) within a few steps at its usual rate, and, where TensorFlow's own
  // kernels are used, one with it as well. There the usual rate is held to for as long as the arithmetic, not the chaos,
  // decides, and a smaller one for twice as long or more.
  it.each([
    ['compact', 1e-3, runtime.hasKernels ? STEPS : 5],
    ['compact', 1e-4, STEPS],
    ['report', 1e-5, runtime.hasKernels ? STEPS : 10],
  ] as const)('%s at a rate of %d, for %d steps', (name, rate, steps) => {
    const { trunk: spec, head } = presets[name];
    // Small, but as many layers: 87 is the smallest side with which the last pooling of `report` leaves a pixel.
    const size = name === 'compact' ? 32 : 87;
    const trunk = createTrunk({ ...spec, input: { size, channels: 1 } });
    const whole = networkModel(trunk, createHead(head, trunk.features, 5));
    const pixels = Uint8Array.from(
      { length: 4 * size * size },
      (_, i) => ((i * 2654435761) >>> 24) | (i % 7 === 0 ? 0 : 128),
    );
    const set = {
      ...images,
      preprocessing: { ...images.preprocessing, size },
      count: 4,
      pixels,
      widths: new Float32Array(4).fill(50),
      heights: new Float32Array(4).fill(70),
    };
    const kind = name === 'compact' ? 'adamw' : 'sgd';
    const config = trainingSchema.parse({
      batch: 4,
      optimiser: { kind, rate },
      labelSmoothing: 0.05,
      augmentation: { noise: 0.02 },
    });
    const losses = (make: MakeProgram) => {
      const trainer = createTrainer(make, whole, residentImages(set), config);
      trainer.start(initialise(whole.parameters, 1), 5);
      const indices = Int32Array.from({ length: 4 }, (_, i) => i);
      const batch = { indices, targets: indices.map((i) => i % 5), weights: new Float32Array(4).fill(1), rate };
      const all = Array.from({ length: steps }, (_, step) => trainer.step({ ...batch, seed: [7, step] }).loss);
      trainer.dispose();
      return all;
    };
    const [fast, reference] = [losses(compiled), losses(eager)];
    nonEmpty(fast).forEach((loss, i) =>
      expect(Math.abs(loss - (reference[i] ?? 0)) / loss, `step ${i}`).toBeLessThan(1e-4),
    );
    expect(new Set(fast).size).toBe(steps);
  });
});
