/** Figure: the importance of features by kind, with intervals, and what the selected ones add. */
import * as vegaLite from 'vega-lite';
import { largest } from '../../arrays.js';
import type { CandidateImportance, KindImportance } from '../../selecting/feature-importance.js';
import { type FeatureKind, KINDS } from '../../selecting/kinds.js';
import type { FeatureSelection } from '../../selecting/select-features.js';
import { metricColumn } from '../metrics.js';
import { groupLabel } from '../tables/selection-table.js';
import { chartFrame } from './chart.js';
import { textWidth } from './pixel-width.js';
import { renderSvg } from './render.js';
import { INK, MUTED, PAPER, SERIES } from './theme.js';

/** Options of {@link importanceFigure}. */
export interface ImportanceFigureOptions {
  readonly title?: string | undefined;
  /** Number of groups drawn: the most important ones, and all that were selected. Default 20 */
  readonly top?: number | undefined;
}

const ROW = 21;
const IMPORTANCE = 380;
const GAIN = 190;
const COLOURS = Object.fromEntries(KINDS.map((kind, i) => [kind, SERIES[i % SERIES.length] as string]));

/** A line of the figure. */
interface Row {
  readonly row: string;
  readonly kind: FeatureKind;
}

/**
 * Draws each group of correlated features under its kind: how far the log-loss of a forest rises on the validation images
 * when the group is permuted, with its interval over seeds (small rings are single seeds); and beside it what the selected
 * groups add, numbered in the order in which they were selected, with the bar that they had to pass.
 *
 * @returns an SVG document
 */
export async function importanceFigure(
  { importance, rounds, by, seeds }: FeatureSelection,
  { title = 'Which features add', top = 20 }: ImportanceFigureOptions = {},
): Promise<string> {
  const chosen = rounds.filter(({ isSelected }) => isSelected);
  const groups = importance.groups.filter(
    (group, i) => i < top || chosen.some((round) => round.group.name === group.name),
  );
  const rowOf = ({ name }: { readonly name: string }) => `group ${name}`;
  const kinds = importance.kinds.filter(({ kind }) => groups.some((group) => group.kind === kind));
  const order = kinds.flatMap((kind) => [
    headingOf(kind),
    ...groups.filter((group) => group.kind === kind.kind).map(rowOf),
  ]);
  const labels = new Map([
    ...kinds.map((kind) => [headingOf(kind), headingOf(kind)] as const),
    ...groups.map((group) => [rowOf(group), groupLabel(group)] as const),
  ]);
  const points = groups.map((group) => ({ row: rowOf(group), kind: group.kind, ...intervalOf(group) }));
  const rings = groups.flatMap((group) =>
    seeds.length < 2 ? [] : group.logLoss.perSeed.map((value) => ({ row: rowOf(group), kind: group.kind, value })),
  );
  const share = metricColumn(by).kind === 'share';
  const gains = chosen.map(({ group, gain, bar }, i) => {
    const [value, needed] = share ? [100 * gain, 100 * bar] : [gain, bar];
    return { row: rowOf(group), kind: group.kind, value, needed, number: `${i + 1}` };
  });
  const over = seeds.length > 1 ? `95 % intervals over ${seeds.length} seeds; rings are single seeds.` : 'One seed.';
  const right =
    gains.length === 0 ? 'Nothing is selected.' : 'Right: what each adds to those before it; | is the least needed.';
  const metric = `gain of ${metricColumn(by).title}${share ? ', points' : ''}`;
  const { spec } = vegaLite.compile({
    ...chartFrame(title, `Validation images. ${over} ${right}`),
    hconcat: [
      importancePanel(order, labels, points, rings),
      ...(gains.length === 0 ? [] : [gainPanel(order, gains, metric)]),
    ],
    spacing: 26,
    resolve: { scale: { color: 'shared' } },
  });
  return renderSvg(spec);
}

const headingOf = ({ kind, together }: KindImportance) => `${kind}, all together: ${together.logLoss.mean.toFixed(3)}`;

function intervalOf({ logLoss: { mean, interval } }: CandidateImportance) {
  const [low, high] = interval ?? [mean, mean];
  return { mean, low, high };
}

const colour = {
  field: 'kind',
  type: 'nominal',
  scale: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
  legend: null,
} as const;

const x = (field: string, title: string, zero = true) =>
  ({
    field,
    type: 'quantitative',
    title,
    scale: { zero, nice: 5 },
    axis: { tickCount: 5, labelFlush: false, grid: true, domain: false },
  }) as const;

function importancePanel(
  order: string[],
  labels: ReadonlyMap<string, string>,
  points: readonly (Row & { readonly mean: number; readonly low: number; readonly high: number })[],
  rings: readonly (Row & { readonly value: number })[],
) {
  const title = 'rise of the log-loss (nats) when permuted';
  const shown = [...labels.values()];
  const y = {
    field: 'row',
    type: 'nominal',
    title: null,
    scale: { domain: order, padding: 0.5 },
    axis: {
      labelExpr: `${JSON.stringify(Object.fromEntries(labels))}[datum.value]`,
      labelLimit: 0,
      labelFontSize: 12,
      labelFontWeight: { condition: { test: "indexof(datum.value, 'group ') !== 0", value: 'bold' }, value: 'normal' },
      ticks: false,
      domain: false,
      labelPadding: 8,
      minExtent: largest(shown.map((label) => textWidth(label, 12, true))),
    },
  } as const;
  const singleSeeds = {
    data: { values: [...rings] },
    mark: {
      type: 'point' as const,
      size: 14,
      stroke: MUTED,
      strokeWidth: 0.8,
      fill: PAPER,
      opacity: 1,
      yOffset: 6,
    },
    encoding: { x: x('value', title), y },
  };
  return {
    width: IMPORTANCE,
    height: ROW * order.length,
    layer: [
      { data: { values: [{ at: 0 }] }, mark: { type: 'rule' as const, color: INK }, encoding: { x: x('at', title) } },
      {
        data: { values: [...points] },
        mark: { type: 'rule' as const, strokeWidth: 2.2 },
        encoding: { x: x('low', title), x2: { field: 'high' }, y, color: colour },
      },
      ...(rings.length > 0 ? [singleSeeds] : []),
      {
        data: { values: [...points] },
        mark: { type: 'point' as const, filled: true, size: 70, opacity: 1 },
        encoding: { x: x('mean', title), y, color: colour },
      },
    ],
  };
}

function gainPanel(
  order: string[],
  gains: readonly (Row & { readonly value: number; readonly needed: number; readonly number: string })[],
  title: string,
) {
  const y = { field: 'row', type: 'nominal', scale: { domain: order, padding: 0.5 }, axis: null } as const;
  const values = [...gains];
  return {
    width: GAIN,
    height: ROW * order.length,
    layer: [
      { data: { values: [{ at: 0 }] }, mark: { type: 'rule' as const, color: INK }, encoding: { x: x('at', title) } },
      {
        data: { values },
        mark: { type: 'bar' as const, height: 9, opacity: 0.55 },
        encoding: { x: x('value', title), y, color: colour },
      },
      {
        data: { values },
        mark: { type: 'tick' as const, height: 15, thickness: 2, color: INK },
        encoding: { x: x('needed', title), y },
      },
      {
        data: { values },
        mark: { type: 'text' as const, align: 'left' as const, dx: 6, fontSize: 12, fontWeight: 'bold' as const },
        encoding: { x: x('value', title), y, text: { field: 'number' } },
      },
    ],
  };
}
