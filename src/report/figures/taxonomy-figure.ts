/** Figure: a taxonomy as a tree from left to right, its nodes coloured by accuracy and sized by images. */

import { cluster, type HierarchyPointNode, hierarchy } from 'd3-hierarchy';
import type { Mark } from 'vega';
import { largest, smallest } from '../../arrays.js';
import { percent } from '../../units.js';
import { drawingSpec, layer } from './drawing.js';
import { textWidth } from './pixel-width.js';
import { renderSvg } from './render.js';
import { summarised } from './summarised-tree.js';
import { legendLayers, type Radius } from './taxonomy-legend.js';
import { MUTED, PAPER, VIRIDIS } from './theme.js';

/** A node of a figure of a taxonomy, with what is below it. */
export interface TaxonomyFigureNode {
  readonly name: string;
  /** The share 0..1 that colours the node, such as the accuracy of its classifier or the recall of a leaf. */
  readonly value?: number | undefined;
  /** Images at and below the node. */
  readonly images?: number | undefined;
  readonly children?: readonly TaxonomyFigureNode[] | undefined;
}

/** Options of {@link taxonomyFigure}. */
export interface TaxonomyFigureOptions {
  readonly title?: string;
  /** What `value` is, for the legend. Default `accuracy`. */
  readonly valueName?: string;
}

type Placed = HierarchyPointNode<TaxonomyFigureNode>;

const FONT_SIZE = 11;
const GAP = 22;
/** A figure of more rows is as high as ten pages. */
const ROWS = 300;

/** Colours of the shares from `low` to 1. */
function colourScale(low: number): (value: number) => string {
  return (value) => VIRIDIS((value - low) / (1 - low));
}

/** The value of a node; NaN, a share of no images, counts as none. */
function valueAt({ data: { value } }: Placed): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function label(node: Placed): string {
  const value = valueAt(node);
  return value === undefined ? node.data.name : `${node.data.name} ${percent(value)}`;
}

/** Radii from 3 pixels, which still show their colour, to 11 for the most images. */
function radiusScale(most: number, leafRow: number): Radius {
  return (images, leaf) => {
    if (images === undefined || most <= 0) return leaf ? 3.5 : 5;
    const radius = 3 + 8 * Math.sqrt(images / most);
    return leaf ? Math.min(radius, leafRow / 2 - 0.5) : radius;
  };
}

/**
 * Draws the tree with the root at the left and each leaf on a row of its own at the right. Beside each name stands its
 * value and, for leaves, the number of images. Of more than 300 classes the small sub-trees are a row each, with the value of
 * their node; the subtitle says which.
 *
 * @returns an SVG document
 */
export async function taxonomyFigure(
  tree: TaxonomyFigureNode,
  { title = 'Taxonomy', valueName = 'accuracy' }: TaxonomyFigureOptions = {},
): Promise<string> {
  const { tree: shown, classes, inner, collapsed } = summarised(tree, ROWS);
  const root = hierarchy(shown, ({ children }) => children);
  const leaves = root.leaves().length;
  const row = leaves <= 40 ? 19 : 14;
  // x runs down the rows here, as in d3; the columns are placed below, by the width of their names.
  const placed = cluster<TaxonomyFigureNode>()
    .nodeSize([row, 1])
    .separation(() => 1)(root);
  const nodes = placed.descendants();
  const top = smallest(nodes.map(({ x }) => x));

  const columns = columnPositions(nodes);
  const left = (node: Placed) => columns[node.children === undefined ? columns.length - 1 : node.depth] ?? 0;
  const down = (node: Placed) => node.x - top + row / 2;
  const right = columns.at(-1) ?? 0;
  const height = leaves * row;

  const values = nodes.map(valueAt).filter((value) => value !== undefined);
  const low = smallest(
    values.map((value) => Math.floor(value * 10) / 10),
    0.9,
  );
  const colour = colourScale(low);
  const most = largest(
    nodes.map(({ data }) => data.images ?? 0),
    0,
  );
  const radius = radiusScale(most, row);

  const links = nodes.flatMap((node) => {
    const { parent } = node;
    return parent === null ? [] : [{ path: `M${left(parent)},${down(parent)}V${down(node)}H${left(node)}` }];
  });
  const circles = nodes.map((node) => {
    const value = valueAt(node);
    const size = Math.PI * radius(node.data.images, node.children === undefined) ** 2;
    return { x: left(node), y: down(node), size, fill: value === undefined ? PAPER : colour(value) };
  });
  return renderSvg(
    drawingSpec({
      title,
      subtitle: `${classes} classes, ${inner} inner nodes${collapsed === undefined ? '' : `; sub-trees of up to ${collapsed} classes are one row`}`,
      width: right,
      height,
      layers: [
        layer('path', links, { stroke: '#b5b5b5', strokeWidth: 1 }),
        layer('symbol', circles, { shape: 'circle', stroke: '#444444', strokeWidth: 0.7 }),
        ...innerNames(nodes, left, down, radius),
        ...leafColumns(nodes, right + 14, down, valueName),
        ...legendLayers(height + 34, { low, colour: values.length > 0 ? colour : undefined, most, radius, valueName }),
      ],
    }),
  );
}

