/** Specialists on groups: the formula they compose by, who is dropped, and that they are kept, resumed and refused in order. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData, type TrainingData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import { FLAT_HEAD_MODULE, TRUNK_MODULE } from '../../../src/classifier/modules.js';
import { scoreSpecialists } from '../../../src/classifier/specialists/score-specialists.js';
import { type SpecialistOptions, trainSpecialists } from '../../../src/classifier/specialists/train-specialists.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import type { TreeClassifier } from '../../../src/classifier/tree.js';
import { selectImages } from '../../../src/dataset/images.js';
import { mostProbableLeaf } from '../../../src/decision/most-probable-leaf.js';
import { evaluate } from '../../../src/evaluation/evaluate.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { checkpointFolder } from '../../../src/training/checkpoint.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { nonEmpty } from '../../fixtures/non-empty.js';
import { SHAPES, shapes, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const images = shapes(60);
const fractions = { train: 0.5, validation: 0.4, test: 0.1 };
const data = prepareData(images, { seed: 1, fractions });
const unseen = shapes(10, 99);
const before = alive();
let folder: string;
let flat: FlatClassifier;

const groupsOf = (lineages: Readonly<Record<string, readonly string[]>>) =>
  Taxonomy.fromLineages(SHAPES.map((label) => ({ label, lineage: [...(lineages[label] ?? []), label] })));
const bars = groupsOf({ 'bar-long': ['bars'], 'bar-short': ['bars'] });
const both = groupsOf({ 'bar-long': ['bars'], 'bar-short': ['bars'], disc: ['round'], ring: ['round'] });
const nested = groupsOf({
  'bar-long': ['some', 'bars'],
  'bar-short': ['some', 'bars'],
  disc: ['some'],
});

/** Long enough to learn, too short to learn much, and too short to move at all. */
const learning = { epochs: 12, batch: 16, optimiser: { kind: 'adamw', rate: 0.02 } } as const;
const short = { ...learning, epochs: 2 } as const;
const idle = { epochs: 1, batch: 16, optimiser: { kind: 'sgd', rate: 1e-9 } } as const;

const train = (options: Omit<SpecialistOptions, 'from' | 'make'>, given: TrainingData = data) =>
  trainSpecialists(given, { training: learning, views: 1, ...options, from: flat, make });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-specialists-'));
  // So short a training leaves something to mend.
  flat = await trainFlat(data, { network: tinyNetwork, training: { ...tinyTraining, epochs: 2 }, make });
});
afterAll(async () => {
  flat.dispose();
  expect(alive()).toEqual(before);
  await rm(folder, { recursive: true, force: true });
});

const verdictsOf = ({ description }: TreeClassifier) =>
  new Map(description.specialists?.map((one) => [one.node, one]) ?? []);

/** The classes below a node as columns. */
const columnsBelow = (tree: TreeClassifier, path: string) =>
  tree.taxonomy.classesBelow(path).map((name) => tree.classes.indexOf(name));

/** Share of the validation images of these classes that are given the right one of them. */
function insideAccuracy(rows: Float32Array, columns: readonly number[]): number {
  let [right, all] = [0, 0];
  data.split.validation.forEach((image, i) => {
    const label = images.labels[image] ?? -1;
    if (!columns.includes(label)) return;
    all++;
    const chances = columns.map((column) => rows[4 * i + column] ?? 0);
    if (columns[chances.indexOf(Math.max(...chances))] === label) right++;
  });
  return right / all;
}

