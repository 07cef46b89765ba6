/**
 * Classes of few images: how many images of a new class are recognised, and what the known classes lose, when it joins by a prototype
 * and when everything is trained with it from the start.
 *
 *     npx tsx bench/few-images.ts IMAGES TAXONOMY OUT [seeds] [shots] [arms]     1,2,3  5,10,20  prototype,trained,balanced,all
 *
 * All heads are trained on the features of EfficientNet-Lite0 with its ImageNet weights, which never saw an organism; they are kept in
 * OUT. Ten classes are held out, drawn by the seed among those of 60 images or more in nodes with three leaves or more. `results-SEED.json`
 * has one row for each number of images, class and arm. The last lines are means over all seeds in OUT, with 95 % intervals over classes and seeds.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitMixture } from '../src/calibration/mixture.js';
import { fitTemperature, usableTemperature } from '../src/calibration/temperature.js';
import { prepareData, type TrainingData } from '../src/classifier/data/training-data.js';
import { composeProduct } from '../src/classifier/predict/compose.js';
import { mixed, rescaled } from '../src/classifier/predict/routing.js';
import type { NodePlan } from '../src/classifier/train/node-plan.js';
import { NODE_HEAD } from '../src/classifier/train/shared-trunk.js';
import { type NodeTrainer, nodeConfig, nodeTrainer } from '../src/classifier/train/train-nodes.js';
import { mostProbableLeaf } from '../src/decision/most-probable-leaf.js';
import { fitPrototype } from '../src/growing/prototypes/fit-prototype.js';
import { openImages, preprocessingFor, readTaxonomy, type Taxonomy } from '../src/index.js';
import { createHidden, createTrunk } from '../src/network/network.js';
import { presets } from '../src/network/presets.js';
import type { HeadSpec } from '../src/network/spec.js';
import type { Weights } from '../src/network/weights.js';
import { random } from '../src/random.js';
import { flatTaxonomy } from '../src/taxonomy/control-taxonomies.js';
import { programsOn } from '../src/tensorflow/device.js';
import { trainingSchema } from '../src/training/config.js';
import { createFeatureInference } from '../src/training/inference.js';
import { headModel } from '../src/training/model.js';
import { headTraining } from '../src/training/presets.js';
import { residentFeatures } from '../src/training/source.js';
import { frozenFeatures } from './frozen-features.js';

const ALL_PARTS = 'prototype,trained,balanced,all';
const [folder = '', file = '', out = '', seeds = '1,2,3', shots = '5,10,20', parts = ALL_PARTS] = process.argv.slice(2);
const isAsked = (part: string) => parts.split(',').includes(part);
const HELD_OUT = 10;
const LEAST = 60;
const LEAST_LEAVES = 3;
/** Training images that say how known classes spread, as `grow --prototypes` takes them. */
const MOST_KNOWN = 3000;
/** Share of the images that are right which a prototype may lose. */
const MAX_LOSS = 0.003;
const FLAT_HEAD: HeadSpec = {
  layers: [
    { type: 'dense', units: 256, norm: true, activation: { kind: 'relu' } },
    { type: 'dropout', rate: 0.3 },
  ],
};
const make = programsOn({});
mkdirSync(out, { recursive: true });
const images = await openImages(folder, preprocessingFor('efficientnet_lite0'));
const taxonomy = await readTaxonomy(file);
const spec = presets.efficientnet_lite0.trunk;
const trunk = createTrunk(spec);
const features = await frozenFeatures(images, join(out, 'lite0-96.f32'));
const width = trunk.features;

/** Heads on the features: of a tree, or of one node with all classes, which is a flat classifier. */
interface Heads {
  readonly tree: Taxonomy;
  readonly classes: readonly string[];
  readonly heads: ReadonlyMap<string, Weights>;
  readonly spec: HeadSpec;
  readonly trainer: NodeTrainer;
}

