/**
 * Unseen species: one leaf class is held out of each node with at least three leaf children, in five folds. How many images of the
 * held-out classes are placed at their true parent?
 *
 *     npx tsx bench/novelty/run.ts IMAGES TAXONOMY CACHE [--figure FIGURE.png]
 *     npx tsx bench/novelty/run.ts IMAGES TAXONOMY CACHE --networks FOLDER [--figure FIGURE.png]
 *
 * Heads are trained on one frozen CNN block, as ImageNet trained it; with `--networks` on the networks FOLDER/fold-1 to fold-5, each
 * trained without the held-out classes of its fold:
 *
 *     npx tsx bench/novelty/run.ts IMAGES TAXONOMY CACHE --list
 *     npx cladenet train flat --images IMAGES --hold-out LINE-1 --split 0.65/0.1/0.25 --out FOLDER/fold-1 ...
 *
 * It prints a table of means over folds with intervals, and draws the mean curves of the folds. `--folds 2` takes the first two alone. Heads on networks are trained on
 * the training images as they are and on augmented views of them, `--views 2`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fitTemperature, scaleTemperature } from '../../src/calibration/temperature.js';
import { decideNovelty } from '../../src/decision/novelty/decide-novelty.js';
import {
  atKnownAccuracy,
  atThreshold,
  type NoveltyCurve,
  type NoveltyPoint,
  noveltyCurve,
} from '../../src/evaluation/novelty/novelty-curve.js';
import { studentQuantile } from '../../src/evaluation/student-t.js';
import { writeJson } from '../../src/files.js';
import { noveltyFigure } from '../../src/report/figures/novelty-figure.js';
import { writeFigure } from '../../src/report/figures/write-figure.js';
import { randomTaxonomy } from '../../src/taxonomy/control-taxonomies.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { ON_FROZEN, ON_NETWORKS } from './arms.js';
import { foldsOf } from './folds.js';
import { frozenFolds } from './frozen.js';
import { type Said, type TreeForm, trainHead } from './heads.js';
import { networkFolds } from './networks.js';

const SEED = 1;
const { positionals, values: given } = parseArgs({
  allowPositionals: true,
  options: {
    networks: { type: 'string' },
    figure: { type: 'string' },
    folds: { type: 'string', default: '5' },
    views: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
  },
});
const [folder = '', file = '', cache = ''] = positionals;
const { networks, figure } = given;
const FOLDS = Number(given.folds);
/** Heads on a frozen block name 69.5 % of the known images. */
const ACCURACIES = networks === undefined ? [0.5, 0.65] : [0.5, 0.7];
const ARMS = networks === undefined ? ON_FROZEN : ON_NETWORKS;

const full = await readTaxonomy(file);
const heldOut = foldsOf(full, 5, SEED).slice(0, FOLDS);
if (given.list) {
  for (const names of heldOut) console.log(names.join(','));
  process.exit();
}

/** What one arm gives in one fold. */
interface Outcome {
  readonly accuracy: number;
  readonly curve: NoveltyCurve;
  /** At each of `ACCURACIES`; undefined where the classifier is less accurate. */
  readonly at: readonly (
    | { readonly exact: number; readonly distance: number; readonly byClass: Readonly<Record<string, number>> }
    | undefined
  )[];
  /** At thresholds that give these accuracies on the validation images of known classes. */
  readonly chosen: readonly (NoveltyPoint | undefined)[];
}

/** What the arms gave in a fold: kept, since networks are trained one after the other. Delete the files to compute it anew. */
const fileOf = (fold: number) => `${cache}/fold-${fold}-outcomes-${given.views}.json`;
const judged = new Map<number, Record<string, Outcome>>();
if (networks !== undefined) {
  for (const fold of heldOut.keys()) {
    const path = fileOf(fold + 1);
    if (existsSync(path)) judged.set(fold + 1, JSON.parse(readFileSync(path, 'utf8')) as Record<string, Outcome>);
  }
}
const folds =
  networks === undefined
    ? frozenFolds(folder, full, heldOut, { cache, seed: SEED })
    : networkFolds(networks, folder, full, heldOut, {
        cache,
        views: Number(given.views),
        skip: new Set(judged.keys()),
      });
