/** Differences between models on the same images, with interval and p, as tables that fold. */
import { largest } from '../../arrays.js';
import type { Difference } from '../../evaluation/compare.js';
import { type Coverage, coverageNote } from '../coverage.js';
import { formatChange, formatP, type MetricColumn, metricColumn } from '../metrics.js';
import { html, type Markup } from './markup.js';

/** A table for each metric, that of accuracy open, and what the intervals cover. */
export function differenceTables(differences: readonly Difference[], coverage: Coverage = {}): Markup {
  const metrics = [...new Set(differences.map(({ metric }) => metric))];
  const tables = metrics.map((metric) => {
    const column = metricColumn(metric);
    const own = differences.filter((difference) => difference.metric === metric);
    const open = metric === 'accuracy' ? html` open` : undefined;
    return html`<details class="fold"${open}><summary>${column.title}</summary>${differenceTable(own, column)}</details>\n`;
  });
  return html`${tables}
<p class="note">The first model minus the second on the same images, with 95 % intervals of the paired bootstrap over
images. p is of the exact McNemar test for accuracy and of the bootstrap for the other metrics; each is of a single test,
not corrected for their number. ${coverageNote(coverage)}</p>`;
}

function differenceTable(differences: readonly Difference[], column: MetricColumn): Markup {
  const reach = largest(
    differences.flatMap(({ ci95 }) => ci95.map(Math.abs)),
    Number.MIN_VALUE,
  );
  const unit = column.kind === 'share' ? ', points' : '';
  const rows = differences.map((difference) => {
    const { a, b, ci95, p } = difference;
    const [low, high] = ci95.map((value) => formatChange(column, value));
    return html`<tr><th scope="row">${a} − ${b}</th><td class="number">${formatChange(column, difference.difference)}</td>
<td class="number">[${low}, ${high}]</td><td>${intervalMark(difference, reach)}</td>
<td class="number">${formatP(p)}</td><td class="line">${claim(difference, column)}</td></tr>\n`;
  });
  return html`<div class="wide"><table><thead><tr><th scope="col">difference</th><th scope="col" class="number">${column.title}${unit}</th>
<th scope="col" class="number">95 % interval</th><th scope="col"><span class="unseen">interval drawn</span></th>
<th scope="col" class="number">p</th><th scope="col">finding</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** The conclusion of a single test at the 5 % level. */
function claim({ a, b, difference, p }: Difference, { better }: MetricColumn): string {
  if (p >= 0.05 || difference === 0) return 'no difference shown';
  return `${difference > 0 === (better === 'higher') ? a : b} is better`;
}

const [WIDTH, HEIGHT] = [160, 14];

/** The interval, drawn on a line whose middle is a difference of 0. */
function intervalMark({ difference, ci95: [low, high] }: Difference, reach: number): Markup {
  const x = (value: number) => (WIDTH / 2 + (value / reach) * (WIDTH / 2 - 5)).toFixed(1);
  const middle = HEIGHT / 2;
  return html`<svg class="interval" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true"><line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${HEIGHT}"/><line class="range" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/><circle cx="${x(difference)}" cy="${middle}" r="3.5"/></svg>`;
}