/** Trains the heads of a tree. @param classWeights none, or balanced: all classes count alike */
async function train(
  data: TrainingData,
  tree: Taxonomy,
  head: HeadSpec,
  seed: number,
  classWeights: 'none' | 'balanced' = 'none',
): Promise<Heads> {
  const config = trainingSchema.parse({ ...headTraining, seed, classWeights });
  const plan: NodePlan = {
    network: { trunk: spec, head },
    config,
    trunk: undefined,
    first: () => ({}),
    source: residentFeatures(features, width),
    trainRows: (image) => [image],
    rowLabels: (labels) => labels,
    features: width,
    model: headModel,
  };
  const deciding = tree.decidingNodes();
  // One output more than the widest node has, for a prototype.
  const widest = 1 + Math.max(...deciding.map(({ children }) => children.length));
  const trainer = nodeTrainer(data, tree, plan, make, widest);
  const heads = new Map<string, Weights>();
  for (const node of deciding) {
    const { weights } = await trainer.train(node, nodeConfig(plan, node), {}, {});
    heads.set(node.path, weights);
  }
  return { tree, classes: data.truth.classes, heads, spec: head, trainer };
}

const rowsOf = (values: Float32Array, across: number, rows: ArrayLike<number>): Float32Array => {
  const picked = new Float32Array(rows.length * across);
  Array.from(rows).forEach((row, i) => {
    picked.set(values.subarray(row * across, (row + 1) * across), i * across);
  });
  return picked;
};

/** What the hidden layers of a node's head make of images. */
async function activationsOf({ heads, spec: head }: Heads, path: string, rows: ArrayLike<number>) {
  const hidden = createHidden(head, width);
  const weights = Object.fromEntries(
    hidden.parameters.map(({ name }) => [name, heads.get(path)?.[name] as Weights[string]]),
  );
  const inference = createFeatureInference(make, width, weights, hidden.width, (pass, batch) =>
    hidden.forward(pass, (batch as { features: Parameters<typeof hidden.forward>[1] }).features),
  );
  const values = await inference.run(rowsOf(features, width, rows));
  inference.dispose();
  return { values, width: hidden.width };
}

/** Leaf probabilities. @param known of other nodes, which are the same */
function leavesOf(given: Heads, rows: ArrayLike<number>, known = new Map<string, Float32Array>()) {
  const decisions = given.tree.decidingNodes().map((node) => {
    const { path } = node;
    const conditional =
      known.get(path) ?? given.trainer.conditionals(node, given.heads.get(path) ?? {}, Int32Array.from(rows));
    known.set(path, conditional);
    return { path, conditional };
  });
  return composeProduct(given.tree, given.classes, decisions, rows.length);
}

/** The classifier with a class by a prototype below the node that its lineage in the whole tree has. */
async function withPrototype(
  given: Heads,
  name: string,
  whole: Taxonomy,
  fresh: Int32Array,
  {
    data,
    leaves,
    most,
  }: { data: TrainingData; leaves: (rows: ArrayLike<number>) => Promise<Float32Array>; most: number },
): Promise<Heads & { found: number; lost: number; scale: number }> {
  const grown = whole.restrictTo([...given.classes, name]);
  const parent = grown.lineage(grown.leafOf(name)).at(-2) ?? '';
  const path = parent;
  const { children } = given.tree.node(path);
  const childOf = new Map(children.flatMap((child, k) => given.tree.classesBelow(child).map((one) => [one, k])));
  const labels = data.truth.labels;
  const nameOf = (image: number) => data.truth.classes[labels[image] ?? -1] ?? '';
  const known = random(data.drawnBy.seed, 'prototypes', path)
    .shuffle(data.split.train.filter((image) => childOf.has(nameOf(image))))
    .slice(0, MOST_KNOWN);
  const rows = data.split.validation.filter((image) => (labels[image] ?? -1) >= 0);
  const judged = await leaves(rows);
  const decided = mostProbableLeaf(judged, given.classes.length);
  const isRight = Array.from(rows, (image, i) => given.classes[decided[i] ?? -1] === nameOf(image));
  const right = rows.filter((_, i) => isRight[i]);
  const fitted = fitPrototype({
    head: given.heads.get(path) ?? {},
    isBelow: given.classes.map((one) => childOf.has(one)),
    known: {
      activations: await activationsOf(given, path, known),
      children: Array.from(known, (image) => childOf.get(nameOf(image)) ?? 0),
    },
    right: {
      activations: await activationsOf(given, path, right),
      leaves: rowsOf(
        judged,
        given.classes.length,
        [...isRight.keys()].filter((i) => isRight[i]),
      ),
    },
    fresh: { activations: await activationsOf(given, path, fresh), leaves: await leaves(fresh) },
    most,
    at: grown.node(path).children.indexOf(grown.leafOf(name)),
  });
  const { found, lost, scale } = fitted;
  return {
    ...{ tree: grown, classes: [...given.classes, name], spec: given.spec, trainer: given.trainer, found, lost, scale },
    heads: new Map([...given.heads, [path, fitted.head]]),
  };
}