for await (const fold of folds) {
  const { known, parents, classes, labels, validation, test, unseen, unseenNames } = fold;
  const seed = SEED + fold.number - 1;
  const random = randomTaxonomy(known, seed);
  const heads: Record<string, { readonly taxonomy: Taxonomy; readonly headKind: TreeForm } | undefined> = {
    flat: undefined,
    'second flat': undefined,
    tree: { taxonomy: known, headKind: 'path-sum' },
    'random tree': { taxonomy: random, headKind: 'path-sum' },
    'new-child': { taxonomy: known, headKind: 'new-child' },
    'random new-child': { taxonomy: random, headKind: 'new-child' },
  };
  const ofFold: Record<string, Outcome> = {};
  judged.set(fold.number, ofFold);
  const used = Object.entries(heads).filter(([head]) => ARMS.some((arm) => arm.head === head));
  for (const [head, form] of used) {
    const own = head === 'flat' ? fold.own : undefined;
    const say = own ?? (await trainHead(fold, form, seed));
    const chosenOn = say(validation);
    const fitted = fitTemperature({
      classes,
      probabilities: chosenOn.probabilities,
      labels: at(labels, validation),
    });
    const calibrated = (said: Said): Said => ({
      ...said,
      probabilities: Float32Array.from(scaleTemperature(said.probabilities, classes.length, fitted.temperature)),
    });
    const onKnown = { classes, labels: at(labels, test), ...calibrated(say(test)) };
    const onValidation = { classes, labels: at(labels, validation), ...calibrated(chosenOn) };
    const onUnseen = calibrated(say(unseen));
    const truths = unseenNames.map((name) => parents.get(name) as string);
    for (const arm of ARMS.filter((one) => one.head === head)) {
      const decideIn = arm.random === true ? random : known;
      const options = { taxonomy: known, decideIn, method: arm.method };
      const curve = noveltyCurve(onKnown, { ...onUnseen, parents: truths }, options);
      const choosing = noveltyCurve(onValidation, { ...onUnseen, parents: truths }, options);
      const outcome: Outcome = {
        accuracy: curve.points.at(-1)?.knownAccuracy ?? 0,
        curve,
        // The images of known classes alone say where a share of them gets its class.
        chosen: ACCURACIES.map((share) => {
          const point = atKnownAccuracy(choosing, share);
          return point && atThreshold(curve, point.threshold);
        }),
        at: ACCURACIES.map((share) => {
          const point = atKnownAccuracy(curve, share);
          return (
            point && { exact: point.exactParent, distance: point.unseenDistance, byClass: byClass(point.threshold) }
          );
        }),
      };
      ofFold[arm.name] = outcome;
      console.error(
        `fold ${fold.number}, ${arm.name}: ${outcome.accuracy.toFixed(3)}, ${curve.auc.toFixed(3)}, ${outcome.at[0]?.exact.toFixed(3)}`,
      );

      function byClass(threshold: number): Record<string, number> {
        if (arm.random === true) return {};
        const { probabilities, newChildren } = onUnseen;
        const decided = decideNovelty(probabilities, classes, known, { threshold, method: arm.method, newChildren });
        return Object.fromEntries(
          [...parents].map(([name, parent]) => {
            const own = [...unseenNames.keys()].filter((i) => unseenNames[i] === name);
            return [name, own.filter((i) => decided[i]?.path === parent).length / own.length];
          }),
        );
      }
    }
  }
  if (networks !== undefined) await writeJson(fileOf(fold.number), ofFold);
}

const outcomes = new Map<string, Outcome[]>(
  ARMS.map(({ name }) => [name, [...judged].sort(([a], [b]) => a - b).map(([, of]) => of[name] as Outcome)]),
);

