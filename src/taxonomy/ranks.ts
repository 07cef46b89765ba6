/** The order of ranks, from domain to form. */
import { byCodePoint } from '../order.js';
import type { Taxonomy } from './taxonomy.js';

/** The principal ranks and those between them that take prefixes, of zoology and botany, from the top down. */
const BASES = 'domain kingdom phylum class cohort order family tribe genus species variety form'.split(' ');
/** What stands before them, from the top down; '' is the rank itself. */
const PREFIXES = ['giga', 'mega', 'super', '', 'sub', 'infra', 'parv'];
/** Other words for a rank. */
const SAME: Readonly<Record<string, string>> = { division: 'phylum', varietas: 'variety', forma: 'form' };

const ORDER = new Map(
  BASES.flatMap((base, i) =>
    PREFIXES.flatMap((prefix, j): [string, number][] => {
      const order = i * PREFIXES.length + j;
      const words = [base, ...Object.keys(SAME).filter((word) => SAME[word] === base)];
      return words.map((word) => [prefix + word, order]);
    }),
  ),
);

/**
 * Where a rank stands: a greater number is further down. Undefined for a rank whose place is not the same in zoology and botany,
 * such as `section`, and for words that are no ranks.
 */
export const rankOrder = (rank: string): number | undefined => ORDER.get(rank);

/** The ranks of the nodes of a taxonomy, each once, from the top down; those without a known place come last. */
export function ranksOf(taxonomy: Taxonomy): readonly string[] {
  const ranks = new Set(taxonomy.nodes().flatMap(({ rank }) => rank ?? []));
  const place = (rank: string) => rankOrder(rank) ?? Number.MAX_SAFE_INTEGER;
  return [...ranks].sort((a, b) => place(a) - place(b) || byCodePoint(a, b));
}

/**
 * The node that stands for each class at a rank: the one of that rank on its lineage or, where the lineage skips the rank, the
 * first one below it. Undefined where the class lies above the rank, so that nothing of it is known there.
 * @returns one path for each class, in the order of `taxonomy.classes`
 */
export function nodesAtRank(taxonomy: Taxonomy, rank: string): readonly (string | undefined)[] {
  const order = rankOrder(rank);
  return taxonomy.classes.map((label) =>
    taxonomy.lineage(taxonomy.leafOf(label)).find((path) => {
      const own = taxonomy.node(path).rank;
      if (own === undefined || own === rank) return own === rank;
      return order !== undefined && (rankOrder(own) ?? -1) > order;
    }),
  );
}