describe.each(['shared', 'own'] as const)('specialists with a %s CNN block', (trunk) => {
  let tree: TreeClassifier;
  beforeAll(async () => {
    const training = trunk === 'shared' ? learning : { ...tinyTraining, epochs: 8 };
    tree = await train({ groups: both, trunk, training });
  });
  afterAll(() => tree.dispose());

  it('share out the probability that the flat classifier gives the group', async () => {
    const accepted = [...verdictsOf(tree).values()].filter((verdict) => verdict.accepted);
    expect(accepted.length).toBeGreaterThan(0);
    const product = await tree.predict(unseen, { routing: 'product', calibrated: false });
    const ofFlat = await flat.predict(unseen, { calibrated: false });
    const { decisions } = await tree.nodeOutputs(unseen);
    for (const { node } of accepted) {
      const columns = columnsBelow(tree, node);
      const conditional = decisions.find(({ path }) => path === node)?.conditional ?? new Float32Array();
      for (let i = 0; i < unseen.count; i++) {
        const group = columns.reduce((sum, column) => sum + (ofFlat[4 * i + column] ?? 0), 0);
        nonEmpty(columns).forEach((column, k) => {
          const expected = group * (conditional[i * columns.length + k] ?? Number.NaN);
          expect(product[4 * i + column]).toBeCloseTo(expected, 6);
        });
      }
    }
  });

  it('are judged by how often they are right inside their group, where the flat classifier is worse', async () => {
    const validation = selectImages(images, data.split.validation);
    const ofFlat = await flat.predict(validation, { calibrated: false });
    const ofTree = await tree.predict(validation, { routing: 'product', calibrated: false });
    const verdicts = verdictsOf(tree);
    expect([...verdicts.keys()]).toEqual(['bars', 'round']);
    for (const { node, images: count, before: old, after, accepted, decidedBy } of verdicts.values()) {
      const columns = columnsBelow(tree, node);
      expect([count, decidedBy]).toEqual([48, trunk === 'shared' ? 'head' : 'network']);
      expect(old?.accuracy).toBeCloseTo(insideAccuracy(ofFlat, columns), 6);
      expect(accepted).toBe((after?.accuracy ?? 0) > (old?.accuracy ?? 1));
      expect(insideAccuracy(ofTree, columns)).toBeCloseTo((accepted ? after : old)?.accuracy ?? Number.NaN, 6);
      const { decidedBy: decider } = tree.description.nodes.find(({ path }) => path === node) ?? {};
      expect(decider).toBe(accepted ? { shared: undefined, own: 'network' }[trunk] : 'flat');
    }
  });

  it('leave the flat classifier in it as it is', () => {
    const { trunk: form, flatHead, nodes } = tree.description;
    expect([form, flatHead]).toEqual(['shared', flat.description.network.head]);
    expect(nodes[0]).toMatchObject({ path: '', decidedBy: 'flat', summary: null });
    for (const [name, weights] of nonEmpty(Object.entries(flat.weights))) {
      const part = name.startsWith('trunk/') ? TRUNK_MODULE : FLAT_HEAD_MODULE;
      expect(tree.weights.get(part)?.[name]).toEqual(weights);
    }
  });

  it('predict the same bit for bit after saving and loading, by every routing', async () => {
    const at = join(folder, trunk);
    await tree.save(at);
    const loaded = await loadClassifier(at, { make });
    expect(loaded.description).toEqual(tree.description);
    expect([...loaded.routings].sort()).toEqual(['combined', 'greedy', 'product']);
    for (const routing of nonEmpty(tree.routings)) {
      expect(await loaded.predict(unseen, { routing })).toEqual(await tree.predict(unseen, { routing }));
    }
    loaded.dispose();
  });

  it('go on where they were stopped, to the same result', async () => {
    const checkpoint = (part: string) => checkpointFolder(join(folder, `${trunk}-${part}`), [trunk, part]);
    const options = { groups: both, trunk, training: tree.description.training };
    const controller = new AbortController();
    const onNode = (_: string, index: number) => index === 1 && controller.abort();
    const stopped = train({ ...options, hooks: { checkpoint, signal: controller.signal, onNode } });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    const begun = new Set<string>();
    const again = await train({ ...options, hooks: { checkpoint, onEpoch: (path) => void begun.add(path) } });
    expect([...begun]).toEqual(['round']);
    expect(await again.predict(unseen)).toEqual(await tree.predict(unseen));
    again.dispose();
  });
});

describe('a specialist that is no better', () => {
  it('is dropped: the flat classifier decides as before, and the tree says so', async () => {
    const able = await trainFlat(data, { network: tinyNetwork, training: tinyTraining, make });
    const tree = await trainSpecialists(data, { from: able, groups: bars, training: idle, views: 1, make });
    expect(verdictsOf(tree).get('bars')).toMatchObject({ images: 48, accepted: false });
    expect(tree.description.nodes.map(({ decidedBy }) => decidedBy)).toEqual(['flat', 'flat']);
    expect([...tree.weights.keys()]).toEqual([TRUNK_MODULE, FLAT_HEAD_MODULE]);
    const [own, ofFlat] = [
      await tree.predict(unseen, { routing: 'product', calibrated: false }),
      await able.predict(unseen, { calibrated: false }),
    ];
    nonEmpty(own).forEach((value, i) => {
      expect(value).toBeCloseTo(ofFlat[i] ?? Number.NaN, 6);
    });
    expect(mostProbableLeaf(own, 4)).toEqual(mostProbableLeaf(ofFlat, 4));
    tree.dispose();
    able.dispose();
  });

  it.each(['shared', 'own'] as const)('is dropped where its training diverges, with a %s CNN block', async (trunk) => {
    const training = { ...learning, optimiser: { kind: 'sgd', rate: 1e30 } } as const;
    const tree = await train({ trunk, groups: both, training });
    const verdicts = [...verdictsOf(tree).values()];
    expect(verdicts).toMatchObject([
      { node: 'bars', after: null, accepted: false },
      { node: 'round', after: null, accepted: false },
    ]);
    expect(verdicts).toAllSatisfy((verdict) => verdict.before !== null);
    expect([...tree.weights.keys()]).toEqual([TRUNK_MODULE, FLAT_HEAD_MODULE]);
    tree.dispose();
  });

  it('is not even trained where no validation image can judge it', async () => {
    const { split, truth } = data;
    const isBar = (image: number) => (truth.labels[image] ?? 0) < 2;
    const blind = { ...data, split: { ...split, validation: split.validation.filter((image) => !isBar(image)) } };
    const trained: string[] = [];
    const tree = await train({ groups: both, training: short, hooks: { onNode: (path) => trained.push(path) } }, blind);
    expect(trained).toEqual(['round']);
    expect(verdictsOf(tree).get('bars')).toEqual({
      node: 'bars',
      decidedBy: 'head',
      images: 0,
      before: null,
      after: null,
      accepted: false,
      seconds: 0,
    });
    expect(tree.weights.has('bars')).toBe(false);
    tree.dispose();
    const none = { ...data, split: { ...split, validation: new Int32Array(0) } };
    const undecided = await train({ groups: both, training: short }, none);
    expect([...verdictsOf(undecided).values()].map(({ accepted }) => accepted)).toEqual([false, false]);
    undecided.dispose();
  });
});

