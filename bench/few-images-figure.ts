/**
 * Draws what `bench/few-images.ts` measured: the recall of new classes, and what known ones lose, over the number of images.
 *
 *     npx tsx bench/few-images-figure.ts OUT FIGURE
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vegaLite from 'vega-lite';
import { chartFrame } from '../src/report/figures/chart.js';
import { renderSvg } from '../src/report/figures/render.js';
import { INK, SERIES } from '../src/report/figures/theme.js';
import { writeFigure } from '../src/report/figures/write-figure.js';

interface Row {
  readonly shots: number;
  readonly arm: string;
  readonly recall: number;
  readonly before: number;
  readonly after: number;
  readonly known: number;
}

const [out, figure] = process.argv.slice(2);
if (out === undefined || figure === undefined) throw new Error('usage: few-images-figure.ts OUT FIGURE');
const rows = readdirSync(out)
  .filter((name) => /^results-\d+\.json$/.test(name))
  .flatMap((name) => JSON.parse(readFileSync(join(out, name), 'utf8')) as Row[]);

const LINES = {
  'flat, prototype': 'prototype, flat',
  'tree, prototype': 'prototype, tree',
  'flat, trained': 'all trained with these images, flat',
  'tree, trained': 'all trained with these images, tree',
} as const;
/** Trained with all images of the class: a level, whatever the number. */
const LEVELS = {
  'flat, trained on all': 'with all images, flat',
  'tree, trained on all': 'with all images, tree',
} as const;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Arms that were not measured on as many classes are not drawn. */
const CLASSES = rows.filter((row) => row.arm === 'flat, trained on all').length;
const shots = [...new Set(rows.map((row) => row.shots))].filter((n) => n > 0).sort((a, b) => a - b);
const summary = (own: readonly Row[]) => ({
  recall: mean(own.map(({ recall }) => recall)),
  lost: mean(own.map(({ before, after, known }) => (before - after) / known)),
});
const values = [
  ...Object.entries(LINES).flatMap(([arm, line]) =>
    shots.flatMap((n) => {
      const own = rows.filter((row) => row.arm === arm && row.shots === n);
      return own.length < CLASSES ? [] : [{ line, images: n, ...summary(own) }];
    }),
  ),
  ...Object.entries(LEVELS).flatMap(([arm, line]) => {
    const own = rows.filter((row) => row.arm === arm);
    return own.length === 0 ? [] : shots.map((n) => ({ line, images: n, recall: summary(own).recall }));
  }),
];
const names = [...Object.values(LINES), ...Object.values(LEVELS)];
const panel = (heading: string, field: string) => ({
  width: 330,
  height: 260,
  title: { text: heading, fontSize: 12, anchor: 'start' as const, offset: 6 },
  mark: { type: 'line' as const, point: { size: 34 }, strokeWidth: 1.9 },
  encoding: {
    x: {
      field: 'images',
      type: 'quantitative' as const,
      title: 'images of the new class',
      scale: { type: 'log' as const, domain: [4.5, 22], nice: false },
      axis: { values: shots, grid: false, format: 'd' },
    },
    y: {
      field,
      type: 'quantitative' as const,
      title: null,
      axis: { format: '~%' },
      scale: { zero: true },
    },
    color: {
      field: 'line',
      type: 'nominal' as const,
      title: null,
      scale: { domain: names, range: [SERIES[0], SERIES[1], SERIES[2], SERIES[3], INK, SERIES[4]] },
      legend: { orient: 'bottom' as const, columns: 2, symbolType: 'stroke', labelLimit: 0 },
    },
  },
});
const { spec } = vegaLite.compile({
  ...chartFrame('Classes of few images', 'Means of 30 classes of three seeds.'),
  data: { values },
  hconcat: [
    panel('Recall of the new class', 'recall'),
    {
      ...panel('Known images lost', 'lost'),
      transform: [{ filter: 'isValid(datum.lost)' }],
    },
  ],
});
await writeFigure(await renderSvg(spec), figure);
