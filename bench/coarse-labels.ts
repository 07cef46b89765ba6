/**
 * What labels at the genus are worth where few images have a species label: heads on one frozen CNN block that never saw plankton.
 *
 *     nice npx tsx bench/coarse-labels.ts IMAGES TAXONOMY OUT [shares] [seeds]     0.1,0.05,0.25 and 1,2,3
 *
 * For each seed the images are split (65 % training, 10 % validation, 25 % test) and a share of the training and validation images
 * keeps its class, at least one a class. Five arms learn from the same images: these labels alone; the same beside the parent
 * of the class for all other training images; the same with parents from a random tree of the same shape; parents, then
 * pseudo-labels by the classifier of that arm; pseudo-labels without parents. `all` has every label. All arms make equally many steps, in which half of the images have a
 * class where both kinds are there. Features of the images are computed once and kept in OUT/features.f32; `coarse-labels.json` has the figures.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { candidatesOf, pseudoLabelled } from '../src/classifier/data/pseudo-labels.js';
import { thinLabels } from '../src/classifier/data/thin-labels.js';
import { prepareData, type TrainingData } from '../src/classifier/data/training-data.js';
import { setsOf } from '../src/classifier/data/truth.js';
import { preprocessingFor } from '../src/classifier/preprocessing.js';
import { openImages } from '../src/dataset/open.js';
import { decideLeaves } from '../src/decision/decide-leaves.js';
import { judgeStudy } from '../src/evaluation/study.js';
import type { StudyRun } from '../src/evaluation/study-types.js';
import { initialise } from '../src/network/initialise.js';
import { createHead, createTrunk } from '../src/network/network.js';
import { presets } from '../src/network/presets.js';
import { random } from '../src/random.js';
import { randomTaxonomy } from '../src/taxonomy/control-taxonomies.js';
import { readTaxonomy } from '../src/taxonomy/read.js';
import { programsOn } from '../src/tensorflow/device.js';
import { trainingSchema } from '../src/training/config.js';
import { fit as fitHead } from '../src/training/fit.js';
import { headModel } from '../src/training/model.js';
import { headTraining } from '../src/training/presets.js';
import { residentFeatures } from '../src/training/source.js';
import { createTrainer } from '../src/training/trainer.js';
import { frozenFeatures, NETWORK } from './frozen-features.js';

const [folder, tree, out, shares = '0.1,0.05,0.25', seeds = '1,2,3'] = process.argv.slice(2);
if (folder === undefined || tree === undefined || out === undefined) {
  throw new Error('usage: coarse-labels.ts IMAGES TAXONOMY OUT [shares] [seeds]');
}
const FRACTIONS = { train: 0.65, validation: 0.1, test: 0.25 };
/** Sure enough for a pseudo-label. */
const THRESHOLD = 0.9;
/** Of the images of an epoch, those with a class, where there are others. */
const FINE = 0.5;
const { trunk: trunkSpec, head: headSpec } = presets[NETWORK];
const make = programsOn({});
const trunk = createTrunk(trunkSpec);
const config = trainingSchema.parse({ ...headTraining, epochs: 8 });

mkdirSync(out, { recursive: true });
const images = await openImages(folder, preprocessingFor(NETWORK));
const features = await frozenFeatures(images, join(out, 'features.f32'));
const taxonomy = await readTaxonomy(tree);
const source = residentFeatures(features, trunk.features);

/** Trains a head. @returns the probabilities of its classes for any images */
async function train(data: TrainingData, seed: number): Promise<(of: Int32Array) => Float32Array> {
  const { truth, split } = data;
  const classes = truth.classes.length;
  const sets = setsOf(truth);
  const model = headModel(createHead(headSpec, trunk.features, classes));
  const trainer = createTrainer(make, model, source, { ...config, seed }, { sets });
  const isFine = (image: number) => (truth.labels[image] ?? -1) < classes;
  const [fine, coarse] = [split.train.filter(isFine), split.train.filter((image) => !isFine(image))];
  const filled = (rows: Int32Array, n: number) =>
    rows.length === 0 ? rows : Int32Array.from({ length: n }, (_, i) => rows[i % rows.length] ?? 0);
  const n = Math.round(FRACTIONS.train * images.count);
  const half = coarse.length === 0 ? n : Math.max(fine.length, Math.round(FINE * n));
  const shuffled = random('rows', seed).shuffle(coarse);
  const rows = Int32Array.from([...filled(fine, half), ...filled(shuffled, n - half)]);
  const task = { labels: truth.labels, classes, sets, train: rows, validation: split.validation };
  const { weights } = await fitHead(trainer, task, { ...config, seed }, initialise(model.parameters, seed));
  trainer.start(weights, classes);
  const all = trainer.answers(Int32Array.from({ length: images.count }, (_, i) => i));
  trainer.dispose();
  return (of) => {
    const result = new Float32Array(of.length * classes);
    of.forEach((image, i) => {
      result.set(all.subarray(image * classes, (image + 1) * classes), i * classes);
    });
    return result;
  };
}

type Predict = Awaited<ReturnType<typeof train>>;

function pseudo(data: TrainingData, predict: Predict) {
  const candidates = candidatesOf(data);
  const classes = data.truth.classes.length;
  const rows = predict(candidates);
  return pseudoLabelled(data, candidates, (i) => rows.subarray(i * classes, (i + 1) * classes), THRESHOLD);
}

/** Of pseudo-labels, how many there are and how many are right. */
function rightOf(before: TrainingData, after: TrainingData, full: TrainingData) {
  const changed = after.split.train.filter((image) => before.truth.labels[image] !== after.truth.labels[image]);
  const right = changed.filter((image) => full.truth.labels[image] === after.truth.labels[image]).length;
  return { given: changed.length, right: right / changed.length };
}

