/** Figure: the merges that led to groups of classes, with the threshold beta. */

import type { Mark } from 'vega';
import { largest, smallest } from '../../arrays.js';
import type { Grouping } from '../../grouping/grouping.js';
import { namedGroups } from '../../grouping/named-groups.js';
import { percent } from '../../units.js';
import { drawingSpec, layer } from './drawing.js';
import { renderSvg } from './render.js';
import { FAINT, INK, MUTED, SERIES } from './theme.js';

/** Options of {@link dendrogramFigure}. */
export interface DendrogramOptions {
  readonly title?: string;
  /** The threshold of the groups, drawn as a line through the dendrogram. Default: none. */
  readonly beta?: number | undefined;
  /** Name of the similarity, for the axis. Default `similarity`. */
  readonly similarity?: string;
}

const WIDTH = 620;
/** Height of a row; with very many classes rows are lower, down to where names no longer fit. */
const ROW = 14;
const TALLEST = 12_000;
const NAMED = 9;
/** Where beta is, or without it the last merge, as a part of the width. */
const LAST = 0.94;
/** Extra space between groups, in rows. */
const GAP = 0.6;

/** The point at which the line of a class or group continues. */
interface Branch {
  readonly x: number;
  readonly y: number;
}

interface Line {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  readonly stroke: string;
}

/**
 * Draws the dendrogram of a grouping. Classes are rows: groups from the largest to the smallest, then the classes left
 * alone. Similarity falls from left to right on a square-root scale; two branches join at the similarity they merged
 * at. Branches that did not merge run on to the right end, past beta, where the groups are named.
 *
 * @param grouping with merges; see `groupClasses`
 * @returns an SVG document
 */
export async function dendrogramFigure(
  grouping: Grouping,
  { title = 'Groups of classes', beta, similarity = 'similarity' }: DendrogramOptions = {},
): Promise<string> {
  const groups = namedGroups(grouping);
  const { alone, classes, merges } = grouping;
  const blocks = [...groups.map((group) => group.classes), ...alone.map((name) => [name])];
  const between = Math.max(0, groups.length - (alone.length > 0 ? 0 : 1)) * GAP;
  const row = Math.min(ROW, TALLEST / (classes.length + between));
  const rowOf = placeRows(blocks, row);
  const height = (classes.length + between) * row;

  const x = similarityScale(
    merges.map((merge) => merge.height),
    beta,
  );
  const colourOf = new Map(
    groups.flatMap((group, g) => group.classes.map((name) => [name, SERIES[g % SERIES.length] ?? INK] as const)),
  );
  const { lines, ends } = linesOf(grouping, rowOf, x.at, colourOf);
  const words = { fontSize: Math.min(11, Math.max(8.5, row * 0.8)), baseline: 'middle' };
  const names = [...rowOf].map(([name, y]) => ({ y, text: name, fill: colourOf.has(name) ? INK : MUTED }));
  const heads = groups.map((group) => ({
    y: group.classes.map((name) => ends.get(name)?.y).find((y) => y !== undefined) ?? 0,
    text: `${group.name} (${group.classes.length})`,
  }));
  return renderSvg(
    drawingSpec({
      title,
      subtitle: subtitle(grouping, groups.length, beta),
      width: WIDTH,
      height,
      layers: [
        ...axisLayers(x, height, similarity),
        layer('rule', lines, { strokeWidth: 1.3 }),
        ...(row >= NAMED ? [layer('text', names, { ...words, x: -6, align: 'right' })] : []),
        layer('text', heads, { ...words, x: WIDTH + 8, fontSize: 11, fontWeight: 'bold' }),
        ...(beta === undefined ? [] : betaLayers(x.at(beta), beta, height)),
      ],
    }),
  );
}

function subtitle({ classes, alone }: Grouping, groups: number, beta: number | undefined): string {
  const at = beta === undefined ? '' : ` at beta ${beta}`;
  return `${classes.length} classes: ${groups} groups of two or more${at}, ${alone.length} classes alone`;
}

/** The middle of each class's row. Groups are set apart, classes left alone are not. */
function placeRows(blocks: readonly (readonly string[])[], row: number): Map<string, number> {
  const rowOf = new Map<string, number>();
  let y = 0;
  for (const members of blocks) {
    for (const name of members) {
      rowOf.set(name, y + row / 2);
      y += row;
    }
    if (members.length > 1) y += GAP * row;
  }
  return rowOf;
}

/** Similarities to places from left, a little above the greatest, to right, a little below beta. */
function similarityScale(heights: readonly number[], beta: number | undefined) {
  const root = (height: number) => Math.sqrt(Math.max(0, height));
  const high = root(largest(heights, beta ?? 0)) * 1.04 || 1;
  const last = root(beta ?? smallest(heights, high));
  const low = high - (high - last) / LAST;
  return {
    at: (height: number) => (WIDTH * (high - root(height))) / (high - low),
    high: high ** 2,
    low: Math.max(0, low) ** 2,
  };
}

/** The lines of all merges, and where those of each group (by its first class in code point order) end. */
function linesOf(
  { classes, merges }: Grouping,
  rowOf: ReadonlyMap<string, number>,
  at: (height: number) => number,
  colourOf: ReadonlyMap<string, string>,
): { lines: Line[]; ends: ReadonlyMap<string, Branch> } {
  const branches = new Map(classes.map((name): [string, Branch] => [name, { x: 0, y: rowOf.get(name) ?? 0 }]));
  const colour = (name: string) => colourOf.get(name) ?? FAINT;
  const lines: Line[] = [];
  for (const { a, b, height } of merges) {
    const [first, second] = [branches.get(a), branches.get(b)];
    if (first === undefined || second === undefined) continue;
    const [x, stroke] = [at(height), colour(a)];
    for (const part of [first, second]) lines.push({ x: part.x, y: part.y, x2: x, y2: part.y, stroke });
    lines.push({ x, y: first.y, x2: x, y2: second.y, stroke });
    branches.set(a, { x, y: (first.y + second.y) / 2 });
    branches.delete(b);
  }
  for (const [name, { x, y }] of branches) lines.push({ x, y, x2: WIDTH, y2: y, stroke: colour(name) });
  return { lines, ends: branches };
}

/** Round similarities above and below, with hairlines between. */
function axisLayers({ at, high, low }: ReturnType<typeof similarityScale>, height: number, title: string): Mark[] {
  const round = [1, 0.7, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001, 0];
  const ticks: { x: number; text: string }[] = [];
  for (const value of round) {
    const x = at(value);
    if (value > high || value < low || x - (ticks.at(-1)?.x ?? -Infinity) < 34) continue;
    ticks.push({ x, text: percent(value, value < 0.01 && value > 0 ? 1 : 0) });
  }
  const words = { fontSize: 10, align: 'center', baseline: 'middle', fill: MUTED };
  return [
    layer(
      'rule',
      ticks.map(({ x }) => ({ x })),
      { y: -4, y2: height + 4, stroke: '#ececec' },
    ),
    layer('text', ticks, { ...words, y: height + 14 }),
    layer('text', [{ x: WIDTH / 2, y: height + 30, text: title }], words),
  ];
}

function betaLayers(x: number, beta: number, height: number): Mark[] {
  return [
    layer('rule', [{ x, y: -6, x2: x, y2: height + 6 }], { stroke: INK, strokeWidth: 1.2, strokeDash: [5, 3] }),
    layer('text', [{ x, y: -13, text: `beta = ${beta}` }], { fontSize: 11, fontWeight: 'bold', align: 'center' }),
  ];
}
