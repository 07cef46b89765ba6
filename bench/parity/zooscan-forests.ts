/**
 * Forests on the ZooScan sample: on ZooProcess's tables, on our features, with parts of both left out, and on deep features. They
 * are compared by cross-validation on the training table, and judged on the test table.
 *
 *     npx tsx bench/parity/zooscan-forests.ts FOLDER [MODEL]
 *
 * FOLDER is zooprocess-sample/, extracted from zooprocess-sample.tar; MODEL a classifier with a CNN block.
 */
import { join } from 'node:path';
import { embed } from '../../src/classifier/predict/embed.js';
import { preprocessingFor } from '../../src/classifier/preprocessing.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { openImages } from '../../src/dataset/open.js';
import type { Predictions } from '../../src/evaluation/predictions.js';
import { judgeStudy } from '../../src/evaluation/study.js';
import type { StudyRun } from '../../src/evaluation/study-types.js';
import type { FeatureTable } from '../../src/features/feature-table.js';
import { applyPca, fitPca } from '../../src/features/pca.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';
import { fitForest } from '../../src/forest/fit.js';
import { random } from '../../src/random.js';
import { picked } from '../../src/selecting/picked.js';
import { joinedTable } from '../../src/selecting/selection-data.js';
import { cellsOf, DERIVED, isOldExport, measured, type Row, rowsOf } from './zooscan-sample.js';

const [folder = 'zooprocess-sample', model] = process.argv.slice(2);
const SEEDS = Array.from({ length: 10 }, (_, k) => k + 1);
const FOLDS = 5;
const POSITION = FEATURE_SETS.zooprocess.features.filter(({ group }) => group === 'position').map(({ name }) => name);

interface Sample {
  readonly labels: readonly string[];
  readonly tables: Readonly<Record<'theirs' | 'saved' | 'restored' | 'deep', FeatureTable>>;
}

async function sampleOf(part: 'training' | 'test'): Promise<Sample> {
  const theirs = rowsOf(folder, part);
  const [, ...named] = cellsOf(folder, `${part}_labels.csv`);
  const labels = new Map(named.map(([id = '', , label = '']) => [Number(id), label]));
  const ours = [];
  for (const row of theirs) ours.push(await measured(folder, row));
  const asTable = (rows: readonly Row[]): FeatureTable => {
    const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'id');
    const values = Float64Array.from(rows.flatMap((row) => names.map((name) => row[name] ?? Number.NaN)));
    return { names, rows: theirs.map(({ id }) => `${id}`), values };
  };
  return {
    labels: theirs.map(({ id = 0 }) => labels.get(id) ?? ''),
    tables: {
      theirs: asTable(theirs),
      saved: asTable(ours.map(({ saved }) => saved)),
      restored: asTable(ours.map(({ restored }) => restored)),
      deep: await deepOf(theirs),
    },
  };
}

/** The output of the CNN block, which sees the images with their scale bars. */
async function deepOf(rows: readonly Row[]): Promise<FeatureTable> {
  const none = { names: [], rows: rows.map(({ id }) => `${id}`), values: new Float64Array() };
  if (model === undefined) return none;
  const classifier = await loadClassifier(model);
  const { preprocessing = preprocessingFor() } = classifier.description;
  const table = await embed(classifier, await openImages(join(folder, 'images'), preprocessing));
  classifier.dispose();
  const byName = new Map(table.rows.map((path, row) => [path.replace(/^.*\/|\.jpg$/g, ''), row]));
  const chosen = picked(
    table,
    rows.map(({ id }) => byName.get(`${id}`) ?? 0),
  );
  return { ...chosen, rows: none.rows };
}

