/** Section: where each model places images of classes that it never saw. */
import type { NoveltyEvaluation } from '../../classifier/judging/evaluate-novelty.js';
import type { NoveltyPoint } from '../../evaluation/novelty/novelty-curve.js';
import { noveltyFigure } from '../figures/novelty-figure.js';
import { figure } from './figure.js';
import { counted, numberText, shareText } from './format.js';
import type { ReportModel } from './input.js';
import { html, type Markup } from './markup.js';

/** @returns undefined where no model was judged on unseen classes */
export async function noveltySection(models: readonly ReportModel[]): Promise<Markup | undefined> {
  const rows: Markup[] = [];
  const figures: Markup[] = [];
  let judged: NoveltyEvaluation | undefined;
  for (const { name, novelty } of models) {
    if (novelty === undefined) continue;
    judged ??= novelty;
    for (const { method, curve, at50, at70 } of novelty.methods) {
      rows.push(
        html`<tr><th scope="row">${name}</th><td>${method}</td><td class="number">${numberText(curve.auc)}</td>${cells(at50)}${cells(at70)}</tr>\n`,
      );
    }
    const series = novelty.methods.map(({ method, curve }) => ({ name: method, curve }));
    figures.push(
      figure(
        await noveltyFigure(series, { title: name, narrow: true }),
        `Unseen images that ${name} places at their true parent over known images decided on their class`,
      ),
    );
  }
  if (judged === undefined) return undefined;
  const { known = 0, unseen = 0 } = judged.methods[0]?.curve ?? {};
  const classes = counted(judged.novelClasses.length, 'class', 'classes');
  return html`<section id="novelty"><h2>Unseen classes</h2>
<p>${counted(unseen, 'image')} of ${classes} that no model was trained on, beside ${counted(known, 'image')} of known classes: ${judged.novelClasses.join(', ')}.</p>
<div class="wide"><table><thead><tr><th scope="col">model</th><th scope="col">new children by</th>
<th scope="col" class="number">AUC</th><th scope="col" class="number">at their parent, 50 %</th><th scope="col" class="number">AHD</th>
<th scope="col" class="number">at their parent, 70 %</th><th scope="col" class="number">AHD</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="note">Unseen images that are decided on a new child of their true parent, where 50 and 70 % of the known images are decided on their
class; a dash where no threshold gives that. AUC: how well unseen images are told from known ones. AHD: edges between the true parent of
unseen images and where they are placed.</p>
<div class="figures">${figures}</div></section>`;
}

const cells = (point: NoveltyPoint | null): Markup =>
  html`<td class="number">${shareText(point?.exactParent ?? null)}</td><td class="number">${numberText(point?.unseenDistance ?? null)}</td>`;
