/** Section: each attempt to fine-tune a tree with the scores before and after, and the result on the test images. */

import type { NodeAttempt, TreeScore } from '../../classifier/schema.js';
import { printPath } from '../../taxonomy/names.js';
import { percent } from '../../units.js';
import { differenceTables } from './differences.js';
import { counted, countText, numberText } from './format.js';
import type { ReportModel, ReportTuning } from './input.js';
import { breakable, html, type Markup } from './markup.js';

/** Undefined where no model was tuned. */
export function tuningSection(models: readonly Pick<ReportModel, 'name' | 'tuning'>[]): Markup | undefined {
  const tuned = models.flatMap(({ name, tuning }) => (tuning === undefined ? [] : [{ name, tuning }]));
  if (tuned.length === 0) return undefined;
  const whose = (name: string) => (models.length > 1 ? html` <span class="quiet">${name}</span>` : undefined);
  return html`<section id="tuning">${tuned.map(({ name, tuning }) => html`<h2>Fine-tuning${whose(name)}</h2>${tuningPart(tuning)}`)}</section>`;
}

function tuningPart({ attempts, from }: ReportTuning): Markup {
  const accepted = attempts.filter((attempt) => attempt.accepted).length;
  const origin = from?.name === undefined || from.name === null ? '' : `, starting from ${from.name}`;
  return html`<p>${counted(attempts.length, 'new version')} of nodes tried, ${accepted} accepted${origin}. Scores are those of the
whole tree on its validation images; a version is accepted if the tree improves with it.</p>
<div class="wide"><table>
<thead><tr><th scope="col">node</th><th scope="col">trained</th><th scope="col" class="number">images</th>
<th scope="col" class="number">accuracy</th><th scope="col" class="number">log-loss</th><th scope="col" class="number">AHD</th>
<th scope="col">outcome</th></tr></thead>
<tbody>${attempts.map(attemptRow)}</tbody></table></div>
${testChange(from)}`;
}

function attemptRow(attempt: NodeAttempt): Markup {
  const { node, as, start, images, before, after, accepted, tried } = attempt;
  const trained = `${as}, from ${start === 'new' ? 'random' : 'its'} weights`;
  const outcome = after === null ? 'training diverged' : accepted ? 'accepted' : 'old version kept';
  const change = (metric: keyof TreeScore, text: (value: number) => string) =>
    html`<td class="number">${text(before[metric])} → ${after === null ? '–' : text(after[metric])}</td>`;
  return html`<tr><th scope="row">${breakable(printPath(node))}</th><td>${trained}</td><td class="number">${countText(images)}</td>
${change('accuracy', percent)}${change('logLoss', numberText)}${change('ahd', numberText)}
<td>${accepted ? html`<b>${outcome}</b>` : outcome}${tried === undefined ? '' : `, best of ${tried}`}</td></tr>\n`;
}

function testChange(from: ReportTuning['from']): Markup {
  if (from?.test === undefined || from.test === null) {
    return html`<p class="note">No comparison on test images: nothing was accepted, or the split has no test images.</p>`;
  }
  const differences = from.test.differences.map((difference) => ({ a: 'tuned', b: 'before', ...difference }));
  return html`<h3>On the ${counted(from.test.images, 'test image')}, used once</h3>
${differenceTables(differences)}`;
}
