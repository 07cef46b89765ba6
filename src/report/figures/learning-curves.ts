/** Figure: loss and accuracy of one or several models over the epochs. */

import * as vegaLite from 'vega-lite';
import type { HistoryLine } from '../../classifier/store/store.js';
import { isBetter } from '../../training/epoch-record.js';
import { percent } from '../../units.js';
import { chartFrame } from './chart.js';
import { renderSvg } from './render.js';
import { INK, MUTED, PAPER, SERIES } from './theme.js';

/**
 * One epoch, as in the `history` of a classifier; accuracies are shares 0..1. What is null or not finite is left out of
 * the figure. `level`, of a network grown level by level: what is decided changes with it, so lines break there.
 */
export type CurveEpoch = Pick<
  HistoryLine,
  'epoch' | 'loss' | 'accuracy' | 'validationLoss' | 'validationAccuracy' | 'level'
>;

/** The epochs of one training, under a name. */
export interface CurveHistory {
  readonly name: string;
  readonly epochs: readonly CurveEpoch[];
}

interface Row {
  readonly model: string;
  readonly subset: 'training' | 'validation';
  readonly epoch: number;
  readonly level: number;
  readonly loss?: number;
  readonly accuracy?: number;
  /** Whether this is the model's best epoch on the validation images. */
  readonly best: boolean;
}

const levelsOf = (epochs: readonly CurveEpoch[]): number =>
  epochs.reduce((most, { level = 1 }) => Math.max(most, level), 1);

/** The epoch whose weights a training keeps: of its last level, where the classes themselves are decided. */
function bestEpoch(epochs: readonly CurveEpoch[]): CurveEpoch | undefined {
  const last = levelsOf(epochs);
  return epochs
    .filter(({ validationAccuracy, level = 1 }) => Number.isFinite(validationAccuracy) && level === last)
    .reduce<CurveEpoch | undefined>((best, epoch) => (best && !isBetter(epoch, best) ? best : epoch), undefined);
}

const finite = (key: 'loss' | 'accuracy', value: number | null) => (Number.isFinite(value) ? { [key]: value } : {});

function rowsOf(model: string, { epochs }: CurveHistory, best: CurveEpoch | undefined): Row[] {
  return epochs.flatMap((epoch): Row[] => {
    const at = { model, epoch: epoch.epoch, level: epoch.level ?? 1 };
    return [
      { ...at, subset: 'training', best: false, ...finite('loss', epoch.loss), ...finite('accuracy', epoch.accuracy) },
      {
        ...at,
        subset: 'validation',
        best: epoch === best,
        ...finite('loss', epoch.validationLoss),
        ...finite('accuracy', epoch.validationAccuracy),
      },
    ];
  });
}

/** The range of the finite values, with `include` in it; never empty. */
function extent(values: readonly (number | undefined)[], include: number | undefined): [number, number] {
  const known = [...values, include].filter((value) => value !== undefined);
  if (known.length === 0) return [0, 1];
  const [low, high] = known.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return low < high ? [low, high] : [low - 0.05, high + 0.05];
}

/**
 * Draws two panels, loss and accuracy, one colour a model. Solid lines are validation images, thin dashed ones training
 * images. The epoch of the best validation accuracy, whose weights are kept, is marked and named in the legend.
 *
 * @param histories a classifier's `history` as `epochs`, with a name
 * @returns an SVG document
 */
