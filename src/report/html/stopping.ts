/** Section: how much each model still says when it decides above the class where it is unsure. */
import { coverageAt } from '../../evaluation/curves/stop-curve.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { operatingCurves } from '../figures/operating-curves.js';
import { RIGHT, ruleCurves } from '../tables/stopping-table.js';
import { figure } from './figure.js';
import { numberText, shareText } from './format.js';
import type { ReportModel } from './input.js';
import { html, type Markup } from './markup.js';

export async function stoppingSection(models: readonly ReportModel[], taxonomy: Taxonomy): Promise<Markup> {
  const rows: Markup[] = [];
  const figures: Markup[] = [];
  for (const { name, variants } of models) {
    const curves = ruleCurves(variants[0].predictions, taxonomy);
    for (const { name: rule, curve } of curves) {
      const kept = RIGHT.map((right) => html`<td class="number">${shareText(coverageAt(curve, right))}</td>`);
      rows.push(
        html`<tr><th scope="row">${name}</th><td>${rule}</td>${kept}<td class="number">${numberText(curve.area)}</td></tr>\n`,
      );
    }
    figures.push(
      figure(
        await operatingCurves(curves, { title: name, stacked: true }),
        `Right decisions and information of ${name}, risk over coverage`,
      ),
    );
  }
  const heads = RIGHT.map((right) => html`<th scope="col" class="number">${100 * right} % right</th>`);
  return html`<section id="stopping"><h2>Deciding above the class</h2>
<div class="wide"><table><thead><tr><th scope="col">model</th><th scope="col">decides on</th>${heads}
<th scope="col" class="number">area under risk</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="note">The information kept where that share of the decisions is right: 100 % where every image gets a class, 0 % at the root. Thresholds
are read off these images; those for new images are chosen on validation images.</p>
<div class="figures">${figures}</div></section>`;
}
