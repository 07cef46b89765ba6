/** Configurations of studies: every problem at once, and what a right one comes to. */
import { describe, expect, it } from 'vitest';
import { CladenetError, type Problem } from '../../src/errors.js';
import { parseStudy } from '../../src/study/parse.js';
import { tinyStudy } from './configs.js';

function problemsOf(raw: unknown, needsImages = false): readonly Problem[] {
  try {
    parseStudy(raw, { needsImages });
    return [];
  } catch (error) {
    if (!(error instanceof CladenetError)) throw error;
    expect(error.code).toBe('USAGE');
    return error.problems;
  }
}

const flat = { name: 'flat', kind: 'flat' };
const tree = { name: 'tree', kind: 'tree' };
const study = (...arms: object[]) => ({ taxonomy: 'tree.csv', seeds: [1], arms });
const places = (raw: unknown) => problemsOf(raw).map(({ where }) => where);

describe('a configuration', () => {
  it('is filled in with defaults, but for trainings', () => {
    const { arms, ...rest } = parseStudy({ ...study(flat, tree), training: { epochs: 3 } }, { needsImages: false });
    expect(rest).toMatchObject({
      network: 'compact',
      fractions: { train: 0.8, validation: 0.1, test: 0.1 },
      training: { epochs: 3 },
      level: 0.95,
      singleChild: 'refuse',
    });
    expect(Object.keys(rest.training ?? {})).toEqual(['epochs']);
    expect(arms[1]).toMatchObject({ decideBy: 'head', headKind: 'conditional' });
  });

  it('is the same when it is checked again', () => {
    const once = parseStudy(tinyStudy('x'), { needsImages: false });
    expect(parseStudy(once, { needsImages: false })).toEqual(once);
  });

  it('may have the keys of version 0.1, which are renamed', () => {
    const layers = [{ type: 'dense', units: 8, activation: { kind: 'relu' } }];
    const specialists = { name: 's', kind: 'specialists', groups: 'g.csv' };
    const old = study(
      flat,
      { ...tree, head: 'path-sum', mlp: { layers }, training: { plainShare: 0.5 } },
      { ...specialists, mlp: { layers } },
    );
    const parsed = parseStudy(
      { ...old, training: { plainShare: 0.25 }, headTraining: { plainShare: 0 } },
      { needsImages: false },
    );
    expect(parsed.training).toEqual({ unaugmentedShare: 0.25 });
    expect(parsed.headTraining).toEqual({ unaugmentedShare: 0 });
    const of = { head: { layers } };
    expect(parsed.arms.slice(1)).toMatchObject([
      { headKind: 'path-sum', ...of, training: { unaugmentedShare: 0.5 } },
      { kind: 'specialists', ...of },
    ]);
    expect(JSON.stringify(parsed)).not.toMatch(/mlp|plainShare/);
  });

  it('is refused where a key has its old name and its new one', () => {
    const both = { plainShare: 0.5, unaugmentedShare: 0.5 };
    expect(places({ ...study(flat), training: both })).toEqual(['training.plainShare']);
    expect(places(study(flat, { ...tree, mlp: { layers: [] }, head: { layers: [] } }))).toEqual(['arms[1].mlp']);
  });

  it('is refused with everything that is wrong with it, and the nearest names', () => {
    const problems = problemsOf(
      {
        images: 7,
        seeds: [1, 1],
        sedes: [2],
        fractions: { train: 0.9, validation: 0.2, test: 0.1 },
        network: 'compakt',
        training: { epoch: 3, batch: 0 },
        tta: 3,
        arms: [
          { name: 'flat', kind: 'flat', trunk: 'own' },
          { name: 'a/b', kind: 'tree', trunk: 'shraed', headKind: 'path-sum' },
          { name: 'flat', kind: 'tree', routing: 'product', headKind: 'path-sum', from: 'flt' },
          { name: 'odd', kind: 'bush' },
        ],
      },
      true,
    );
    const found = Object.fromEntries(problems.map(({ where, ...problem }) => [where, problem]));
    expect(found).toMatchObject({
      images: { expected: 'a folder, a table or a zip file', received: '7' },
      seeds: { expected: 'a list of different whole numbers of at least 0', received: '[1,1]' },
      sedes: { expected: 'a known field', remedy: "Did you mean 'seeds'?" },
      fractions: { expected: expect.stringContaining('sum to 1') },
      network: { received: 'compakt', remedy: "Did you mean 'compact'?" },
      'training.epoch': { remedy: "Did you mean 'epochs'?" },
      'training.batch': { expected: 'a whole number from 1 to 65536', received: '0' },
      tta: { expected: '1, 2, 4 or 8', received: '3' },
      'arms[0].trunk': { expected: 'a known field' },
      'arms[1].name': { received: 'a/b' },
      'arms[1].trunk': { received: 'shraed', remedy: "Did you mean 'shared'?" },
      'arms[2].taxonomy': { received: 'none' },
      'arms[2].from': { received: 'flt', remedy: "Did you mean 'flat'?" },
      'arms[2].routing': { expected: expect.stringContaining('path-sum') },
      'arms[3].kind': { expected: 'an arm of kind flat, tree, specialists, features or fusion', received: 'bush' },
      arms: { expected: 'a different name for each arm', received: 'flat again' },
    });
  });

  it('is refused where there is nothing in it', () => {
    expect(problemsOf({}, true).map(({ where }) => where)).toEqual(['images', 'seeds', 'arms']);
    expect(places({ ...study(), seeds: [] })).toEqual(['seeds', 'arms']);
    expect(problemsOf(null)).not.toEqual([]);
    expect(places({ ...study(flat), seeds: ['1'] })).toEqual(['seeds[0]']);
  });

  it.each([
    ['a shared trunk without a flat arm', [tree], 'arms[0].from'],
    ['a trunk of a tree', [flat, tree, { ...tree, name: 'b', from: 'tree' }], 'arms[2].from'],
    ['path-sum heads on own trunks', [{ ...tree, trunk: 'own', headKind: 'path-sum' }], 'arms[0].headKind'],
    ['a network with a shared trunk', [flat, { ...tree, network: 'report' }], 'arms[1].network'],
    [
      'a size with a CNN block to start from',
      [flat, { ...tree, trunk: 'joint', from: 'flat', size: 32 }],
      'arms[1].size',
    ],
    ['views without a shared trunk', [{ ...tree, trunk: 'joint', views: 2 }], 'arms[0].views'],
    ['augmentation of features', [flat, { ...tree, training: { augmentation: {} } }], 'arms[1].training.augmentation'],
    ['precision of features', [flat, { ...tree, training: { precision: 'bfloat16' } }], 'arms[1].training.precision'],
    ['combined routing without a flat head', [{ ...tree, trunk: 'joint', routing: 'combined' }], 'arms[0].routing'],
    ['path-sum routing of conditional heads', [flat, { ...tree, routing: 'path-sum' }], 'arms[1].routing'],
    ['greedy routing and lca', [flat, { ...tree, routing: 'greedy', decide: 'lca' }], 'arms[1].decide'],
    ['specialists without a flat arm', [{ name: 's', kind: 'specialists', groups: 'g.csv' }], 'arms[0].from'],
    ['groups that are no file', [flat, { name: 's', kind: 'specialists', groups: 'random' }], 'arms[1].groups'],
    ['specialists with no groups', [flat, { name: 's', kind: 'specialists' }], 'arms[1].groups'],
    [
      'views of specialists that have networks',
      [flat, { name: 's', kind: 'specialists', groups: 'g.csv', trunk: 'own', views: 2 }],
      'arms[1].views',
    ],
    [
      'specialists without heads of their own',
      [flat, { name: 's', kind: 'specialists', groups: 'g', trunk: 'joint' }],
      'arms[1].trunk',
    ],
    ['errors of a tree', [flat, { ...tree, taxonomy: { errorsOf: 'tree' } }], 'arms[1].taxonomy.errorsOf'],
    ['a beta that is none', [flat, { ...tree, taxonomy: { beta: 2 } }], 'arms[1].taxonomy.beta'],
    ['a number of groups beside beta', [flat, { ...tree, taxonomy: { groups: 3 } }], 'arms[1].taxonomy.groups'],
    [
      'merges of k-means',
      [flat, { ...tree, taxonomy: { method: 'kmeans', groups: 3, nested: true } }],
      'arms[1].taxonomy.nested',
    ],
    ['a seed of an arm', [{ ...flat, training: { seed: 3 } }], 'arms[0].training.seed'],
    ['names that differ in case', [flat, { ...flat, name: 'Flat' }], 'arms'],
  ])('is refused for %s', (_, arms, where) => {
    expect(places(study(...arms))).toEqual([where]);
  });

  it('needs a taxonomy where trees, random ones or lca do', () => {
    const { taxonomy: _, ...bare } = study(flat, tree, { ...tree, name: 'r', taxonomy: 'random' });
    expect(places(bare)).toEqual(['arms[1].taxonomy', 'arms[2].taxonomy']);
    expect(places({ seeds: [1], decide: 'lca', arms: [flat] })).toEqual(['arms[0].decide']);
    const named = [flat, { ...tree, taxonomy: 'flat' }, { ...tree, name: 'own', taxonomy: 'own.csv' }];
    expect(places({ seeds: [1], arms: named })).toEqual([]);
  });

  it('says what was meant in groups by errors, and fills in what is usual', () => {
    const [problem] = problemsOf(study(flat, { name: 's', kind: 'specialists', groups: { betta: 0.1 } }));
    expect(problem).toMatchObject({ where: 'arms[1].groups.betta', remedy: "Did you mean 'beta'?" });
    const groups = { beta: 'recommended', nested: true } as const;
    const specialists = { name: 's', kind: 'specialists', groups } as const;
    const { arms } = parseStudy({ seeds: [1], arms: [flat, specialists] }, { needsImages: false });
    expect(arms[1]).toMatchObject({ trunk: 'shared', groups: { method: 'beta', symmetrize: 'mean', soft: false } });
  });

  it('needs validation images for specialists and for errors', () => {
    const fractions = { train: 0.8, validation: 0, test: 0.2 };
    const arms = [flat, { name: 's', kind: 'specialists', groups: 'g.csv' }, { ...tree, taxonomy: {} }];
    expect(places({ ...study(...arms), fractions })).toEqual(['arms[1].groups', 'arms[2].taxonomy.errorsOf']);
  });

  it('needs validation images for combined routing', () => {
    const fractions = { train: 0.8, validation: 0, test: 0.2 };
    expect(places({ ...study(flat, { ...tree, routing: 'combined' }), fractions })).toEqual(['arms[1].routing']);
  });

  it('names each setting that does not go with what decides', () => {
    const problems = problemsOf(
      study(
        flat,
        { ...tree, name: 'heads', trees: 20, features: ['biologists'] },
        { ...tree, name: 'forests', decideBy: 'forest', headKind: 'path-sum', trunk: 'own', views: 2 },
        { name: 'twice', kind: 'features', features: ['both', 'deep'], decideBy: 'head', mtry: 3 },
      ),
    );
    expect(problems.map(({ where, expected }) => `${where}: ${expected.split(/[,:]/)[0]}`)).toEqual([
      'arms[1].features: nothing',
      'arms[1].trees: nothing',
      'arms[2].views: nothing',
      'arms[2].trunk: shared',
      'arms[2].headKind: conditional',
      'arms[3].features: each once',
      'arms[3].mtry: nothing',
    ]);
  });
});
