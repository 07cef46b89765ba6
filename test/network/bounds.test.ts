/** Networks that no machine could compute are refused before anything is allocated. */
import { describe, expect, it } from 'vitest';
import { resolveNetwork } from '../../src/classifier/configuration.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import { presets } from '../../src/network/presets.js';
import type { NetworkSpec, NetworkSpecInput } from '../../src/network/spec.js';

const relu = { kind: 'relu' } as const;
type Layer = NetworkSpecInput['trunk']['layers'][number];

const networkOf = (layers: Layer[], size = 64) =>
  ({ trunk: { input: { size }, layers }, head: { layers: [] } }) as unknown as NetworkSpec;
const resolve = (layers: Layer[], size?: number) => () => resolveNetwork(networkOf(layers, size));
const conv = (filters: number, kernel = 3): Layer => ({ type: 'conv', filters, kernel, activation: relu });

describe('the bounds of a network', () => {
  it('hold for each number, and are stated', () => {
    expect(resolve([{ type: 'max-pool', size: 1e9 }])).toThrow(
      'network.trunk.layers[0].size: expected a whole number from 1 to 1024, received 1000000000',
    );
    expect(resolve([conv(1e9)])).toThrow('filters: expected a whole number from 1 to 65536, received 1000000000');
    expect(resolve([conv(8, 1e9)])).toThrow('kernel: expected a whole number from 1 to 1024, received 1000000000');
    expect(resolve(Array.from({ length: 1001 }, () => conv(1)))).toThrow('at most 1000 layers');
  });

  it('hold for all parameters and all outputs together, naming the layer', () => {
    expect(resolve([conv(4096), conv(65_536)])).toThrow(
      /trunk\.layers\[1\] \(conv 3x3 same, ReLU\): expected at most 268435456 parameters up to here, received 24160/,
    );
    expect(resolve([conv(1024)], 1024)).toThrow(
      'trunk.layers[0] (conv 3x3 same, ReLU): expected at most 268435456 outputs for one image up to here, received 1073741824',
    );
    const { features } = createTrunk(presets.compact.trunk);
    expect(() => createHead(presets.compact.head, features, 1e12)).toThrow(
      /head\.layers\[\d\] \(dense, softmax\): expected/,
    );
  });

  it('hold for a batch', () => {
    expect(() => resolveNetwork(networkOf([conv(64)], 256), { batch: 65_536 })).toThrow(
      'training.batch: expected at most 16384 images, whose feature maps take 256 GiB, received 65536',
    );
    expect(resolveNetwork(networkOf([conv(64)], 256), { batch: 16_384 }).config.batch).toBe(16_384);
  });

  it('leave room for every preset at the largest input', () => {
    for (const preset of Object.values(presets)) {
      const input = { ...preset.trunk.input, size: 1024 };
      const trunk = createTrunk({ ...preset.trunk, input });
      expect(createHead(preset.head, trunk.features, 1000).outputs).toBe(1000);
    }
  });
});
