/** The scores of images: the probability of every class and of every node, as columns of one matrix. */
import type { Classification } from '../../../classifier/classification.js';
import { sumUpwards } from '../../../decision/node-probabilities.js';
import { indexTree } from '../../../decision/tree-index.js';
import type { Taxonomy } from '../../../taxonomy/taxonomy.js';

/** What a column holds: the probability of a class, of an inner node, or of all taxa that were chosen together. */
export interface ScoreColumn {
  readonly kind: 'class' | 'node' | 'among';
  /** A class, or the path of a node. */
  readonly name: string;
}

/** How a column is called in a table: nodes are distinguished from classes, which may have the same names. */
export const columnName = ({ kind, name }: ScoreColumn): string => (kind === 'node' ? `node:${name}` : name);

/** The column of the probability that the chosen taxa had together. */
export const AMONG_COLUMN = 'among_probability';

/** Scores of images whose taxonomy and choice of taxa are one. */
export interface ScoreTable {
  readonly columns: readonly ScoreColumn[];
  /** Images x columns, row-major. */
  scoresOf(classification: Classification): Float32Array;
}

/**
 * All classes in their order, then the inner nodes below the root in pre-order. The root's probability is 1. With `among`, the
 * classes and nodes that are left, whose probabilities sum to 1, and last what they had together before.
 *
 * @param among the names of the classes that predictions are made among; undefined for all
 */
export function scoreTable(
  classes: readonly string[],
  taxonomy: Taxonomy | undefined,
  among: readonly string[] | undefined,
): ScoreTable {
  const left = new Set(among ?? classes);
  const tree = taxonomy && indexTree(taxonomy, classes);
  const leaves = classes.flatMap((name, c) => (left.has(name) ? [c] : []));
  const inner = (taxonomy?.nodes() ?? []).flatMap(({ path, label }, v) => {
    const isLeft = v > 0 && label === undefined && taxonomy?.classesBelow(path).some((name) => left.has(name));
    return isLeft ? [{ v, path }] : [];
  });
  const columns: ScoreColumn[] = [
    ...leaves.map((c) => ({ kind: 'class', name: classes[c] ?? '' }) as const),
    ...inner.map(({ path }) => ({ kind: 'node', name: path }) as const),
    ...(among === undefined ? [] : [{ kind: 'among', name: AMONG_COLUMN } as const]),
  ];
  return {
    columns,
    scoresOf({ probabilities, decisions, among: within }) {
      const scores = new Float32Array(decisions.length * columns.length);
      const values = new Float64Array(tree?.paths.length ?? 0);
      let at = 0;
      for (let image = 0; image < decisions.length; image++) {
        for (const c of leaves) scores[at++] = probabilities[image * classes.length + c] as number;
        if (tree !== undefined) sumUpwards(tree, probabilities, image, values);
        for (const { v } of inner) scores[at++] = Math.min(1, values[v] as number);
        if (among !== undefined) scores[at++] = within?.mass[image] ?? 1;
      }
      return scores;
    },
  };
}
