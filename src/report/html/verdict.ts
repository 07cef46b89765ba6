/** Section: all models side by side on the same images, and their differences with intervals. */
import type { Comparison } from '../../evaluation/compare.js';
import type { Coverage } from '../coverage.js';
import { bestValue, columnsOf, formatValue, metricValue } from '../metrics.js';
import { differenceTables } from './differences.js';
import { NONE } from './format.js';
import { html, type Markup } from './markup.js';

export function verdictSection({ models, differences }: Comparison, coverage: Coverage = {}): Markup {
  const columns = columnsOf(models).map((column) => ({ ...column, bestOfAll: bestValue(models, column) }));
  const row = (model: Comparison['models'][number]) => {
    const cells = columns.map(({ bestOfAll, ...column }) => {
      const value = metricValue(model, column.metric);
      const best = models.length > 1 && value === bestOfAll ? ' best' : '';
      return html`<td class="number${best}">${formatValue(column, value, NONE)}</td>`;
    });
    return html`<tr><th scope="row">${model.name}</th>${cells}</tr>\n`;
  };
  return html`<section id="verdict"><h2>Verdict</h2>
<div class="wide"><table>
<thead><tr><th scope="col">model</th>${columns.map(({ title }) => html`<th scope="col" class="number">${title}</th>`)}</tr></thead>
<tbody>${models.map(row)}</tbody></table></div>
${models.length > 1 ? html`<p class="note"><b class="best">Bold</b>: the best of its column. Lower is better for log-loss, AHD and severity, higher for the others.</p>` : undefined}
${differences.length > 0 ? html`<h3>Differences</h3>\n${differenceTables(differences, coverage)}` : undefined}
</section>`;
}
