import { describe, expect, it } from 'vitest';
import { fitForest } from '../../src/forest/fit.js';
import { permutationImportance } from '../../src/forest/permutation-importance.js';
import { random } from '../../src/random.js';
import { blobs, CLASSES, table } from './fixtures.js';

const { table: rows, labels } = blobs(300);
const unseen = blobs(300, 4, 3, 2);
const trained = fitForest(rows, labels, CLASSES, { trees: 40, seed: 1 });

describe('permutation importance', () => {
  it('is the drop of accuracy, high for features that matter and near 0 for others', async () => {
    const seen: number[] = [];
    const { accuracy, groups } = await permutationImportance(await trained, unseen.table, unseen.labels, {
      seed: 1,
      repeats: 3,
      onProgress: (done, total) => seen.push(done / total),
    });
    expect(accuracy).toBeGreaterThan(0.85);
    expect(groups.map(({ group, names }) => [group, names])).toEqual(rows.names.map((name) => [name, [name]]));
    const [f0 = 0, f1 = 0, f2 = 1, f3 = 1] = groups.map(({ mean }) => mean);
    expect(Math.min(f0, f1)).toBeGreaterThan(0.2);
    expect(Math.max(Math.abs(f2), Math.abs(f3))).toBeLessThan(0.03);
    const [{ mean, sd, drops } = { mean: 0, sd: 0, drops: [0] }] = groups;
    const [a = 0, b = 0, c = 0] = drops;
    expect(drops.length).toBe(3);
    expect(mean).toBeCloseTo((a + b + c) / 3, 12);
    expect(sd).toBeCloseTo(Math.sqrt(((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2) / 2), 12);
    const rises = groups.map(({ rises: [rise = 0] }) => rise);
    expect(Math.min(rises[0] ?? 0, rises[1] ?? 0)).toBeGreaterThan(0.5);
    expect(Math.abs(rises[3] ?? 1)).toBeLessThan(0.1);
    expect(seen.at(-1)).toBe(1);
    // The accuracy as it is, and 3 permutations of 4 features.
    expect(seen.length).toBe(13);
  });

  it('counts log-loss with one vote more, spread over all classes', async () => {
    const forest = await trained;
    const { logLoss } = await permutationImportance(forest, unseen.table, unseen.labels, { seed: 1, repeats: 1 });
    const probabilities = forest.predict(unseen.table);
    const losses = Array.from(unseen.labels, (label, row) => {
      const share = probabilities[row * 3 + label] ?? 0;
      return -Math.log((share * 40 + 1 / 3) / 41);
    });
    expect(logLoss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / losses.length, 6);
  });

  it('of correlated features shows only when they are permuted together', async () => {
    const draws = random(1, 'twins');
    const twins = Int32Array.from({ length: 400 }, (_, row) => row % 2);
    const values = Array.from(twins, (label) => {
      const size = label + draws.normal() * 0.3;
      return [size, ...Array.from({ length: 5 }, () => size + draws.normal() * 0.01)];
    });
    const alike = table(['a', 'b', 'c', 'd', 'e', 'f'], values);
    const forest = await fitForest(alike, twins, ['x', 'y'], { trees: 40, seed: 1 });
    const groups = { one: ['a'], all: ['a', 'b', 'c', 'd', 'e', 'f'] };
    const importance = await permutationImportance(forest, alike, twins, { seed: 1, groups });
    const [one, all] = importance.groups.map(({ mean }) => mean);
    expect(one).toBeLessThan(0.1);
    expect(all).toBeGreaterThan(0.4);
  });

  it('says what is wrong, all at once', async () => {
    const wrong = { seed: 1, repeats: 0, groups: { size: ['f0', 'f9'], none: [] } };
    const refused = permutationImportance(await trained, rows, [0, 7], wrong).catch((error) => error);
    const { code, problems } = await refused;
    expect(code).toBe('USAGE');
    expect(problems.map(({ where, received }: { where: string; received: string }) => `${where}: ${received}`)).toEqual(
      ['repeats: 0', 'groups.size: f9', 'groups.none: none', 'labels: 7 in 1 row: 1.png', 'labels: 2'],
    );
  });
});
