/** Figure: what work costs for a number of images, and of classes. */
import * as vegaLite from 'vega-lite';
import { chartFrame } from '../../src/report/figures/chart.js';
import { renderSvg } from '../../src/report/figures/render.js';
import { SERIES } from '../../src/report/figures/theme.js';
import type { Stage } from './stage.js';

/** The stages of each size. */
export type BySize = Readonly<Record<string, readonly Stage[]>>;

export interface ScaleResult {
  readonly images: BySize;
  readonly classes: BySize;
}

interface Panel {
  readonly title: string;
  readonly of: BySize;
  readonly sizes: string;
  readonly unit: string;
  /** Whether the values have a logarithmic scale. */
  readonly log: boolean;
  readonly value: (stage: Stage) => number;
  /** The stages that are shown. Default: all. */
  readonly stages?: readonly string[];
}

/** The ticks of a logarithmic scale. */
const POWERS = [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000];

export function scaleFigure({ images, classes }: ScaleResult): Promise<string> {
  const seconds = { unit: 'seconds of processor time', log: true, value: ({ cpu }: Stage) => Math.max(cpu, 0.001) };
  const memory = { unit: 'peak memory of the process until then, MB', log: false, value: ({ peak }: Stage) => peak };
  const panels: readonly Panel[] = [
    { title: 'Time by the number of images (10 classes)', of: images, sizes: 'images', ...seconds },
    { title: 'Time by the number of classes (10,000 images)', of: classes, sizes: 'classes', ...seconds },
    {
      title: 'Memory by the number of images (0.5 GB for pixels)',
      of: images,
      sizes: 'images',
      ...memory,
      stages: ['list', 'split', '100 steps'],
    },
    {
      title: 'Memory by the number of classes',
      of: classes,
      sizes: 'classes',
      ...memory,
      stages: ['train flat, an epoch', 'train joint, an epoch', 'train shared', 'report'],
    },
  ];
  const { spec } = vegaLite.compile({
    ...chartFrame('Cost by size'),
    concat: panels.map(draw),
    columns: 2,
    spacing: { row: 36, column: 40 },
    resolve: { scale: { color: 'independent' } },
  });
  return renderSvg(spec);
}

function draw({ title, of, sizes, unit, log, value, stages }: Panel) {
  const values = Object.entries(of).flatMap(([size, measured]) =>
    measured.flatMap((one) =>
      stages === undefined || stages.includes(one.stage)
        ? [{ size: Number(size), stage: one.stage, value: value(one) }]
        : [],
    ),
  );
  const shown = [...new Set(values.map(({ stage }) => stage))];
  return {
    width: 380,
    height: 300,
    title: { text: title, fontSize: 12, anchor: 'start' as const, frame: 'group' as const, offset: 8 },
    data: { values },
    mark: { type: 'line' as const, point: { size: 28 }, strokeWidth: 1.9 },
    encoding: {
      x: {
        field: 'size',
        type: 'quantitative' as const,
        title: sizes,
        scale: { type: 'log', nice: false } as const,
        axis: { format: ',', values: Object.keys(of).map(Number), grid: false },
      },
      y: {
        field: 'value',
        type: 'quantitative' as const,
        title: unit,
        scale: log ? ({ type: 'log', nice: true } as const) : ({ zero: true, nice: 6 } as const),
        axis: log ? { format: '~g', values: POWERS } : { format: ',d', tickCount: 6 },
      },
      color: {
        field: 'stage',
        type: 'nominal' as const,
        title: null,
        scale: { domain: shown, range: SERIES.slice(0, shown.length) },
        legend: { orient: 'right' as const, labelLimit: 0, symbolType: 'stroke' as const, symbolStrokeWidth: 3 },
      },
    },
  };
}