function at(all: Int32Array, indices: Int32Array): Int32Array {
  return Int32Array.from(indices, (i) => all[i] as number);
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
/** The mean over folds and half the width of its 95 % interval, by Student's t. */
function interval(numbers: readonly number[]): { readonly mean: number; readonly half: number } {
  const middle = mean(numbers);
  const variance = numbers.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (numbers.length - 1);
  return { mean: middle, half: studentQuantile(0.05, numbers.length - 1) * Math.sqrt(variance / numbers.length) };
}
const points = (numbers: readonly number[]) => {
  if (numbers.length < FOLDS || numbers.some(Number.isNaN)) return '-';
  const { mean: middle, half } = interval(numbers);
  return `${(100 * middle).toFixed(1)} ± ${(100 * half).toFixed(1)}`;
};
const exactAt = (outcome: Outcome, i: number) => outcome.at[i]?.exact ?? Number.NaN;
const classMean = (outcome: Outcome, i: number) => {
  const values = Object.values(outcome.at[i]?.byClass ?? {});
  return values.length === 0 ? Number.NaN : mean(values);
};
const base = outcomes.get('flat, climbing') as Outcome[];
const line = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
line([
  ...['arm', 'accuracy', 'AUC'],
  ...ACCURACIES.flatMap((share) => [`exact parent at ${100 * share} %`, 'minus flat climbing']),
  ...ACCURACIES.flatMap((share) => [`mean of classes, ${100 * share} %`, 'minus flat climbing']),
  ...ACCURACIES.map((share) => `AHD at ${100 * share} %`),
]);
line(Array(13).fill('---'));
for (const { name } of ARMS) {
  const own = outcomes.get(name) as Outcome[];
  const less = (value: (outcome: Outcome) => number) =>
    own.map((outcome, i) => value(outcome) - value(base[i] as Outcome));
  line([
    name,
    points(own.map(({ accuracy }) => accuracy)),
    mean(own.map(({ curve }) => curve.auc)).toFixed(3),
    ...[0, 1].flatMap((i) => [points(own.map((o) => exactAt(o, i))), points(less((o) => exactAt(o, i)))]),
    ...[0, 1].flatMap((i) => [points(own.map((o) => classMean(o, i))), points(less((o) => classMean(o, i)))]),
    ...[0, 1].map((i) => mean(own.map((o) => o.at[i]?.distance ?? Number.NaN)).toFixed(2)),
  ]);
}

/** Per fold the arm that is best on the classes that other folds held out and this one did not, and what it gives here. */
function chosenElsewhere(names: readonly string[], i: number): { readonly exact: number[]; readonly picked: string[] } {
  const picked = heldOut.map((own) => {
    const value = (name: string) =>
      mean(
        (outcomes.get(name) as Outcome[]).flatMap((outcome, other) =>
          (heldOut[other] ?? []).flatMap((label) => (own.includes(label) ? [] : (outcome.at[i]?.byClass[label] ?? []))),
        ),
      );
    return names.reduce((best, name) => (value(name) > value(best) ? name : best));
  });
  return { picked, exact: picked.map((name, fold) => exactAt((outcomes.get(name) as Outcome[])[fold] as Outcome, i)) };
}
const trueTree = (heads: readonly string[]) =>
  ARMS.filter(({ head, random }) => heads.includes(head) && random !== true).map(({ name }) => name);
for (const i of [0, 1]) {
  const flat = chosenElsewhere(trueTree(['flat']), i);
  const tree = chosenElsewhere(trueTree(['tree', 'new-child']), i);
  const control = chosenElsewhere(trueTree(['random tree']), i);
  const climbing = base.map((outcome) => exactAt(outcome, i));
  const minus = (a: readonly number[], b: readonly number[]) => points(a.map((value, k) => value - (b[k] as number)));
  console.log(`\nMethods chosen on other held-out classes, at ${100 * (ACCURACIES[i] as number)} %:`);
  console.log(`flat ${points(flat.exact)} (${flat.picked.join('; ')})`);
  console.log(`tree ${points(tree.exact)} (${tree.picked.join('; ')})`);
  console.log(`random tree in the head ${points(control.exact)} (${control.picked.join('; ')})`);
  console.log(`tree - flat climbing ${minus(tree.exact, climbing)}, tree - flat ${minus(tree.exact, flat.exact)}`);
  console.log(
    `random - flat climbing ${minus(control.exact, climbing)}, random - flat ${minus(control.exact, flat.exact)}`,
  );
}
console.log('\nThresholds chosen on validation images of known classes: known accuracy and exact parents');
for (const { name } of ARMS) {
  const own = outcomes.get(name) as Outcome[];
  const cells = [0, 1].flatMap((i) => [
    points(own.map(({ chosen }) => chosen[i]?.knownAccuracy ?? Number.NaN)),
    points(own.map(({ chosen }) => chosen[i]?.exactParent ?? Number.NaN)),
  ]);
  line([name, ...cells]);
}

console.log('\nAgainst the flat head by the same method: images, then the mean of classes');
for (const { name, head, method, random } of ARMS) {
  const flat = ARMS.find((arm) => arm.head === 'flat' && arm.method === method && arm.random === undefined);
  if (head === 'flat' || random === true || flat === undefined) continue;
  const [own, other] = [outcomes.get(name) as Outcome[], outcomes.get(flat.name) as Outcome[]];
  const less = (value: (outcome: Outcome, i: number) => number, i: number) =>
    points(own.map((outcome, fold) => value(outcome, i) - value(other[fold] as Outcome, i)));
  line([name, ...[exactAt, classMean].flatMap((value) => [less(value, 0), less(value, 1)])]);
}

/** Exact parents over known accuracy, the mean of the folds. */
function meanCurve(of: readonly Outcome[]): Pick<NoveltyCurve, 'points' | 'auc'> {
  const most = Math.min(...of.map(({ accuracy }) => accuracy));
  const shares = Array.from({ length: 201 }, (_, i) => i / 200).filter((share) => share <= most);
  const value = (share: number, key: 'exactParent' | 'detected' | 'unseenDistance') =>
    mean(of.map(({ curve }) => atKnownAccuracy(curve, share)?.[key] ?? Number.NaN));
  return {
    auc: mean(of.map(({ curve }) => curve.auc)),
    points: shares.map((share) => ({
      ...{ threshold: Number.NaN, knownAccuracy: share, exactParent: value(share, 'exactParent') },
      ...{ detected: value(share, 'detected'), unseenDistance: value(share, 'unseenDistance') },
    })),
  };
}

/** The arms that the figure shows. */
const DRAWN = [
  'flat, climbing',
  'tree, climbing',
  'random tree in the head, climbing',
  'flat, siblings',
  'tree, siblings',
  'new-child heads, information',
  'flat, random tree in the decision',
];
const curves = new Map([...outcomes].map(([name, of]) => [name, meanCurve(of)]));
await writeJson(`${cache}/novelty${networks === undefined ? '' : '-networks'}.json`, Object.fromEntries(curves));
if (figure !== undefined) {
  const series = DRAWN.flatMap((name) => {
    const curve = curves.get(name);
    return curve === undefined ? [] : [{ name, curve }];
  });
  const title = 'Unseen classes placed in the tree, mean of five folds';
  await writeFigure(await noveltyFigure(series, { title }), figure);
}