type Labelled = Pick<TrainingData, 'truth' | 'split'>;

/** Training images that are labelled at inner nodes. */
const coarseOf = ({ truth: { classes, labels }, split }: Labelled) =>
  split.train.filter((image) => (labels[image] ?? -1) >= classes.length);

/** Bits that the coarse labels add to what a classifier knows of the images: the mean surprise, - log2 p(allowed classes). */
function surprise({ truth, split }: Labelled, predict: Predict): number {
  const { classes, groups, labels } = truth;
  const coarse = coarseOf({ truth, split });
  const rows = predict(coarse);
  let bits = 0;
  coarse.forEach((image, i) => {
    const allowed = groups[(labels[image] ?? -1) - classes.length]?.classes ?? [];
    const p = allowed.reduce((sum, label) => sum + (rows[i * classes.length + label] ?? 0), 0);
    bits -= Math.log2(Math.max(p, 1e-9));
  });
  return bits / coarse.length;
}

/** Bits of the coarse labels themselves, over all training images: log2(classes / allowed classes). */
function bitsOf(data: Labelled): number {
  const { classes, groups, labels } = data.truth;
  const bits = Array.from(coarseOf(data), (image) =>
    Math.log2(classes.length / (groups[(labels[image] ?? -1) - classes.length]?.classes.length ?? 1)),
  );
  return bits.reduce((sum, one) => sum + one, 0) / bits.length;
}

const runs = new Map<string, StudyRun[]>();
const notes: object[] = [];
const say = (line: string) => process.stdout.write(`${line}\n`);

const bySeed = new Map<number, TrainingData>();
const splitOf = (seed: number) => {
  const known = bySeed.get(seed) ?? prepareData(images, { seed, fractions: FRACTIONS });
  bySeed.set(seed, known);
  return known;
};

function keep(arm: string, seed: number, predict: Predict): void {
  const { truth, split, prints } = splitOf(seed);
  const probabilities = predict(split.test);
  const labels = split.test.map((image) => truth.labels[image] ?? -1);
  const decisions = decideLeaves(probabilities, truth.classes);
  const right = labels.filter((label, i) => label === decisions[i]).length / labels.length;
  say(`seed ${seed} ${arm}: ${(100 * right).toFixed(2)} %`);
  const names = Array.from(split.test, (image) => prints[image] ?? '');
  const run = { seed, predictions: { classes: truth.classes, probabilities, labels, decisions }, images: names };
  runs.set(arm, [...(runs.get(arm) ?? []), run]);
}

for (const share of shares.split(',').map(Number)) {
  for (const seed of seeds.split(',').map(Number)) {
    const full = splitOf(seed);
    if (!runs.get('all')?.some((run) => run.seed === seed)) keep('all', seed, await train(full, seed));
    const thin = (others: 'none' | 'parent', of = taxonomy) => thinLabels(full, { share, others, taxonomy: of, seed });
    const [alone, parents] = [thin('none'), thin('parent')];
    const shuffled = thin('parent', randomTaxonomy(taxonomy, seed));
    const byFine = await train(alone, seed);
    keep(`fine ${share}`, seed, byFine);
    const byParents = await train(parents, seed);
    keep(`parents ${share}`, seed, byParents);
    keep(`random parents ${share}`, seed, await train(shuffled, seed));
    const [labelled, joined] = [pseudo(parents, byParents), pseudo(alone, byFine)];
    keep(`parents and pseudo ${share}`, seed, await train(labelled.data, seed));
    keep(`pseudo alone ${share}`, seed, await train(joined.data, seed));
    notes.push({
      seed,
      share,
      fine: alone.split.train.length,
      validation: alone.split.validation.length,
      coarse: { parents: coarseOf(parents).length, random: coarseOf(shuffled).length },
      bits: { parents: bitsOf(parents), random: bitsOf(shuffled) },
      surprise: { parents: surprise(parents, byFine), random: surprise(shuffled, byFine) },
      pseudo: { parents: rightOf(parents, labelled.data, full), alone: rightOf(alone, joined.data, full) },
    });
    say(JSON.stringify(notes.at(-1)));
  }
  report(String(share));
}

/** The figures so far. */
function report(share: string): void {
  const arms = Array.from(runs, ([name, ofArm]) => ({ name, runs: ofArm }));
  const study = judgeStudy(arms, { taxonomy });
  writeFileSync(join(out ?? '', 'coarse-labels.json'), JSON.stringify({ study, notes }, null, 2));
  for (const { name, metrics } of study.arms) {
    const { accuracy, balancedAccuracy, ahd } = metrics;
    const percent = (value: number | undefined) => `${(100 * (value ?? 0)).toFixed(1)} %`;
    const balanced = percent(balancedAccuracy?.mean);
    say(`${name.padEnd(28)} ${percent(accuracy?.mean)}  balanced ${balanced}  AHD ${ahd?.mean.toFixed(3)}`);
  }
  for (const [arm, than] of [
    ['parents', 'fine'],
    ['random parents', 'fine'],
    ['random parents', 'parents'],
    ['parents and pseudo', 'parents'],
    ['pseudo alone', 'fine'],
  ]) {
    const pair = study.pairs.find(({ a, b }) => a === `${arm} ${share}` && b === `${than} ${share}`);
    for (const metric of ['accuracy', 'balancedAccuracy', 'ahd'] as const) {
      const { difference = 0, interval = [0, 0] } = pair?.metrics[metric] ?? {};
      const [of, low, high] = [difference, ...interval].map((x) => x.toFixed(4));
      say(`${arm} - ${than}, ${share}, ${metric}: ${of} [${low}, ${high}]`);
    }
  }
}
