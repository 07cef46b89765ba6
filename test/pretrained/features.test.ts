import { readFileSync } from 'node:fs';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createTrunk } from '../../src/network/network.js';
import { presets } from '../../src/network/presets.js';
import type { TrunkSpec } from '../../src/network/spec.js';
import { mapWeights } from '../../src/pretrained/map-weights.js';
import { inferencePass } from '../../src/training/step.js';
import { eager } from '../fixtures/device.js';
import { arraysOf, bytes } from './generated.js';

interface Features {
  readonly sum: number;
  readonly first: readonly number[];
}
type Recorded = { readonly arrays: string } & Readonly<Record<'grey' | 'colour', Features>>;
const FILE = new URL('./fixtures/features.json', import.meta.url);
const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Record<
  'efficientnet_lite0' | 'mobilenetv2_100' | 'resnet18',
  Recorded
>;
const SIZE = 64;

function featuresOf(name: keyof typeof recorded, arrays: ReturnType<typeof arraysOf>, channels: 1 | 3): Float32Array {
  const { trunk } = presets[name];
  const spec: TrunkSpec = { ...trunk, appendSize: false, input: { ...trunk.input, size: SIZE, channels } };
  const { weights, ignored } = mapWeights('file', arrays, spec);
  expect(ignored).toHaveLength(2);
  const built = createTrunk(spec);
  const shape = [1, SIZE, SIZE, channels];
  const program = eager({
    state: weights,
    functions: {
      features: {
        inputs: { pixels: { shape, data: new Float32Array(SIZE * SIZE * channels) } },
        run: (ops, state, { pixels }) => {
          const sizes = ops.tf.ones([1, 2]);
          return { outputs: { features: built.forward(inferencePass(ops, state), pixels as Tensor, sizes) } };
        },
      },
    },
  });
  try {
    // White is 0 and black is 1.
    const pixels = Float32Array.from(bytes(SIZE * SIZE * channels), (byte) => 1 - byte / 255);
    return program.run('features', { pixels }).features?.data as Float32Array;
  } finally {
    program.dispose();
  }
}

describe("features of PyTorch's networks with the same weights", () => {
  it.each(Object.keys(recorded) as (keyof typeof recorded)[])('%s', (name) => {
    const arrays = arraysOf(recorded[name].arrays);
    for (const [kind, channels] of [['grey', 1] as const, ['colour', 3] as const]) {
      const features = featuresOf(name, arrays, channels);
      const { sum, first } = recorded[name][kind];
      first.forEach((value, i) => {
        expect(Math.abs((features[i] ?? Number.NaN) - value)).toBeLessThan(1e-4 * Math.max(1, value));
      });
      expect(Math.abs(features.reduce((a, b) => a + b, 0) / sum - 1)).toBeLessThan(1e-5);
    }
  });
});