export async function learningCurves(
  histories: readonly CurveHistory[],
  { title = 'Learning curves' }: { title?: string } = {},
): Promise<string> {
  const labels: string[] = [];
  const times = new Map<string, number>();
  const rows = histories.flatMap((history) => {
    const best = bestEpoch(history.epochs);
    const levels = levelsOf(history.epochs);
    const grown = levels > 1 ? `, ${levels} levels` : '';
    const found = best === undefined ? '' : ` (best: ${percent(best.validationAccuracy ?? 0)} at epoch ${best.epoch})`;
    // Two models of the same name are still two lines.
    const time = (times.get(history.name) ?? 0) + 1;
    times.set(history.name, time);
    const label = `${history.name}${time > 1 ? ` [${time}]` : ''}${grown}${found}`;
    labels.push(label);
    return rowsOf(label, history, best);
  });
  const last = rows.reduce((most, { epoch }) => Math.max(most, epoch), 1);
  const first = rows.reduce((least, { epoch }) => Math.min(least, epoch), last);

  const epoch = {
    field: 'epoch',
    type: 'quantitative',
    title: 'epoch',
    // One epoch alone would be a scale without extent.
    scale: { domain: first < last ? [first, last] : [first - 1, last + 1], nice: false },
    axis: { format: 'd', tickMinStep: 1, tickCount: 8, grid: false, ...(first < last ? {} : { values: [first] }) },
  } as const;
  const colour = {
    field: 'model',
    type: 'nominal',
    title: null,
    scale: { domain: labels, range: labels.map((_, i) => SERIES[i % SERIES.length] ?? INK) },
    legend: {
      orient: 'bottom',
      columns: 1,
      symbolType: 'stroke',
      symbolStrokeWidth: 3,
      symbolSize: 260,
      labelLimit: 0,
    },
  } as const;
  // Above the panels, one below the other, as the models are below them: nothing stands beside a text, which a browser
  // may draw in another font, wider than measured here.
  const subset = {
    field: 'subset',
    type: 'nominal',
    title: null,
    scale: { domain: ['validation', 'training'], range: [[], [3, 2]] },
    legend: {
      orient: 'top',
      direction: 'vertical',
      columns: 1,
      symbolType: 'stroke',
      symbolSize: 900,
      symbolStrokeColor: MUTED,
      symbolStrokeWidth: 1.9,
      labelExpr: `datum.label === 'validation' ? 'solid: validation images; dot: best epoch' : 'dashed: training images'`,
      labelLimit: 0,
    },
  } as const;
  const many = last - first > 100;
  const width = {
    condition: { test: "datum.subset === 'validation'", value: many ? 1.2 : 1.9 },
    value: many ? 0.7 : 1,
  } as const;

  const panel = (metric: 'loss' | 'accuracy') => {
    const share = metric === 'accuracy';
    const y = {
      field: metric,
      type: 'quantitative',
      title: null,
      scale: {
        domain: extent(
          rows.map((row) => row[metric]),
          share ? undefined : 0,
        ),
        nice: 6,
      },
      axis: { tickCount: 6, ...(share ? { labelExpr: "format(100 * datum.value, '.3~f') + ' %'" } : {}) },
    } as const;
    // A line through one or two epochs is hardly seen.
    const dots = {
      mark: { type: 'point' as const, filled: true, size: 24, opacity: 1 },
      encoding: { x: epoch, y, color: colour },
    };
    return {
      width: 380,
      height: 260,
      title: {
        text: share ? 'Accuracy' : 'Loss',
        fontSize: 12,
        anchor: 'start' as const,
        frame: 'group' as const,
        offset: 10,
      },
      layer: [
        {
          mark: { type: 'line' as const },
          encoding: { x: epoch, y, color: colour, strokeDash: subset, strokeWidth: width, detail: { field: 'level' } },
        },
        ...(last - first < 3 ? [dots] : []),
        {
          transform: [{ filter: 'datum.best' }],
          mark: { type: 'point' as const, filled: true, size: 70, stroke: PAPER, strokeWidth: 1.5, opacity: 1 },
          encoding: { x: epoch, y, color: colour },
        },
      ],
    };
  };

  const { spec } = vegaLite.compile({
    ...chartFrame(title),
    data: { values: rows },
    hconcat: [panel('loss'), panel('accuracy')],
    spacing: 36,
  });
  return renderSvg(spec);
}