interface Row {
  readonly seed: number;
  readonly shots: number;
  readonly name: string;
  readonly arm: string;
  readonly recall: number;
  readonly images: number;
  /** Of the test images of known classes: right before, and now. */
  readonly before: number;
  readonly after: number;
  readonly known: number;
}
const results: Row[] = [];

/** Writes the rows of a seed, in place of those that were measured before by the same arms. */
function keep(seed: number): void {
  const own = results.filter((row) => row.seed === seed);
  const file = join(out, `results-${seed}.json`);
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Row[]) : [];
  const isNew = ({ shots: n, name, arm }: Row) =>
    !own.some((row) => row.shots === n && row.name === name && row.arm === arm);
  writeFileSync(file, JSON.stringify([...before.filter(isNew), ...own]));
}

for (const seed of seeds.split(',').map(Number)) {
  const started = performance.now();
  const data = prepareData(images, { seed, fractions: { train: 0.65, validation: 0.1, test: 0.25 } });
  const counts = new Int32Array(images.classes.length);
  for (const label of images.labels) counts[label] = (counts[label] ?? 0) + 1;
  const all = taxonomy.restrictTo(images.classes);
  const parentOf = (name: string) => all.lineage(all.leafOf(name)).at(-2) ?? '';
  const leavesIn = (path: string) =>
    all.node(path).children.filter((child) => all.node(child).label !== undefined).length;
  const eligible = images.classes.filter(
    (name, label) => (counts[label] ?? 0) >= LEAST && leavesIn(parentOf(name)) >= LEAST_LEAVES,
  );
  const source = random(seed, 'held out');
  // One class of a node at most, so that the node has children left.
  const chosen: string[] = [];
  for (const name of source.shuffle([...eligible])) {
    if (chosen.length < HELD_OUT && !chosen.some((one) => parentOf(one) === parentOf(name))) chosen.push(name);
  }
  const isNew = images.classes.map((name) => chosen.includes(name));
  const knownNames = images.classes.filter((_, label) => !isNew[label]);
  const column = new Map(knownNames.map((name, i) => [name, i]));
  const ofKnown = (image: number) => column.get(images.classes[images.labels[image] ?? -1] ?? '') ?? -1;
  const isOfKnown = (image: number) => ofKnown(image) >= 0;
  const base: TrainingData = {
    ...data,
    truth: { classes: knownNames, groups: [], labels: Int32Array.from(images.labels.keys(), ofKnown) },
    split: {
      ...data.split,
      train: data.split.train.filter(isOfKnown),
      validation: data.split.validation.filter(isOfKnown),
    },
  };
  const knownTest = data.split.test.filter(isOfKnown);
  const trueKnown = Array.from(knownTest, (image) => images.classes[images.labels[image] ?? -1] ?? '');
  const ofClass = (name: string, rows: Int32Array) =>
    rows.filter((image) => images.classes[images.labels[image] ?? -1] === name);
  const testOf = new Map(chosen.map((name) => [name, ofClass(name, data.split.test)]));
  const newTest = Int32Array.from(chosen.flatMap((name) => [...(testOf.get(name) ?? [])]));
  const tested = Int32Array.from([...knownTest, ...newTest]);

  const tree = await train(base, all.restrictTo(knownNames), NODE_HEAD, seed);
  const flat = await train(base, flatTaxonomy(knownNames), FLAT_HEAD, seed);
  console.log(`seed ${seed}: trained in ${Math.round((performance.now() - started) / 1000)} s; ${chosen.join(', ')}`);

  /** How tree and flat are combined, by the validation images of known classes. */
  const validation = base.split.validation;
  const labels = Int32Array.from(validation, ofKnown);
  const cache = { tree: new Map<string, Float32Array>(), flat: new Map<string, Float32Array>() };
  const k = knownNames.length;
  const before = { tree: leavesOf(tree, tested, cache.tree), flat: leavesOf(flat, tested, cache.flat) };
  const onValidation = { tree: leavesOf(tree, validation), flat: leavesOf(flat, validation) };
  const temperatureOf = (probabilities: Float32Array) =>
    usableTemperature(fitTemperature({ classes: knownNames, probabilities, labels }));
  const temperatures = { tree: temperatureOf(onValidation.tree), flat: temperatureOf(onValidation.flat) };
  const share = fitMixture(
    rescaled(onValidation.flat, k, temperatures.flat),
    rescaled(onValidation.tree, k, temperatures.tree),
    labels,
    k,
  );
  const combine = (ofTree: Float32Array, ofFlat: Float32Array, classes: number) =>
    mixed(rescaled(ofFlat, classes, temperatures.flat), rescaled(ofTree, classes, temperatures.tree), share);

  const rightKnown = (leaves: Float32Array, classes: readonly string[]) => {
    const decided = mostProbableLeaf(leaves.subarray(0, knownTest.length * classes.length), classes.length);
    return trueKnown.filter((name, i) => classes[decided[i] ?? -1] === name).length;
  };
  const decidedNew = (leaves: Float32Array, classes: readonly string[], name: string) => {
    const decided = mostProbableLeaf(leaves, classes.length);
    const rows = Array.from(tested.keys()).filter(
      (i) => i >= knownTest.length && images.classes[images.labels[tested[i] ?? 0] ?? -1] === name,
    );
    return { images: rows.length, found: rows.filter((i) => classes[decided[i] ?? -1] === name).length };
  };
  const rightBefore = {
    tree: rightKnown(before.tree, knownNames),
    flat: rightKnown(before.flat, knownNames),
    combined: rightKnown(combine(before.tree, before.flat, k), knownNames),
  };
  console.log(
    'accuracy on known classes',
    Object.fromEntries(Object.entries(rightBefore).map(([arm, n]) => [arm, n / knownTest.length])),
  );

  const add = (
    arm: string,
    name: string,
    n: number,
    leaves: Float32Array,
    classes: readonly string[],
    right: number,
  ) => {
    const { images: count, found } = decidedNew(leaves, classes, name);
    const after = rightKnown(leaves, classes);
    results.push({
      seed,
      shots: n,
      name,
      arm,
      recall: found / count,
      images: count,
      before: right,
      after,
      known: knownTest.length,
    });
  };

  async function addTrained(
    arm: string,
    n: number,
    few: ReadonlySet<number>,
    classWeights: 'none' | 'balanced' = 'none',
  ): Promise<void> {
    const learned = data.split.train.filter((image) => isOfKnown(image) || few.has(image));
    const full: TrainingData = { ...data, split: { ...data.split, train: learned, validation } };
    const trainedTree = await train(full, all, NODE_HEAD, seed, classWeights);
    const trainedFlat = await train(full, flatTaxonomy(images.classes), FLAT_HEAD, seed, classWeights);
    const [ofTree, ofFlat] = [leavesOf(trainedTree, tested), leavesOf(trainedFlat, tested)];
    trainedTree.trainer.dispose();
    trainedFlat.trainer.dispose();
    const both = combine(ofTree, ofFlat, images.classes.length);
    for (const name of chosen) {
      add(`tree, ${arm}`, name, n, ofTree, images.classes, rightBefore.tree);
      add(`flat, ${arm}`, name, n, ofFlat, images.classes, rightBefore.flat);
      add(`both, ${arm}`, name, n, both, images.classes, rightBefore.combined);
    }
  }

  const most = MAX_LOSS * validation.length;
  const shotCounts = shots.split(',').map(Number);
  const shotsOf = (name: string) => random(seed, 'shots', name).shuffle([...ofClass(name, data.split.train)]);
  /** Leaves of the classifiers without new classes, computed once. */
  const asked = Int32Array.from([
    ...validation,
    ...chosen.flatMap((name) => shotsOf(name).slice(0, Math.max(...shotCounts))),
  ]);
  const place = new Map(Array.from(asked, (image, i) => [image, i]));
  const memo = { tree: leavesOf(tree, asked), flat: leavesOf(flat, asked) };
  const remembered = (of: 'tree' | 'flat') => async (rows: ArrayLike<number>) =>
    rowsOf(
      memo[of],
      k,
      Array.from(rows, (image) => place.get(image) ?? -1),
    );
  for (const n of shotCounts) {
    const freshOf = (name: string) => shotsOf(name).slice(0, n);
    for (const name of isAsked('prototype') ? chosen : []) {
      const fresh = Int32Array.from(freshOf(name));
      const grown = await withPrototype(tree, name, all, fresh, { data: base, leaves: remembered('tree'), most });
      const path = grown.tree.lineage(grown.tree.leafOf(name)).at(-2) ?? '';
      const same = new Map([...cache.tree].filter(([one]) => one !== path));
      const ofTree = leavesOf(grown, tested, same);
      add('tree, prototype', name, n, ofTree, grown.classes, rightBefore.tree);
      const wide = flatTaxonomy([...knownNames, name]);
      const grownFlat = await withPrototype(flat, name, wide, fresh, { data: base, leaves: remembered('flat'), most });
      const ofFlat = leavesOf(grownFlat, tested);
      add('flat, prototype', name, n, ofFlat, grownFlat.classes, rightBefore.flat);
      add('both, prototype', name, n, combine(ofTree, ofFlat, k + 1), grown.classes, rightBefore.combined);
      console.log(
        n,
        name,
        ...results
          .slice(-3)
          .map(
            ({ arm, recall, before: b, after }) =>
              `${arm} ${recall.toFixed(2)} ${((100 * (after - b)) / knownTest.length).toFixed(2)}`,
          ),
        grown.found,
        grown.lost,
        grown.scale,
      );
    }
    // Everything trained with these images of all new classes, as usual, and with classes that count alike.
    const few = new Set(chosen.flatMap((name) => freshOf(name)));
    if (isAsked('trained')) await addTrained('trained', n, few);
    if (isAsked('balanced')) await addTrained('trained, balanced', n, few, 'balanced');
    keep(seed);
    console.log(`seed ${seed}, ${n} images: done after ${Math.round((performance.now() - started) / 1000)} s`);
  }
  // All images of the new classes.
  if (isAsked('all')) await addTrained('trained on all', 0, new Set(data.split.train));
  keep(seed);
  tree.trainer.dispose();
  flat.trainer.dispose();
}

/** Mean and 95 % percentile interval, over classes of seeds (bootstrap, 10,000 draws). */
function summary(values: readonly number[]): string {
  const draw = random(1, 'bootstrap');
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const means = Array.from({ length: 10_000 }, () =>
    mean(values.map(() => values[draw.integer(values.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return `${mean(values).toFixed(3)} [${(means[249] ?? 0).toFixed(3)}, ${(means[9749] ?? 0).toFixed(3)}]`;
}

const kept = readdirSync(out)
  .filter((name) => /^results-\d+\.json$/.test(name))
  .flatMap((name) => JSON.parse(readFileSync(join(out, name), 'utf8')) as Row[]);
for (const n of new Set(kept.map((row) => row.shots))) {
  const here = kept.filter((row) => row.shots === n);
  for (const arm of new Set(here.map((row) => row.arm))) {
    const own = here.filter((row) => row.arm === arm);
    const points = own.map(({ before, after, known }) => (100 * (after - before)) / known);
    console.log(
      `${n || 'all'} images, ${arm}: recall ${summary(own.map(({ recall }) => recall))}, known classes ${summary(points)} points`,
    );
  }
}
