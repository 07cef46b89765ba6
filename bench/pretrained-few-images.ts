/**
 * What a pretrained network is worth by the number of training images: few images of each class, three ways to train.
 *
 *     npx tsx bench/pretrained-few-images.ts IMAGES OUT [--seeds 1,2,3] [--per-class 10,30,100] [--arms compact,lite0,lite0-frozen]
 *
 * `compact` starts from random weights, `lite0` fine-tunes EfficientNet-Lite0, `lite0-frozen` trains an MLP block on the features of
 * its frozen CNN block. The test images are a tenth of all images, the same for all arms of a seed; the validation images are a
 * tenth too, or as many as there are training images if these are fewer. Every training gets about the same number of steps as
 * the images need: see `EPOCHS`. OUT is a folder: `figures.json` has a figure for each training, and a training whose figure is there
 * is not repeated; `few-images.png` is the curve.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as vegaLite from 'vega-lite';
import type { TrainingData } from '../src/classifier/data/training-data.js';
import type { FlatOptions } from '../src/classifier/train/train-flat.js';
import { selectImages } from '../src/dataset/images.js';
import { evaluate, openImages, prepareData, preprocessingFor, trainFlat } from '../src/index.js';
import { random } from '../src/random.js';
import { chartFrame } from '../src/report/figures/chart.js';
import { renderSvg } from '../src/report/figures/render.js';
import { SERIES } from '../src/report/figures/theme.js';
import { writeFigure } from '../src/report/figures/write-figure.js';
import { ALL_STAGES } from '../src/training/config.js';

const { positionals, values: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    'per-class': { type: 'string', default: '10,30,100' },
    arms: { type: 'string', default: 'lite0-frozen,lite0,compact' },
  },
});
const [folder, out] = positionals;
if (folder === undefined || out === undefined)
  throw new Error('usage: pretrained-few-images.ts IMAGES OUT [--seeds ...] [...]');
const list = (text: string) => text.split(',');

/** Fewer images need more epochs for as many steps; `compact` starts from nothing and needs more of them. */
const EPOCHS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'lite0-frozen': { 10: 60, 30: 40, 100: 30 },
  lite0: { 10: 30, 30: 20, 100: 12 },
  compact: { 10: 60, 30: 40, 100: 24 },
};
interface Figure {
  readonly arm: string;
  readonly perClass: number;
  readonly seed: number;
  readonly images: number;
  readonly accuracy: number;
  readonly balanced: number;
  readonly logLoss: number;
  readonly seconds: number;
}

/** At most `n` images of each class of the training images, and as many of the validation images as there are of those. */
function limited(data: TrainingData, n: number, seed: number): TrainingData {
  const draw = random(seed, 'few images');
  const taken = new Map<number, number>();
  const train = shuffled(data.split.train, draw).filter((image) => {
    const label = data.truth.labels[image] ?? -1;
    taken.set(label, (taken.get(label) ?? 0) + 1);
    return (taken.get(label) ?? 0) <= n;
  });
  const validation = shuffled(data.split.validation, draw).slice(0, train.length);
  return { ...data, split: { ...data.split, train: train.sort(), validation: validation.sort() } };
}

function shuffled(values: Int32Array, draw: ReturnType<typeof random>): Int32Array {
  const result = values.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const j = draw.integer(i + 1);
    [result[i], result[j]] = [result[j] ?? 0, result[i] ?? 0];
  }
  return result;
}

mkdirSync(out, { recursive: true });
const file = join(out, 'figures.json');
const figures: Figure[] = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Figure[]) : [];
for (const seed of list(chosen.seeds).map(Number)) {
  for (const perClass of list(chosen['per-class']).map(Number)) {
    for (const arm of list(chosen.arms)) {
      const isSame = (one: Figure) => one.arm === arm && one.perClass === perClass && one.seed === seed;
      if (figures.some(isSame)) continue;
      const network = arm === 'compact' ? 'compact' : 'efficientnet_lite0';
      const images = await openImages(folder, preprocessingFor(network));
      const all = prepareData(images, { seed });
      const data = limited(all, perClass, seed);
      const training: FlatOptions['training'] = {
        seed,
        epochs: EPOCHS[arm]?.[perClass],
        ...(arm === 'lite0-frozen' && { frozenStages: ALL_STAGES }),
      };
      const started = performance.now();
      const flat = await trainFlat(data, { network, training });
      const seconds = (performance.now() - started) / 1000;
      const test = selectImages(images, all.split.test);
      const { logLoss, accuracy, balancedAccuracy } = evaluate(await flat.classify(test));
      flat.dispose();
      const figure = {
        arm,
        perClass,
        seed,
        images: data.split.train.length,
        accuracy,
        balanced: balancedAccuracy,
        logLoss: logLoss ?? Number.NaN,
        seconds,
      };
      figures.push(figure);
      writeFileSync(file, JSON.stringify(figures, null, 1));
      console.log(JSON.stringify(figure));
    }
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const points = [...new Set(figures.map(({ arm }) => arm))].flatMap((arm) =>
  [...new Set(figures.map(({ perClass }) => perClass))].flatMap((perClass) => {
    const same = figures.filter((one) => one.arm === arm && one.perClass === perClass);
    if (same.length === 0) return [];
    return (['accuracy', 'balanced'] as const).map((metric) => {
      const values = same.map((one) => one[metric]);
      return {
        arm,
        perClass,
        metric,
        value: mean(values),
        low: Math.min(...values),
        high: Math.max(...values),
        seeds: values.length,
      };
    });
  }),
);
console.table(points);
const x = {
  field: 'perClass',
  type: 'quantitative',
  title: 'training images of a class, at most',
  scale: { type: 'log' },
  axis: { values: list(chosen['per-class']).map(Number) },
} as const;
const colour = { field: 'arm', type: 'nominal', title: null, scale: { range: SERIES } } as const;
const panel = (metric: string) => ({
  title: metric === 'balanced' ? 'Balanced accuracy' : 'Accuracy',
  width: 300,
  height: 260,
  data: { values: points.filter((point) => point.metric === metric) },
  layer: [
    {
      mark: { type: 'rule' as const, strokeWidth: 2 },
      encoding: {
        x,
        y: { field: 'low', type: 'quantitative' as const, title: null, axis: { format: '.0%' } },
        y2: { field: 'high' },
        color: colour,
      },
    },
    {
      mark: { type: 'line' as const, point: true },
      encoding: { x, y: { field: 'value', type: 'quantitative' as const }, color: colour },
    },
  ],
});
const { spec } = vegaLite.compile({
  ...chartFrame('Few images of each class', 'Test images; lines: mean of the seeds, bars: least and largest'),
  hconcat: [panel('accuracy'), panel('balanced')],
} as vegaLite.TopLevelSpec);
await writeFigure(await renderSvg(spec), join(out, 'few-images.png'));
