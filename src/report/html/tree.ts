/** Section part: the taxonomy as rows that fold, each node coloured by its accuracy and sized by its images. */

import type { RankAccuracy } from '../../evaluation/by-rank.js';
import type { Evaluation } from '../../evaluation/evaluate.js';
import type { Taxonomy, TaxonomyNode } from '../../taxonomy/taxonomy.js';
import { percent } from '../../units.js';
import { RANK_NOTE } from '../tables/rank-table.js';
import { countText, shareText } from './format.js';
import { breakable, type Content, html, type Markup } from './markup.js';
import { type NodeScale, nodeScale } from './scale.js';

/** A node's numbers: inner nodes by their accuracy among their children, leaves by their recall. */
interface NodeShare {
  readonly share: number | null;
  readonly images: number;
}

/** At most this many rows are unfolded at the start. */
const ROWS = 250;

export function treePart(taxonomy: Taxonomy, evaluation: Evaluation): Markup {
  const shares = nodeShares(taxonomy, evaluation);
  const scale = nodeScale(
    [...shares.values()].map(({ share }) => share),
    evaluation.images,
  );
  const unfolded = unfoldedDepth(taxonomy);
  const row = (node: TaxonomyNode): Content => {
    const cells = rowCells(node, shares.get(node.path) ?? { share: null, images: 0 }, scale);
    if (node.label !== undefined) return html`<div class="row leaf">${cells}</div>\n`;
    const open = node.depth < unfolded ? html` open` : undefined;
    return html`<details${open}><summary class="row">${cells}</summary><div class="below">${node.children.map((child) =>
      row(taxonomy.node(child)),
    )}</div></details>\n`;
  };
  return html`<div class="tree">
<div class="tree-head"><span class="buttons"><button type="button" data-fold="open">unfold all</button> <button type="button" data-fold="shut">fold all</button></span>${legend(scale)}</div>
<div class="row head"><span>node</span><span class="bar-space"></span><span class="number">accuracy</span><span class="number">images</span></div>
${row(taxonomy.node(taxonomy.root))}</div>
<p class="note">Inner nodes: share of their images for which the most probable child is the right one. Classes: recall.</p>
${evaluation.accuracyAtRank === null ? undefined : rankPart(evaluation.accuracyAtRank)}`;
}

/** The accuracy at each rank. */
function rankPart(ranks: readonly RankAccuracy[]): Markup {
  const row = ({ rank, accuracy, images, leftOut }: RankAccuracy) =>
    html`<tr><th scope="row">${rank}</th><td class="number">${shareText(accuracy)}</td><td class="number">${countText(images)}</td><td class="number">${countText(leftOut)}</td></tr>\n`;
  const head = ['accuracy', 'images', 'left out'].map((title) => html`<th scope="col" class="number">${title}</th>`);
  return html`<h3>Accuracy at each rank</h3>
<div class="wide"><table><thead><tr><th scope="col">rank</th>${head}</tr></thead>
<tbody>${ranks.map(row)}</tbody></table></div>
<p class="note">${RANK_NOTE}</p>`;
}

function rowCells({ name, label }: TaxonomyNode, { share, images }: NodeShare, scale: NodeScale): Markup {
  const size = scale.size(images);
  const colour = share === null ? 'none' : scale.colour(share);
  const also = label === undefined || label === name ? undefined : html` <span class="also">${breakable(label)}</span>`;
  const width = ((share ?? 0) * 100).toFixed(1);
  return html`<span class="name"><span class="dot" style="--size:${size}px;background:${colour}"></span><span class="text">${breakable(name)}${also}</span></span><span class="bar"><i style="width:${width}%;background:${colour}"></i></span><span class="number">${shareText(share)}</span><span class="number quiet">${countText(images)}</span>`;
}

function nodeShares(taxonomy: Taxonomy, { perNode, perClass }: Evaluation): Map<string, NodeShare> {
  return new Map([
    ...(perNode ?? []).map(({ path, accuracy, images }): [string, NodeShare] => [path, { share: accuracy, images }]),
    ...perClass.map(({ class: name, recall, support }): [string, NodeShare] => [
      taxonomy.leafOf(name),
      { share: recall, images: support },
    ]),
  ]);
}

/** Nodes above this depth are unfolded: the root, and as many levels as `ROWS` allows. */
function unfoldedDepth(taxonomy: Taxonomy): number {
  const nodes = taxonomy.nodes();
  const deepest = taxonomy.node(taxonomy.root).height;
  let depth = 1;
  while (depth < deepest && nodes.filter((node) => node.depth <= depth + 1).length <= ROWS) depth++;
  return depth;
}

function legend({ low, colour }: NodeScale): Markup {
  const stops = Array.from({ length: 9 }, (_, i) => colour(low + ((1 - low) * i) / 8)).join(',');
  return html`<span class="legend"><span>accuracy ${percent(low, 0)} <span class="ramp" style="background:linear-gradient(90deg,${stops})"></span> 100 %</span> <span>few <span class="dot" style="--size:6px"></span> to <span class="dot" style="--size:14px"></span> many images</span></span>`;
}
