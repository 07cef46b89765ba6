/** Section part: the confusion matrix in the order of the tree, as data that the page's script draws. */

import type { ConfusionMatrix } from '../../evaluation/confusion-matrix.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { percent } from '../../units.js';
import { counted, countText } from './format.js';
import { breakable, html, jsonData, type Markup } from './markup.js';

/** The data of the script; rows and columns are indices in the order shown. */
export interface ConfusionData {
  readonly names: readonly string[];
  /** Images of each true class. */
  readonly images: readonly number[];
  /** Row, column and count of every cell that is not 0, one after the other. */
  readonly cells: readonly number[];
  /** First class and number of classes of each inner node below the root: outlined. */
  readonly blocks: readonly (readonly [first: number, size: number])[];
  /** Nodes that are named at the side, none of them inside another. */
  readonly labels: readonly (readonly [first: number, size: number, name: string])[];
}

/** Nodes with a greater share of the classes are not named; the nodes below them are. */
const LABELLED = 1 / 4;
const FREQUENT = 15;

export function confusionData({ classes, counts }: ConfusionMatrix, taxonomy: Taxonomy | undefined): ConfusionData {
  const column = new Map(classes.map((name, c) => [name, c]));
  const names = taxonomy?.classes ?? classes;
  const order = names.map((name) => column.get(name) ?? 0);
  const rows = order.map((t) => counts[t] ?? []);
  const cells = rows.flatMap((row, r) =>
    order.flatMap((p, c) => {
      const count = row[p] ?? 0;
      return count > 0 ? [r, c, count] : [];
    }),
  );
  const images = rows.map((row) => row.reduce((sum, count) => sum + count, 0));
  return { names, images, cells, blocks: blocksOf(taxonomy), labels: labelsOf(taxonomy) };
}

function blocksOf(taxonomy: Taxonomy | undefined): [number, number][] {
  if (taxonomy === undefined) return [];
  const inner = taxonomy.internalNodes().filter(({ path }) => path !== taxonomy.root);
  return inner.map(({ path }) => spanOf(taxonomy, path));
}

/** The largest nodes that are small enough. */
function labelsOf(taxonomy: Taxonomy | undefined): [number, number, string][] {
  if (taxonomy === undefined) return [];
  const most = Math.max(2, taxonomy.classes.length * LABELLED);
  const below = (path: string): [number, number, string][] => {
    const node = taxonomy.node(path);
    const [first, size] = spanOf(taxonomy, path);
    if (node.label !== undefined) return [];
    return size <= most && path !== taxonomy.root ? [[first, size, node.name]] : node.children.flatMap(below);
  };
  return below(taxonomy.root);
}

function spanOf(taxonomy: Taxonomy, path: string): [first: number, size: number] {
  const classes = taxonomy.classesBelow(path);
  return [taxonomy.classes.indexOf(classes[0] ?? ''), classes.length];
}

export function confusionPart(matrix: ConfusionMatrix, taxonomy: Taxonomy | undefined): Markup {
  const data = confusionData(matrix, taxonomy);
  const order = taxonomy === undefined ? '' : ', in the order of the tree, whose nodes are outlined';
  return html`<div class="confusion"><div class="wide"><canvas class="beside" aria-hidden="true"></canvas><canvas class="matrix" tabindex="0" role="img" aria-label="Confusion matrix of ${data.names.length} classes; use the arrow keys to move from cell to cell"></canvas></div>
<output aria-live="polite">Rows are true classes, columns predicted ones${order}. Point at a cell or use the arrow keys to see its numbers.</output>
<p class="legend"><span>share of the true class, 0 to 100 %, square-root scale:</span> <span>correct <canvas class="key" data-key="hits" width="120" height="12"></canvas></span> <span>mistaken <canvas class="key" data-key="misses" width="120" height="12"></canvas></span></p>
${jsonData(data)}</div>
${frequentMistakes(data, taxonomy)}`;
}

function frequentMistakes({ names, images, cells }: ConfusionData, taxonomy: Taxonomy | undefined): Markup | undefined {
  const mistakes: { row: number; column: number; count: number }[] = [];
  for (let i = 0; i < cells.length; i += 3) {
    const [row = 0, column = 0, count = 0] = cells.slice(i, i + 3);
    if (row !== column) mistakes.push({ row, column, count });
  }
  if (mistakes.length === 0) return undefined;
  const most = mistakes.sort((a, b) => b.count - a.count || a.row - b.row || a.column - b.column).slice(0, FREQUENT);
  const rows = most.map(({ row, column, count }) => {
    const [truth, decided] = [names[row] ?? '', names[column] ?? ''];
    const meet =
      taxonomy === undefined
        ? undefined
        : html`<td class="quiet">${breakable(commonAncestor(taxonomy, truth, decided))}</td>`;
    return html`<tr><th scope="row">${breakable(truth)}</th><td>${breakable(decided)}</td><td class="number">${countText(count)}</td><td class="number">${percent(count / (images[row] ?? 1))}</td>${meet}</tr>\n`;
  });
  return html`<details class="fold"><summary>The ${counted(most.length, 'most frequent mistake')}</summary><div class="wide"><table><thead><tr><th scope="col">true class</th><th scope="col">taken for</th>
<th scope="col" class="number">images</th><th scope="col" class="number">share</th>${taxonomy === undefined ? undefined : html`<th scope="col">common ancestor</th>`}</tr></thead><tbody>${rows}</tbody></table></div></details>`;
}

const commonAncestor = (taxonomy: Taxonomy, a: string, b: string): string =>
  printPath(taxonomy.lca(taxonomy.leafOf(a), taxonomy.leafOf(b)));
