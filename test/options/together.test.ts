/** Options that do not go together are refused, by their names; those that do become what the library takes. */
import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { groupingOptionProblems } from '../../src/options/grouping.js';
import { editsOf } from '../../src/options/growing.js';
import { classifierProblems } from '../../src/options/mistakes.js';
import { headTrainingOf, networkOf, presetTrainingOf } from '../../src/options/training-config.js';
import { nodesToTune, tuneOptionsOf } from '../../src/options/tuning.js';
import { unusedOptions } from '../../src/options/unused.js';

function refused(call: () => unknown): string[] {
  try {
    call();
  } catch (error) {
    if (error instanceof CladenetError) return error.problems.map(({ where }) => where);
    throw error;
  }
  return [];
}

describe('options that would do nothing', () => {
  it('are those that were given', () => {
    expect(unusedOptions({ a: 3, b: false, c: undefined, d: true }, ['a', 'b', 'c', 'd'], 'none')).toEqual([
      { where: 'a', expected: 'none', received: '3' },
      { where: 'd', expected: 'none', received: 'it' },
    ]);
    expect(classifierProblems({ fresh: true }).map(({ where }) => where)).toEqual(['fresh', 'images']);
    expect(classifierProblems({ fresh: true, outOfFold: 3, images: 'images' })).toEqual([]);
  });

  it('of a grouping depend on its method', () => {
    const usual = { method: 'beta', symmetrize: 'mean', nested: true } as const;
    expect(groupingOptionProblems(usual, { compare: false })).toEqual([]);
    const idle = { ...usual, method: 'kmeans', groups: 2, alpha: 2, linkage: 'ward' } as const;
    const where = (compare: boolean) => groupingOptionProblems(idle, { compare }).map((problem) => problem.where);
    expect(where(false)).toEqual(['alpha', 'linkage', 'nested']);
    expect(where(true)).toEqual(['alpha', 'nested']);
  });
});

describe('tuning', () => {
  const usual = { search: false, measure: 'log-loss' } as const;

  it('is of nodes by name, or of the weakest', () => {
    expect(nodesToTune({ ...usual, node: ['bars'] })).toEqual(['bars']);
    expect(nodesToTune({ ...usual, weakest: 2 })).toEqual({ weakest: 2 });
    expect(refused(() => nodesToTune({ ...usual, budget: 3 }))).toEqual(['budget', 'node, weakest']);
    expect(refused(() => nodesToTune({ ...usual, node: ['bars'], weakest: 2 }))).toEqual(['node, weakest']);
  });

  it('has the measure, the budget and the seed of the library', () => {
    const options = tuneOptionsOf({ ...usual, search: true, augment: true }, 7);
    expect(options).toMatchObject({ measure: 'logLoss', search: { budget: 1800 }, training: { seed: 7 } });
    expect(tuneOptionsOf({ ...usual, augment: true, seed: 3 }, 7)).toMatchObject({ training: { seed: 3 } });
  });
});

describe('growing', () => {
  it('is by edits, merges first, or by a new taxonomy', () => {
    const usual = { singleChild: 'refuse' } as const;
    expect(editsOf({ ...usual, add: ['ring=round'], merge: ['both=bars, round'] })).toEqual([
      { kind: 'merge', name: 'both', nodes: ['bars', 'round'] },
      { kind: 'add', label: 'ring', parent: 'round' },
    ]);
    expect(editsOf({ ...usual, taxonomy: 'new.csv' })).toEqual([]);
    expect(refused(() => editsOf(usual))).toEqual(['add, move, merge, taxonomy']);
    expect(refused(() => editsOf({ ...usual, move: ['ring'], taxonomy: 'new.csv' }))).toEqual([
      'move',
      'add, move, merge, taxonomy',
    ]);
  });
});

describe('training', () => {
  const usual = { augment: true, seed: 5 };

  it('is that of the preset, with what was given on top', () => {
    const preset = presetTrainingOf({ ...usual, preset: 'compact', rate: 0.5, epochs: 3 });
    expect(preset).toMatchObject({ epochs: 3, batch: 64, seed: 5, optimiser: { kind: 'adamw', rate: 0.5 } });
    expect(presetTrainingOf({ ...usual, augment: false, preset: 'compact' }).augmentation).toBeNull();
    const input = { colour: true, background: 'white' } as const;
    expect(networkOf({ ...input, preset: 'compact', size: 32 }).trunk.input).toEqual({ size: 32, channels: 3 });
  });

  it('of heads is augmented as the CNN block was', () => {
    expect(headTrainingOf({ ...usual, augment: false })).toEqual({ seed: 5 });
    expect(headTrainingOf({ ...usual, rate: 0.1 })).toEqual({ seed: 5, optimiser: { kind: 'adamw', rate: 0.1 } });
  });
});
