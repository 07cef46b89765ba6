import { describe, expect, it } from 'vitest';
import { parseHead, resolveNetwork } from '../../src/classifier/configuration.js';
import { CladenetError, type Problem } from '../../src/errors.js';
import { presets } from '../../src/network/presets.js';
import { presetTraining } from '../../src/training/presets.js';
import { tinyNetwork } from '../fixtures/shapes.js';

function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    if (error instanceof CladenetError && error.code === 'CONFIG') return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a network and its training', () => {
  it('by default and by name are the presets, trained by their defaults unless changed', () => {
    expect(resolveNetwork().spec).toBe(presets.compact);
    const { spec, config } = resolveNetwork('report', { epochs: 3 });
    expect(spec).toBe(presets.report);
    expect(config).toMatchObject({ ...presetTraining.report, augmentation: { noise: 0.02 }, epochs: 3, seed: 1 });
    expect(resolveNetwork(tinyNetwork).config).toMatchObject({ epochs: 12, batch: 128, labelSmoothing: 0 });
  });

  it('have the defaults filled in', () => {
    const written = { trunk: { input: { size: 16 }, layers: [{ type: 'max-pool' }] }, head: { layers: [] } };
    expect(resolveNetwork(written as never).spec).toEqual({
      trunk: {
        input: { size: 16, channels: 1 },
        layers: [{ type: 'max-pool', size: 3, stride: 2, padding: 'valid' }],
        pooling: 'flatten',
        appendSize: false,
      },
      head: { layers: [] },
    });
  });

  it('are refused with the nearest name, or every problem with its place and what was there', () => {
    expect(problemsOf(() => resolveNetwork('compct' as never))).toMatchObject([
      { where: 'network', received: 'compct', remedy: "Did you mean 'compact'?" },
    ]);
    const layers = [{ type: 'conv', filters: 0, activation: { kind: 'relu' } }];
    const spec = { ...tinyNetwork, name: 'mine', trunk: { ...tinyNetwork.trunk, layers } };
    expect(problemsOf(() => resolveNetwork(spec as never))).toEqual([
      { where: 'network.trunk.layers[0].filters', expected: 'a whole number from 1 to 65536', received: '0' },
      { where: 'network.name', expected: 'a known field', received: 'name' },
    ]);
    const training = { epochs: 1.5, batch: 'many', optimiser: { kind: 'adam' }, seed: -1, rate: 1 };
    expect(
      problemsOf(() => resolveNetwork('compact', training as never))
        .map(({ where }) => where)
        .sort(),
    ).toEqual(['training.batch', 'training.epochs', 'training.optimiser.kind', 'training.rate', 'training.seed']);
    expect(problemsOf(() => parseHead({ layers: [{ type: 'dropout', rate: 1 }] }))).toEqual([
      { where: 'head.layers[0].rate', expected: 'number to be <1', received: '1' },
    ]);
  });
});
