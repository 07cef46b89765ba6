/** Names of what a study keeps: they change with everything that matters, and not with settings at their default. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { networkSchema } from '../../src/network/spec.js';
import type { StudyConfigInput } from '../../src/study/config.js';
import { type KeyContext, modelKey, predictionsKey, withoutDefaults } from '../../src/study/keys.js';
import { parseStudy } from '../../src/study/parse.js';
import { planArm } from '../../src/study/plan.js';
import { trainingSchema } from '../../src/training/config.js';
import { tinyNetwork } from '../fixtures/shapes.js';
import { tinyStudy } from './configs.js';

const context: KeyContext = {
  seed: 1,
  folderOf: (plan) => `flat-${modelKey(plan, context)}`,
  tableDigest: ({ file }) => `content of ${file}`,
  lineagesOf: (taxonomy) => [taxonomy ?? 'own'],
  digestOf: (_, described) => JSON.stringify(described),
};

/** The keys of the arms' models. */
function keys(change: Partial<StudyConfigInput> = {}): string[] {
  const study = parseStudy({ ...tinyStudy('x'), ...change }, { needsImages: false });
  return study.arms.map((arm) => modelKey(planArm(study, arm).model, context));
}

describe('a value without its defaults', () => {
  it('has the fields only that its schema does not fill in by itself', () => {
    const training = trainingSchema.parse({ epochs: 3, optimiser: { kind: 'adamw', rate: 0.01 } });
    const brief = { epochs: 3, optimiser: { kind: 'adamw', rate: 0.01 } };
    expect(withoutDefaults(trainingSchema, training)).toEqual(brief);
    expect(withoutDefaults(trainingSchema, { ...training, augmentation: null })).toEqual({
      ...brief,
      augmentation: null,
    });
    const network = networkSchema.parse(tinyNetwork);
    const conv = { activation: { kind: 'relu' }, filters: 8, norm: true, stride: 2, type: 'conv' };
    expect(withoutDefaults(networkSchema, network)).toMatchObject({ trunk: { layers: [conv, {}, { size: 2 }] } });
  });

  it('is the same under a schema with a new setting, and gives the whole value back', () => {
    const newer = trainingSchema.extend({ warmRestarts: z.int().default(0) });
    const training = trainingSchema.parse({ batch: 16, augmentation: { zoom: 1.3 } });
    const brief = withoutDefaults(trainingSchema, training);
    expect(withoutDefaults(newer, newer.parse(training))).toEqual(brief);
    expect(withoutDefaults(newer, { ...training, warmRestarts: 2 })).toEqual({ ...(brief as object), warmRestarts: 2 });
    expect(trainingSchema.parse(brief)).toEqual(training);
  });

  it('has its fields in one order, whatever order they were given in', () => {
    const [a, b] = [trainingSchema.parse({ epochs: 3, batch: 8 }), trainingSchema.parse({ batch: 8, epochs: 3 })];
    const text = (value: z.output<typeof trainingSchema>) => JSON.stringify(withoutDefaults(trainingSchema, value));
    expect(text({ ...b })).toBe(text(Object.fromEntries(Object.entries(a).reverse()) as typeof a));
  });
});

describe('the key of a model', () => {
  it('is the same for all arms of one model, and for settings that are given at their default', () => {
    const [flat, tree, greedy, lca, ...others] = keys();
    expect([greedy, lca]).toEqual([tree, tree]);
    expect(new Set([flat, tree, ...others]).size).toBe(4);
    const arms = tinyStudy('x').arms.map((arm) => (arm.name === 'tree' ? { ...arm, trunk: 'shared' as const } : arm));
    expect(keys({ arms, background: 'white', training: { ...tinyStudy('x').training, balance: 0 } })).toEqual(keys());
  });

  it('changes with each setting that changes what is trained, and with nothing else', () => {
    const before = keys();
    expect(keys({ level: 0.9, tta: 4, strict: true })).toEqual(before);
    const changed = (change: Partial<StudyConfigInput>) => keys(change).map((key, i) => key !== before[i]);
    expect(changed({ headTraining: { epochs: 3, batch: 16 } })).toEqual([false, true, true, true, true, true]);
    expect(changed({ views: 2 })).toEqual([false, true, true, true, true, true]);
    expect(changed({ training: { ...tinyStudy('x').training, balance: 5 } })).toEqual(Array(6).fill(true));
    expect(changed({ background: 'border-median' })).toEqual(Array(6).fill(true));
    expect(changed({ colour: true })).toEqual(Array(6).fill(true));
  });

  it('of arms on features is the one that earlier studies have', () => {
    const arms: StudyConfigInput['arms'] = [
      { name: 'measured', kind: 'features' },
      { name: 'both', kind: 'features', features: ['biologists', 'deep'] },
      { name: 'flat', kind: 'flat' },
    ];
    const [measured, both] = keys({ arms });
    expect([measured, both]).toEqual(['485a3baba10c', '3d70adae7aa6']);
    expect(keys({ arms: arms.map((arm) => (arm.name === 'both' ? { ...arm, features: ['both'] } : arm)) })[1]).toBe(
      both,
    );
  });

  it('changes with the content of a table, and with what decides in the nodes of a tree', () => {
    const tree = { name: 'tree', kind: 'tree', decideBy: 'forest' } as const;
    const arms: StudyConfigInput['arms'] = [
      { name: 'flat', kind: 'flat' },
      { name: 'a', kind: 'features', features: ['a.csv'] },
      { name: 'b', kind: 'features', features: ['b.csv'] },
      { name: 'heads', kind: 'tree' },
      { ...tree, name: 'forests' },
      { ...tree, name: 'measured', features: ['biologists'] },
      { ...tree, name: 'trees', trees: 20 },
    ];
    expect(new Set(keys({ arms })).size).toBe(arms.length);
    const before = keys({ arms });
    expect(keys({ arms, headTraining: { epochs: 3 } }).map((key, i) => key !== before[i])).toEqual([
      ...[false, false, false, true, false, false, false],
    ]);
  });

  it('changes with the seed', () => {
    const study = parseStudy(tinyStudy('x'), { needsImages: false });
    const flat = study.arms.slice(0, 1).map((arm) => planArm(study, arm).model);
    const of = (seed: number) => flat.map((model) => modelKey(model, { ...context, seed }));
    expect(of(1)).not.toEqual(of(2));
  });
});

it('the key of predictions changes with the model, how it decides, and the images', () => {
  const usual = { routing: undefined, tta: 1, decide: 'leaf' } as const;
  const keyOf = (model: string, by: Parameters<typeof predictionsKey>[1], images = ['a']) =>
    predictionsKey(model, by, ['t'], images);
  const all = [
    keyOf('m', usual),
    keyOf('n', usual),
    keyOf('m', usual, ['b']),
    keyOf('m', { ...usual, routing: 'greedy' }),
    keyOf('m', { ...usual, tta: 2 }),
    keyOf('m', { ...usual, decide: 'lca' }),
    predictionsKey('m', { ...usual, decide: 'lca' }, ['other'], ['a']),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(predictionsKey('m', usual, ['other'], ['a'])).toBe(all[0]);
});
