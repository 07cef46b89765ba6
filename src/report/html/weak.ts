/** Section part: the sub-trees where a model loses most, each with details and pictures of its mistakes. */

import { largest, smallest } from '../../arrays.js';
import type { WeakSubtree, WeakSubtrees } from '../../evaluation/attribution/weak-subtrees.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { percent } from '../../units.js';
import { adviceOf } from '../advice.js';
import { counted, countText, shareText } from './format.js';
import type { ReportWeak } from './input.js';
import { breakable, html, type Markup } from './markup.js';
import { type TypicalMistake, typicalMistakes } from './mistakes.js';
import { thumbnail } from './thumbnails.js';

const THUMBNAILS = 8;
const PAIRS = 3;
/** How many are unfolded at the start. */
const UNFOLDED = 3;

/** @param top how many nodes are shown, of those with mistakes */
export async function weakPart(
  ranking: WeakSubtrees,
  weak: ReportWeak,
  taxonomy: Taxonomy,
  top: number,
): Promise<Markup> {
  const { on, predictions, routing } = weak;
  const shown = ranking.nodes.slice(0, top).filter(({ caused, recoverable }) => caused + recoverable > 0);
  const mistakes = typicalMistakes(predictions, { taxonomy, routing }, THUMBNAILS);
  const longest = largest(
    shown.map(({ recoverable }) => recoverable),
    1,
  );
  const entries = [];
  for (const [i, node] of shown.entries()) {
    const pictures = await picturesOf(mistakes.get(node.path) ?? [], weak);
    const open = i < UNFOLDED ? html` open` : undefined;
    entries.push(html`<details class="weak"${open}><summary><span class="rank">${i + 1}</span><span class="path">${breakable(printPath(node.path))}</span>
<span class="bar"><i style="width:${((node.recoverable / longest) * 100).toFixed(1)}%"></i></span><span class="number">${countText(node.recoverable)}</span></summary>
<div class="about">${facts(node)}${confusions(node, taxonomy)}${advice(node, taxonomy)}${pictures}</div></details>\n`);
  }
  return html`<p>${counted(ranking.mistakes, 'mistake')} on ${countText(ranking.images)} ${on} (${percent(1 - ranking.mistakes / ranking.images)} right).
Nodes are ranked by the mistakes that would be gone if that node alone never erred: the most that improving it can gain.</p>
${entries.length === 0 ? html`<p>No node makes mistakes.</p>` : entries}`;
}

function facts(node: WeakSubtree): Markup {
  const [low, high] = node.ci95;
  const items = [
    ['recoverable', `${countText(node.recoverable)} (95 % interval ${Math.floor(low)} to ${Math.ceil(high)})`],
    ['with all below', countText(node.recoverableBelow)],
    ['caused here', countText(node.caused)],
    ['right here', `${shareText(node.accuracy)} of ${countText(node.arrived)} that arrive`],
    ['lost above', countText(node.inherited)],
    ['children', childrenText(node)],
  ] as const;
  const few = node.enough
    ? undefined
    : html`<p class="note">Too few images to judge this node: ${countText(node.arrived)} arrive, ${countText(node.needed)} are needed.</p>`;
  return html`<dl>${items.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>${few}`;
}

function childrenText({ children, imbalance }: WeakSubtree): string {
  const counts = children.map(({ training, arrived }) => training ?? arrived);
  const kind = children.some(({ training }) => training === null) ? 'judged' : 'training';
  const ratio = imbalance === null ? '' : `, 1 : ${imbalance < 10 ? imbalance.toFixed(1) : Math.round(imbalance)}`;
  return `${children.length} (${countText(smallest(counts))} to ${countText(largest(counts))} ${kind} images${ratio})`;
}

const nameIn = (taxonomy: Taxonomy) => (path: string) => taxonomy.node(path).label ?? taxonomy.node(path).name;

function confusions({ confused }: WeakSubtree, taxonomy: Taxonomy): Markup | undefined {
  if (confused.length === 0) return undefined;
  const name = nameIn(taxonomy);
  const pairs = confused
    .slice(0, PAIRS)
    .map(
      ({ a, b, aAsB, bAsA }) =>
        html`<li><b>${breakable(name(a))}</b> as <b>${breakable(name(b))}</b> ${countText(aAsB)}, vice versa ${countText(bAsA)}</li>`,
    );
  return html`<div class="list"><h4>Confuses</h4><ul>${pairs}</ul></div>`;
}

function advice({ suggestions }: WeakSubtree, taxonomy: Taxonomy): Markup | undefined {
  if (suggestions.length === 0) return undefined;
  const items = suggestions.map((suggestion) => {
    const { what, why } = adviceOf(suggestion, nameIn(taxonomy));
    return html`<li><b>${what}</b>: ${why}</li>`;
  });
  return html`<div class="list"><h4>Try</h4><ul>${items}</ul></div>`;
}

async function picturesOf(mistakes: readonly TypicalMistake[], { images }: ReportWeak): Promise<Markup | undefined> {
  if (images === undefined || mistakes.length === 0) return undefined;
  const pictures = await Promise.all(
    mistakes.map(async ({ image, truth, decided, probability }) => {
      const source = await thumbnail(images, image);
      const file = images.paths[image]?.split(/[/\\]/).at(-1) ?? '';
      return html`<figure><img src="${source}" alt="" title="${file}" width="72" height="72"><figcaption><span class="truth">${breakable(truth)}</span>
<span class="wrong">as ${breakable(decided)}</span> <span class="quiet number">${percent(probability, 0)}</span></figcaption></figure>`;
    }),
  );
  return html`<h4>Typical mistakes</h4><div class="pictures">${pictures}</div>`;
}
