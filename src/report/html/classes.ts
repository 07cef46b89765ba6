/** Section part: every class with its scores, to sort and to search. */
import type { Evaluation } from '../../evaluation/evaluate.js';
import type { ClassScore } from '../../evaluation/per-class.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { countText, shareText } from './format.js';
import { breakable, html, type Markup } from './markup.js';

/** The script sorts by `data-value` in the columns of numbers, and by the text in the others. */
export function classesPart({ perClass, confusion }: Evaluation, taxonomy: Taxonomy | undefined): Markup {
  const heads = [
    { title: 'class', kind: 'text' },
    { title: 'images', kind: 'number' },
    { title: 'recall', kind: 'number' },
    { title: 'precision', kind: 'number' },
    { title: 'F1', kind: 'number' },
    { title: 'most often taken for', kind: 'text' },
    ...(taxonomy === undefined ? [] : [{ title: 'below', kind: 'text' }]),
  ];
  const rows = perClass.map((score, c) => {
    const rival = rivalOf(confusion.counts[c] ?? [], c);
    return classRow(score, rival && { ...rival, name: perClass[rival.column]?.class ?? '' }, taxonomy);
  });
  return html`<div class="classes">
<p class="tools"><label>search <input type="search" autocomplete="off" spellcheck="false" placeholder="class or node"></label> <output aria-live="polite">${countText(perClass.length)} classes</output></p>
<div class="wide"><table class="sortable"><thead><tr>${heads.map(
    ({ title, kind }) => html`<th scope="col" class="${kind}"><button type="button">${title}</button></th>`,
  )}</tr></thead>
<tbody>${rows}</tbody></table></div></div>`;
}

function classRow(
  { class: name, support, recall, precision, f1 }: ClassScore,
  rival: { readonly name: string; readonly count: number } | undefined,
  taxonomy: Taxonomy | undefined,
): Markup {
  const number = (value: number | null, text: string) =>
    html`<td class="number" data-value="${value ?? undefined}">${text}</td>`;
  const taken = rival && html`${breakable(rival.name)} <span class="quiet">${countText(rival.count)}</span>`;
  const below = taxonomy && html`<td class="quiet">${breakable(parentOf(name, taxonomy))}</td>`;
  return html`<tr><th scope="row">${breakable(name)}</th>${number(support, countText(support))}${number(recall, shareText(recall))}${number(precision, shareText(precision))}${number(f1, shareText(f1))}<td>${taken}</td>${below}</tr>\n`;
}

const parentOf = (name: string, taxonomy: Taxonomy): string =>
  printPath(taxonomy.node(taxonomy.leafOf(name)).parent ?? taxonomy.root);

/** The other class that takes most images of a class, the first of equal ones; none where all are right. */
function rivalOf(row: readonly number[], own: number): { readonly column: number; readonly count: number } | undefined {
  let rival: { column: number; count: number } | undefined;
  row.forEach((count, column) => {
    if (column !== own && count > (rival?.count ?? 0)) rival = { column, count };
  });
  return rival;
}
