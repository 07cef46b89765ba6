import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { random } from '../../src/random.js';
import { featureImportance } from '../../src/selecting/feature-importance.js';
import { selectFeatures } from '../../src/selecting/select-features.js';
import type { SelectionData } from '../../src/selecting/selection-data.js';
import { organisms } from './fixtures.js';

const options = { seeds: [1, 2, 3], trees: 40, searchTrees: 40, repeats: 2 };
const alone = ({ base: _, ...data }: SelectionData): SelectionData => data;

describe('featureImportance', () => {
  it('sees twins together, less in what repeats the base, and nothing in noise', async () => {
    const data = organisms(600);
    const seen: number[] = [];
    const found = await featureImportance(data, {
      ...options,
      onProgress: (work, done, total) => {
        expect(work).toBe('importance');
        seen.push(done / total);
      },
    });
    const [first, ...others] = found.groups;
    expect(first).toMatchObject({ name: 'elongation', features: ['elongation', 'feret'], kind: 'shape' });
    expect(first?.accuracy.mean).toBeGreaterThan(0.2);
    expect(first?.logLoss.mean).toBeGreaterThan(0.5);
    expect(others.map(({ name }) => name).sort()).toEqual(['area', 'noise1', 'noise2', 'noise3']);
    // The base stands in for its copy.
    const area = found.groups.find(({ name }) => name === 'area');
    const areaAlone = (await featureImportance(alone(data), options)).groups.find(({ name }) => name === 'area');
    expect(areaAlone?.accuracy.mean).toBeGreaterThan(1.5 * (area?.accuracy.mean ?? 1));
    expect(areaAlone?.accuracy.mean).toBeGreaterThan(0.2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });

  it('gives means over seeds with intervals by t, and kinds: all their features together, and the sum of their groups', async () => {
    const { groups, kinds, accuracy } = await featureImportance(organisms(), options);
    const { mean, interval, perSeed } = groups[0]?.accuracy ?? { mean: 0, interval: null, perSeed: [] };
    const [a = 0, b = 0, c = 0] = perSeed;
    const sd = Math.sqrt(((a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2) / 2);
    expect(mean).toBeCloseTo((a + b + c) / 3, 12);
    // 4.3027: the 0.975 quantile of t with 2 degrees of freedom
    expect(interval?.[0]).toBeCloseTo(mean - (4.302653 * sd) / Math.sqrt(3), 6);
    expect(interval?.[1]).toBeCloseTo(mean + (4.302653 * sd) / Math.sqrt(3), 6);
    expect(accuracy.mean).toBeGreaterThan(0.6);
    expect(kinds.map(({ kind, features }) => [kind, features])).toEqual([
      ['size', 2],
      ['shape', 1],
      ['other', 3],
    ]);
    const noise = groups.filter(({ kind }) => kind === 'other').map(({ logLoss }) => logLoss.mean);
    expect(kinds[2]?.sum.logLoss.mean).toBeCloseTo(
      noise.reduce((sum, value) => sum + value, 0),
      12,
    );
    const one = await featureImportance(organisms(), { ...options, seeds: [1] });
    expect(one.groups[0]?.accuracy.interval).toBeNull();
    expect(one.groups.find(({ name }) => name === groups[0]?.name)?.accuracy.mean).toBe(a);
  });
});

describe('selectFeatures', () => {
  it('selects what adds to the base, no copy of it and no noise, and judges that on the test rows', async () => {
    const works = new Set<string>();
    const found = await selectFeatures(organisms(), { ...options, onProgress: (work) => works.add(work) });
    expect(found.selected.map(({ features }) => features)).toEqual([['elongation', 'feret']]);
    expect(found.ended).toBe('no gain');
    const [first, second] = found.rounds;
    expect(found.rounds.length).toBe(2);
    const least = [first, second].map((round) => Math.min(round?.gain ?? 0, round?.gainOverShuffled ?? 0));
    expect(least[0]).toBeGreaterThan(first?.bar ?? 1);
    expect(least[1]).toBeLessThan(second?.bar ?? 0);
    expect(first?.bar).toBeGreaterThan(2 * (first?.noise ?? 1));
    expect(first?.bar).toBeLessThan(2.2 * (first?.noise ?? 0));
    expect(found.start - (first?.score ?? 0)).toBeCloseTo(first?.gain ?? 0, 10);
    expect(first?.tried.length).toBe(5);
    const { arms = [], pairs = [] } = found.test ?? {};
    expect(arms.map(({ name }) => name)).toEqual(['base', 'with selected', 'with all']);
    const [pair] = pairs;
    expect([pair?.a, pair?.b]).toEqual(['with selected', 'base']);
    expect(pair?.metrics.accuracy?.difference).toBeGreaterThan(0.2);
    expect(pair?.metrics.accuracy?.interval[0]).toBeGreaterThan(0);
    expect([...works]).toEqual(['importance', 'base', 'round 1', 'round 2', 'test']);
  });

  it('starts from the shares of the classes without a base, and is deterministic', async () => {
    const data = alone(organisms());
    const found = await selectFeatures(data, { ...options, by: 'accuracy', tried: 3 });
    // The twins know one thing, the area the other.
    expect(new Set(found.selected.map(({ name }) => name))).toEqual(new Set(['elongation', 'area']));
    const { labels, split } = data;
    const share = (k: number, set: ArrayLike<number>) =>
      Array.from(set).filter((row) => labels[row] === k).length / set.length;
    const most = [0, 1, 2, 3].sort((a, b) => share(b, split.train) - share(a, split.train))[0] ?? 0;
    expect(found.start).toBeCloseTo(share(most, split.validation), 12);
    expect(found.test?.arms.map(({ name }) => name)).toEqual(['selected', 'all']);
    expect(await selectFeatures(data, { ...options, by: 'accuracy', tried: 3 })).toEqual(found);
    expect((await selectFeatures(data, { ...options, most: 1 })).ended).toBe('most');
  });

  it('selects nothing where labels are permuted', async () => {
    for (const seed of [1, 2, 3]) {
      const data = organisms(300, seed);
      const labels = random(seed, 'permuted').shuffle(Int32Array.from(data.labels));
      const found = await selectFeatures({ ...data, labels, split: { ...data.split, test: [] } }, options);
      expect(found.selected).toEqual([]);
      expect([found.ended, found.test]).toEqual(['no gain', null]);
    }
  });

  it('stops between two forests', async () => {
    const controller = new AbortController();
    const onProgress = (work: string) => work === 'round 1' && controller.abort();
    await expect(
      selectFeatures(organisms(), { ...options, signal: controller.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('bad input', () => {
  const data = organisms(90);
  const { candidates, split } = data;
  const refused = async (changed: Partial<SelectionData>, given = {}) => {
    const error = await selectFeatures({ ...data, ...changed }, { ...options, ...given }).catch((reason) => reason);
    expect(error).toBeInstanceOf(CladenetError);
    const { code, problems } = error as CladenetError;
    return [code, ...problems.map(({ where, received }) => `${where}: ${received}`)];
  };

  it('is named, all at once', async () => {
    expect(await refused({ split: { train: split.train, validation: [], test: [0, 60, 99] } })).toEqual([
      'USAGE',
      'split.validation: none',
      'split.test: 99',
      'split.test: 1 row of split.train too, such as 60.png',
    ]);
    const base = { names: ['area'], rows: [...candidates.rows].reverse(), values: new Float64Array(90) };
    expect(await refused({ base, labels: [0] })).toEqual([
      'USAGE',
      'base.rows[0]: 89.png',
      'candidates.names: area',
      'labels: 1',
    ]);
    const short = { names: ['learned'], rows: ['0.png'], values: new Float64Array(1) };
    expect(await refused({ base: short })).toEqual(['USAGE', 'base.rows: 1']);
    expect(await refused({}, { seeds: [1, 1], tried: 0 })).toEqual(['USAGE', 'seeds: 1, 1', 'tried: 0']);
    expect(await refused({}, { seeds: [] })).toEqual(['USAGE', 'seeds: none']);
  });

  it('is named by feature and label', async () => {
    const values = candidates.values.map((value, i) => (i % 6 === 1 ? Number.NaN : value));
    values[3] = Number.POSITIVE_INFINITY;
    values[6 * 70 + 4] = Number.NEGATIVE_INFINITY;
    const labels = Int32Array.from(data.labels, (label, row) => (row === 40 ? 4 : label));
    expect(await refused({ candidates: { ...candidates, values }, labels })).toEqual([
      'DATASET',
      'values of noise2: an infinite number in 1 row: 70.png',
      'values of elongation: NaN in every row',
      'labels: 4 in 1 row: 40.png',
      'values of noise1: an infinite number in 1 row: 0.png',
    ]);
  });

  it('is not a single feature, or one with values that could not be measured', async () => {
    const large = organisms();
    const { rows, values } = large.candidates;
    const measured = rows.map((_, row) => (row % 9 === 0 ? Number.NaN : (values[6 * row + 1] ?? 0)));
    const one = { names: ['elongation'], rows, values: Float64Array.from(measured) };
    const { selected, ended } = await selectFeatures({ ...large, candidates: one }, options);
    expect([selected.map(({ name }) => name), ended]).toEqual([['elongation'], 'all selected']);
  });
});
