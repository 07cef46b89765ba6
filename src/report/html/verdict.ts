/** Section: all models side by side on the same images, and what their differences are worth. */
import type { Comparison } from '../../evaluation/compare.js';
import type { Evaluation } from '../../evaluation/evaluate.js';
import { COMPARISON_COLUMNS, type TableColumn } from '../tables/comparison-table.js';
import { differenceTables } from './differences.js';
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
${differences.length > 0 ? html`<h3>Differences</h3>\n${differenceTables(differences)}` : undefined}
</section>`;
}