type Kind = keyof Sample['tables'];
/** Tables side by side, without some of the columns; deep features become 50 principal components. */
interface Variant {
  readonly tables: readonly Kind[];
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

const training = await sampleOf('training');
const test = await sampleOf('test');
const classes = [...new Set(training.labels)].sort();
const shared = training.tables.theirs.names;
const VARIANTS: Readonly<Record<string, Variant>> = {
  "ZooProcess's tables": { tables: ['theirs'] },
  ours: { tables: ['saved'] },
  'ours, without position': { tables: ['saved'], without: POSITION },
  "ours, the tables' columns": { tables: ['saved'], only: shared },
  'ours, gamma taken off': { tables: ['restored'] },
  'tables, without the derived columns': { tables: ['theirs'], without: DERIVED },
  'ours, the same columns': { tables: ['saved'], only: shared, without: DERIVED },
  ...(model !== undefined && {
    'deep features': { tables: ['deep'] },
    'deep features and ours': { tables: ['deep', 'saved'] },
    'deep features and the tables': { tables: ['deep', 'theirs'] },
  }),
};

const indicesOf = ({ labels }: Sample) => Array.from(labels, (_, i) => i);
const labelsOf = ({ labels }: Sample, rows: readonly number[]) =>
  Int32Array.from(rows, (row) => classes.indexOf(labels[row] ?? ''));

/** A forest of 300 trees on some rows of the training table, and what it says of other rows. */
async function predicted(
  { tables, only, without = [] }: Variant,
  rows: readonly number[],
  [other, others]: readonly [Sample, readonly number[]],
  seed: number,
): Promise<Float32Array> {
  const both = [[training, rows] as const, [other, others] as const].map(([sample, of]) =>
    tables.map((kind) => picked(sample.tables[kind], of)),
  ) as [FeatureTable[], FeatureTable[]];
  const deep = tables.indexOf('deep');
  if (deep >= 0) {
    const own = both[0][deep] as FeatureTable;
    const pca = fitPca(own.values, own.names.length);
    for (const side of both) {
      const values = applyPca(pca, (side[deep] as FeatureTable).values);
      const width = values.length / (side[deep] as FeatureTable).rows.length;
      side[deep] = {
        ...(side[deep] as FeatureTable),
        names: Array.from({ length: width }, (_, k) => `pc${k}`),
        values,
      };
    }
  }
  const [train, judged] = both.map(([first, second]) => {
    const table = second === undefined ? first : joinedTable({ base: first, candidates: second });
    const names = (table as FeatureTable).names.filter(
      (name) => (only?.includes(name) ?? true) && !without.includes(name),
    );
    return picked(table as FeatureTable, indicesOf({ labels: (table as FeatureTable).rows } as Sample), names);
  }) as [FeatureTable, FeatureTable];
  const forest = await fitForest(train, labelsOf(training, rows), classes, { seed, missing: 'median', threads: 1 });
  return forest.predict(judged);
}

/** Every image of the training table, predicted by a forest that has not seen its fold; folds have their share of each class. */
async function crossValidated(variant: Variant, seed: number): Promise<Predictions> {
  const all = indicesOf(training);
  const fold = new Int32Array(all.length);
  for (const name of classes) {
    const own = random(seed, 'folds', name).shuffle(Int32Array.from(all.filter((i) => training.labels[i] === name)));
    for (const [k, image] of own.entries()) fold[image] = k % FOLDS;
  }
  const probabilities = new Float32Array(all.length * classes.length);
  for (let f = 0; f < FOLDS; f++) {
    const outside = all.filter((i) => fold[i] === f);
    const inside = all.filter((i) => fold[i] !== f);
    const found = await predicted(variant, inside, [training, outside], seed);
    for (const [k, image] of outside.entries()) {
      probabilities.set(found.subarray(k * classes.length, (k + 1) * classes.length), image * classes.length);
    }
  }
  return { classes, probabilities, labels: labelsOf(training, all) };
}

async function onTest(variant: Variant, seed: number): Promise<Predictions> {
  const probabilities = await predicted(variant, indicesOf(training), [test, indicesOf(test)], seed);
  return { classes, probabilities, labels: labelsOf(test, indicesOf(test)) };
}

async function report(title: string, sample: Sample, predict: typeof onTest): Promise<void> {
  const images = sample.tables.theirs.rows;
  const arms: { readonly name: string; readonly runs: StudyRun[] }[] = [];
  for (const [name, variant] of Object.entries(VARIANTS)) {
    const runs: StudyRun[] = [];
    for (const seed of SEEDS) runs.push({ seed, images, predictions: await predict(variant, seed) });
    arms.push({ name, runs });
  }
  const study = judgeStudy(arms);
  const points = (share: number) => `${share < 0 ? '-' : '+'}${Math.abs(100 * share).toFixed(1)}`;
  const percent = (share = Number.NaN) => (100 * share).toFixed(1);
  console.log(`\n${title}: ${images.length} images, ${SEEDS.length} seeds\n`);
  console.log('| features | accuracy | log-loss | accuracy against the tables, points |');
  console.log('|---|---|---|---|');
  for (const { name, metrics } of study.arms) {
    const against = study.pairs.find(({ a, b }) => a === name && b === study.arms[0]?.name)?.metrics.accuracy;
    const difference = against ? `${points(against.difference)} [${against.interval.map(points).join(', ')}]` : '';
    const { accuracy, logLoss } = metrics;
    const own = `${percent(accuracy?.mean)} ± ${percent(accuracy?.sd ?? Number.NaN)} %`;
    console.log(`| ${name} | ${own} | ${logLoss?.mean.toFixed(3)} | ${difference} |`);
  }
}

console.log('Rows of old exports, whose derived columns are wrong, by class:');
for (const name of classes) {
  const own = rowsOf(folder, 'training').filter((_, i) => training.labels[i] === name);
  console.log(`  ${name}: ${own.filter(isOldExport).length} of ${own.length}`);
}
await report('Cross-validation on the training table', training, crossValidated);
await report('Test table', test, onTest);