/** The x of each depth's inner nodes, and of the leaves last: as far apart as the names between them need. */
function columnPositions(nodes: readonly Placed[]): number[] {
  const inner = nodes.filter(({ children }) => children !== undefined);
  const depths = largest(
    inner.map(({ depth }) => depth),
    0,
  );
  const columns = [0];
  for (let depth = 1; depth <= depths; depth++) {
    const names = inner.filter((node) => node.depth === depth).map((node) => textWidth(label(node), FONT_SIZE, true));
    columns.push((columns.at(-1) ?? 0) + Math.ceil(largest(names)) + GAP + 6);
  }
  if (inner.length > 0) columns.push((columns.at(-1) ?? 0) + 2 * GAP);
  return columns;
}

/** Names of inner nodes on the line that leads to them; the root's stands before it. */
function innerNames(
  nodes: readonly Placed[],
  left: (node: Placed) => number,
  down: (node: Placed) => number,
  radius: Radius,
): Mark[] {
  const inner = nodes.filter(({ children }) => children !== undefined);
  const texts = inner.map((node) => ({
    x: left(node) - radius(node.data.images, false) - 4,
    y: down(node) + (node.parent === null ? 4 : -3.5),
    text: label(node),
  }));
  return [layer('text', texts, { fontSize: FONT_SIZE, align: 'right', fontWeight: 'bold' })];
}

/** Name, value and number of images of each leaf, in columns from `x` on. */
function leafColumns(nodes: readonly Placed[], x: number, down: (node: Placed) => number, valueName: string): Mark[] {
  const leaves = nodes.filter(({ children }) => children === undefined);
  const words = { fontSize: FONT_SIZE, baseline: 'middle' };
  const names = leaves.map((leaf) => ({ x, y: down(leaf), text: leaf.data.name }));
  const valueX = Math.ceil(x + largest(names.map(({ text }) => textWidth(text, FONT_SIZE)))) + 56;
  const imagesX = valueX + 56;
  const values = leaves.flatMap((leaf) => {
    const value = valueAt(leaf);
    return value === undefined ? [] : [{ x: valueX, y: down(leaf), text: percent(value) }];
  });
  const images = leaves.flatMap((leaf) =>
    leaf.data.images === undefined ? [] : [{ x: imagesX, y: down(leaf), text: leaf.data.images.toLocaleString('en') }],
  );
  const heads = [
    ...(values.length > 0 ? [{ x: valueX, text: valueName }] : []),
    ...(images.length > 0 ? [{ x: imagesX, text: 'images' }] : []),
  ];
  return [
    layer('text', heads, { ...words, y: -8, fontSize: 10, align: 'right', fill: MUTED }),
    layer('text', names, words),
    layer('text', values, { ...words, align: 'right' }),
    layer('text', images, { ...words, align: 'right', fill: MUTED }),
  ];
}
