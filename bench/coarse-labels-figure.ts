/**
 * Draws what `bench/coarse-labels.ts` measured: accuracy over the share of images with a class, one line an arm.
 *
 *     npx tsx bench/coarse-labels-figure.ts OUT/coarse-labels.json FIGURE
 */
import { readFileSync } from 'node:fs';
import * as vegaLite from 'vega-lite';
import type { Study } from '../src/evaluation/study-types.js';
import { chartFrame } from '../src/report/figures/chart.js';
import { renderSvg } from '../src/report/figures/render.js';
import { INK, SERIES } from '../src/report/figures/theme.js';
import { writeFigure } from '../src/report/figures/write-figure.js';

const [file, figure] = process.argv.slice(2);
if (file === undefined || figure === undefined) throw new Error('usage: coarse-labels-figure.ts JSON FIGURE');
const { study } = JSON.parse(readFileSync(file, 'utf8')) as { study: Study };

const LINES = {
  all: 'every image has its class',
  'random parents': 'others have their parent in a random tree',
  'parents and pseudo': 'others have their parent, then pseudo-labels',
  parents: 'others have their parent',
  'pseudo alone': 'others have pseudo-labels alone',
  fine: 'others are not used',
} as const;
const shares = [...new Set(study.arms.flatMap(({ name }) => /0\.\d+$/.exec(name) ?? []))].map(Number);
const values = Object.entries(LINES).flatMap(([arm, line]) =>
  shares.flatMap((share) => {
    const summary = study.arms.find(({ name }) => name === (arm === 'all' ? 'all' : `${arm} ${share}`));
    const { accuracy, balancedAccuracy } = summary?.metrics ?? {};
    if (!accuracy || !balancedAccuracy) return [];
    return accuracy.perSeed.map((value, seed) => ({
      line,
      share,
      accuracy: value,
      balanced: balancedAccuracy.perSeed[seed],
      mean: accuracy.mean,
      balancedMean: balancedAccuracy.mean,
    }));
  }),
);
const names = Object.values(LINES);
const color = {
  field: 'line',
  type: 'nominal',
  title: null,
  scale: { domain: names, range: [INK, SERIES[1], SERIES[0], SERIES[4], SERIES[3], SERIES[2]] },
  legend: { orient: 'bottom', columns: 2, symbolType: 'stroke', labelLimit: 0 },
} as const;
const panel = (heading: string, single: string, mean: string) => ({
  width: 340,
  height: 280,
  title: { text: heading, fontSize: 12, anchor: 'start' as const, offset: 6 },
  encoding: {
    x: {
      field: 'share',
      type: 'quantitative' as const,
      title: 'training images with their class',
      scale: { type: 'log' as const, domain: [0.045, 0.28], nice: false },
      axis: { values: shares, format: '.0%', grid: false },
    },
    color,
  },
  layer: [
    {
      mark: { type: 'line' as const, strokeWidth: 1.9 },
      encoding: {
        y: {
          field: mean,
          type: 'quantitative' as const,
          title: null,
          scale: { zero: false },
          axis: { format: '.0%' },
        },
      },
    },
    {
      mark: { type: 'point' as const, size: 22, strokeWidth: 1 },
      encoding: { y: { field: single, type: 'quantitative' as const } },
    },
  ],
});
const { spec } = vegaLite.compile({
  ...chartFrame('Labels at the parent where few images have a class', 'Means of three seeds; rings are single seeds.'),
  data: { values },
  hconcat: [panel('Accuracy', 'accuracy', 'mean'), panel('Balanced accuracy', 'balanced', 'balancedMean')],
});
await writeFigure(await renderSvg(spec), figure);