describe('the scores of many groupings', () => {
  it('train each group once, and are what the trees of specialists come to', async () => {
    const begun: string[] = [];
    const hooks = {
      onNode: (path: string, index: number, nodes: number) => void begun.push(`${path} ${index}/${nodes}`),
    };
    const groupings = [groupsOf({}), bars, both, nested];
    const given = { from: flat, training: learning, views: 1, make };
    const { images: count, flat: ofFlat, scores } = await scoreSpecialists(data, { ...given, groupings, hooks });
    // `bars` is the same in all of them.
    expect(begun).toEqual(['bars 0/3', 'round 1/3', 'some 2/3']);
    const validation = selectImages(images, data.split.validation);
    const scored = (probabilities: Float32Array) => {
      const { accuracy, logLoss } = evaluate({ classes: SHAPES, probabilities, labels: validation.labels });
      return { accuracy, logLoss: expect.closeTo(logLoss, 5) };
    };
    expect(count).toBe(validation.count);
    expect(ofFlat).toEqual(scored(await flat.predict(validation, { calibrated: false })));
    expect(scores[0]).toMatchObject({ accuracy: ofFlat.accuracy, specialists: 0, accepted: 0 });
    const tree = await train({ groups: both });
    const accepted = [...verdictsOf(tree).values()].filter((verdict) => verdict.accepted).length;
    expect(accepted).toBeGreaterThan(0);
    const product = await tree.predict(validation, { routing: 'product', calibrated: false });
    expect(scores[2]).toEqual({ ...scored(product), specialists: 2, accepted });
    tree.dispose();
  });

  it("are the flat classifier's where every training diverges", async () => {
    const training = { ...learning, optimiser: { kind: 'sgd', rate: 1e30 } } as const;
    const { flat: ofFlat, scores } = await scoreSpecialists(data, { from: flat, training, make, groupings: [both] });
    expect(scores[0]).toMatchObject({ accuracy: ofFlat.accuracy, specialists: 2, accepted: 0 });
  });
});

describe('groups', () => {
  it('within groups have specialists of their own', async () => {
    const tree = await train({ groups: nested, training: short });
    expect([...verdictsOf(tree)].map(([node, { images: count }]) => [node, count])).toEqual([
      ['some', 72],
      ['some>bars', 48],
    ]);
    const rows = await tree.predict(unseen);
    expect(rows.subarray(0, 4).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    tree.dispose();
  });

  it('the same seed gives the same specialists, another one others', async () => {
    const [a, b, c] = [
      await train({ groups: bars, training: short }),
      await train({ groups: bars, training: short }),
      await train({ groups: bars, training: { ...short, seed: 5 } }),
    ];
    expect(b.weights).toEqual(a.weights);
    expect(b.description.specialists?.[0]?.after).toEqual(a.description.specialists?.[0]?.after);
    expect(c.description.specialists?.[0]?.after).not.toEqual(a.description.specialists?.[0]?.after);
  });

  it.each<[string, () => Taxonomy, RegExp]>([
    ['that leave every class alone', () => groupsOf({}), /no groups for specialists.*\n.*all 4 classes as siblings/i],
    [
      'that hold all classes in one',
      () => groupsOf(Object.fromEntries(SHAPES.map((name) => [name, ['all']]))),
      /no groups for specialists/,
    ],
    [
      'that lack a class',
      () => bars.restrictTo(['bar-long', 'bar-short', 'disc']),
      /do not fit the classes[\s\S]*images of 'ring': expected a class of the taxonomy/,
    ],
  ])('%s are refused before anything is trained', async (_, groups, message) => {
    let begun = 0;
    await expect(train({ groups: groups(), hooks: { onNode: () => begun++ } })).rejects.toThrow(message);
    expect(begun).toBe(0);
  });

  it('for images of other classes than the flat classifier has are refused', async () => {
    const kept = Array.from(images.labels.keys()).filter((i) => images.labels[i] !== 3);
    const some = selectImages(images, kept);
    const fewer = prepareData({ ...some, classes: SHAPES.slice(0, 3) }, { seed: 1, fractions });
    await expect(train({ groups: bars }, fewer)).rejects.toThrow(/images of its 4 classes, received none of ring/);
  });
});
