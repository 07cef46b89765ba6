/** Section: all models side by side on the same images, and what their differences are worth. */
import type { Comparison, Difference } from '../../evaluation/compare.js';
import type { Evaluation } from '../../evaluation/evaluate.js';
import { COMPARISON_COLUMNS, formatChance, formatChange, type TableColumn } from '../comparison-table.js';
import { numberText, shareText } from './format.js';
import { type Content, html, type Markup } from './markup.js';

/** The numbers of an evaluation under the names of the comparison's columns. */
function metricsOf(evaluation: Evaluation): Readonly<Record<string, number | null>> {
  const { hierarchical, ...rest } = evaluation;
  return {
    accuracy: rest.accuracy,
    balancedAccuracy: rest.balancedAccuracy,
    top5: rest.top5,
    logLoss: rest.logLoss,
    hierarchicalPrecision: hierarchical?.precision ?? null,
    hierarchicalRecall: hierarchical?.recall ?? null,
    hierarchicalF1: hierarchical?.f1 ?? null,
    ahd: rest.ahd,
    severity: rest.severity,
  };
}

const valueText = ({ kind }: TableColumn, value: number | null): string =>
  kind === 'share' ? shareText(value) : numberText(value);

export function verdictSection({ models, differences }: Comparison): Markup {
  const rows = models.map(({ name, ...evaluation }) => ({ name, metrics: metricsOf(evaluation) }));
  const columns = COMPARISON_COLUMNS.filter(({ metric }) => rows.some(({ metrics }) => metrics[metric] !== null));
  const best = columns.map(({ metric, better }) => {
    const values = rows.flatMap(({ metrics }) => metrics[metric] ?? []);
    return better === 'higher' ? Math.max(...values) : Math.min(...values);
  });
  const cell = ({ metrics }: (typeof rows)[number], column: TableColumn, c: number): Content => {
    const value = metrics[column.metric] ?? null;
    const text = valueText(column, value);
    return rows.length > 1 && value === best[c]
      ? html`<td class="number best">${text}</td>`
      : html`<td class="number">${text}</td>`;
  };
  return html`<section id="verdict"><h2>Verdict</h2>
<div class="wide"><table>
<thead><tr><th scope="col">model</th>${columns.map(({ title }) => html`<th scope="col" class="number">${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr><th scope="row">${row.name}</th>${columns.map((column, c) => cell(row, column, c))}</tr>\n`,
  )}</tbody></table></div>
${rows.length > 1 ? html`<p class="note"><b class="best">Bold</b>: the best of its column. For log-loss, AHD and severity less is better.</p>` : undefined}
${differences.length > 0 ? differenceTables(differences) : undefined}
</section>`;
}

function differenceTables(differences: readonly Difference[]): Markup {
  const metrics = [...new Set(differences.map(({ metric }) => metric))];
  const tables = metrics.map((metric) => {
    const column = COMPARISON_COLUMNS.find((other) => other.metric === metric);
    const own = differences.filter((difference) => difference.metric === metric);
    return column === undefined ? undefined : { column, table: differenceTable(own, column) };
  });
  return html`<h3>Differences</h3>
${tables.map((entry) =>
  entry === undefined
    ? undefined
    : html`<details class="fold"${entry.column.metric === 'accuracy' ? html` open` : undefined}><summary>${entry.column.title}</summary>${entry.table}</details>\n`,
)}
<p class="note">The first model minus the second on the same images. Intervals: 95 %, paired bootstrap over images; p: exact
McNemar test for accuracy, the bootstrap for all others, each of one test, not corrected for their number. They speak
about other images from the same source, not about training again.</p>`;
}

function differenceTable(differences: readonly Difference[], column: TableColumn): Markup {
  const reach = Math.max(...differences.flatMap(({ ci95 }) => ci95.map(Math.abs)), Number.MIN_VALUE);
  const unit = column.kind === 'share' ? ', points' : '';
  const rows = differences.map((difference) => {
    const { a, b, ci95, p } = difference;
    const [low, high] = ci95.map((value) => formatChange(column, value));
    return html`<tr><th scope="row">${a} − ${b}</th><td class="number">${formatChange(column, difference.difference)}</td>
<td class="number">[${low}, ${high}]</td><td>${intervalMark(difference, reach)}</td>
<td class="number">${formatChance(p)}</td><td class="line">${claim(difference, column)}</td></tr>\n`;
  });
  return html`<div class="wide"><table><thead><tr><th scope="col">difference</th><th scope="col" class="number">${column.title}${unit}</th>
<th scope="col" class="number">95 % interval</th><th scope="col"><span class="unseen">interval drawn</span></th>
<th scope="col" class="number">p</th><th scope="col">finding</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** What a single test at 5 % allows to say. */
function claim({ a, b, difference, p }: Difference, { better }: TableColumn): string {
  if (p >= 0.05 || difference === 0) return 'no difference shown';
  return `${difference > 0 === (better === 'higher') ? a : b} is better`;
}

const [WIDTH, HEIGHT] = [160, 14];

/** The interval on a line whose middle is no difference. */
function intervalMark({ difference, ci95: [low, high] }: Difference, reach: number): Markup {
  const x = (value: number) => (WIDTH / 2 + (value / reach) * (WIDTH / 2 - 5)).toFixed(1);
  const middle = HEIGHT / 2;
  return html`<svg class="interval" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true"><line class="zero" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${HEIGHT}"/><line class="range" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/><circle cx="${x(difference)}" cy="${middle}" r="3.5"/></svg>`;
}
