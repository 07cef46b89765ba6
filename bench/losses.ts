/**
 * What losses that weigh mistakes by the tree change: one head for all classes on features that do not change.
 *
 *     npx tsx bench/losses.ts IMAGES TAXONOMY OUT [seeds]     1,2,3
 *
 * The features are those of `few-images.ts`, EfficientNet-Lite0 with its ImageNet weights, kept in OUT. The control is a random tree: the
 * same shape, its classes shuffled by the seed. All are judged by the true tree. `losses-SEED.json` in OUT has one row for each arm.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitTemperature, usableTemperature } from '../src/calibration/temperature.js';
import { flatTask, prepareData } from '../src/classifier/data/training-data.js';
import { rescaled } from '../src/classifier/predict/routing.js';
import { treeShape } from '../src/classifier/tree-shape.js';
import { mostProbableLeaf } from '../src/decision/most-probable-leaf.js';
import { evaluate } from '../src/evaluation/evaluate.js';
import { openImages, preprocessingFor, readTaxonomy, Taxonomy } from '../src/index.js';
import { initialise } from '../src/network/initialise.js';
import { createHead, createTrunk } from '../src/network/network.js';
import { presets } from '../src/network/presets.js';
import type { HeadSpec } from '../src/network/spec.js';
import { createTreeHead } from '../src/network/tree-head.js';
import { random } from '../src/random.js';
import { programsOn } from '../src/tensorflow/device.js';
import { type LOSSES, trainingSchema } from '../src/training/config.js';
import { fit as fitHead } from '../src/training/fit.js';
import { namedLoss } from '../src/training/losses/named-loss.js';
import { headModel } from '../src/training/model.js';
import { headTraining } from '../src/training/presets.js';
import { residentFeatures } from '../src/training/source.js';
import { createTrainer } from '../src/training/trainer.js';
import { frozenFeatures } from './frozen-features.js';

const [folder = '', file = '', out = '', seeds = '1,2,3'] = process.argv.slice(2);
const HEAD: HeadSpec = {
  layers: [
    { type: 'dense', units: 256, norm: true, activation: { kind: 'relu' } },
    { type: 'dropout', rate: 0.3 },
  ],
};
type LossName = (typeof LOSSES)[number];
/** The head, the loss and its strength. */
const ARMS: readonly (readonly ['flat' | 'path-sum', LossName, number | null])[] = [
  ['flat', 'cross-entropy', null],
  ['path-sum', 'cross-entropy', null],
  ['flat', 'hxe', 0.1],
  ['flat', 'hxe', 0.5],
  ['flat', 'soft-labels', 10],
  ['flat', 'soft-labels', 4],
  ['path-sum', 'margin', 1],
  ['path-sum', 'margin', 3],
];

const make = programsOn({});
mkdirSync(out, { recursive: true });
const images = await openImages(folder, preprocessingFor('efficientnet_lite0'));
const whole = (await readTaxonomy(file)).restrictTo(images.classes);
const features = await frozenFeatures(images, join(out, 'lite0-96.f32'));
const width = createTrunk(presets.efficientnet_lite0.trunk).features;

interface Row {
  readonly seed: number;
  readonly arm: string;
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  readonly ahd: number;
  readonly severity: number;
  readonly logLoss: number;
}

function shuffled(seed: number): Taxonomy {
  const names = random(seed, 'random tree').shuffle([...whole.classes]);
  const other = new Map(whole.classes.map((name, i) => [name, names[i] ?? '']));
  return Taxonomy.fromLineages(
    whole.lineages().map(({ label, lineage }) => {
      const name = other.get(label) ?? '';
      return { label: name, lineage: [...lineage.slice(0, -1), name] };
    }),
  );
}

for (const seed of seeds.split(',').map(Number)) {
  const data = prepareData(images, { seed, fractions: { train: 0.65, validation: 0.1, test: 0.25 } });
  const { classes, labels } = data.truth;
  const rows: Row[] = [];
  for (const [tree, title] of [
    [whole, ''],
    [shuffled(seed), ', random tree'],
  ] as const) {
    const shape = treeShape(tree, classes);
    for (const [kind, loss, lossStrength] of ARMS) {
      if (kind === 'flat' && loss === 'cross-entropy' && title !== '') continue;
      const config = trainingSchema.parse({ ...headTraining, seed, loss, lossStrength, labelSmoothing: 0 });
      const head = kind === 'flat' ? createHead(HEAD, width, classes.length) : createTreeHead(HEAD, width, shape, kind);
      const model = headModel(head);
      const trainer = createTrainer(make, model, residentFeatures(features, width), config, {
        loss: namedLoss(config, shape),
      });
      const { weights } = await fitHead(trainer, flatTask(data), config, initialise(model.parameters, seed));
      trainer.start(weights, classes.length);
      const of = (subset: Int32Array) => Int32Array.from(subset, (image) => labels[image] ?? -1);
      const { validation, test } = data.split;
      const temperature = usableTemperature(
        fitTemperature({ classes, probabilities: trainer.answers(validation), labels: of(validation) }),
      );
      const probabilities = rescaled(trainer.answers(test), classes.length, temperature);
      trainer.dispose();
      const decisions = mostProbableLeaf(probabilities, classes.length);
      const judged = evaluate({ classes, probabilities, labels: of(test), decisions }, { taxonomy: whole });
      const { accuracy, balancedAccuracy, logLoss, ahd, severity } = judged;
      rows.push({
        seed,
        arm: `${kind}, ${loss}${lossStrength === null ? '' : ` ${lossStrength}`}${title}`,
        accuracy,
        balancedAccuracy,
        ahd: ahd ?? Number.NaN,
        severity: severity ?? Number.NaN,
        logLoss,
      });
      console.log(JSON.stringify(rows.at(-1)));
      writeFileSync(join(out, `losses-${seed}.json`), JSON.stringify(rows));
    }
  }
}

const all = readdirSync(out)
  .filter((name) => /^losses-\d+\.json$/.test(name))
  .flatMap((name) => JSON.parse(readFileSync(join(out, name), 'utf8')) as Row[]);
for (const arm of new Set(all.map((row) => row.arm))) {
  const own = all.filter((row) => row.arm === arm);
  const mean = (value: (row: Row) => number) => own.reduce((sum, row) => sum + value(row), 0) / own.length;
  const percent = (value: (row: Row) => number) => `${(100 * mean(value)).toFixed(1)} %`;
  console.log(
    `| ${arm} | ${percent(({ accuracy }) => accuracy)} | ${percent(({ balancedAccuracy }) => balancedAccuracy)} | ` +
      `${mean(({ ahd }) => ahd).toFixed(3)} | ${mean(({ severity }) => severity).toFixed(3)} | ${mean(({ logLoss }) => logLoss).toFixed(3)} | ${own.length} seeds`,
  );
}
