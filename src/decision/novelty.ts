/** "A new child of this node": decisions for images whose class may be one that nobody labelled. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { childrenOf, conditionals } from './conditionals.js';
import { decideLeaves } from './decide-leaves.js';
import { sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { forEachDescent, refuseStop, thresholdProblems } from './stop-at-ancestor.js';
import { type Descent, stopAt } from './stop-rules.js';
import { indexTree, type TreeIndex } from './tree-index.js';

/** The names of the rules. */
export const NOVELTY_RULES = ['probability', 'information', 'entropy'] as const;
/**
 * How a new child is recognised. `probability` and `information`: a decision that stops above the class, as in
 * `stopAtAncestor`, says a new child of the node where it stopped. `entropy`: a node whose children share its probability
 * evenly has a new child (see {@link newChildProbabilities}).
 */
export type NoveltyRule = (typeof NOVELTY_RULES)[number];

/** One image's decision. */
export interface NoveltyDecision {
  /** The node decided on: a class, or the parent of a new one. */
  readonly path: string;
  /** Whether it is a new child of the node; false for a class. */
  readonly isNew: boolean;
  /** How new the image looks, 0..1: the image is decided on its class at thresholds up to 1 - novelty. */
  readonly novelty: number;
  /** The known class that is most probable. */
  readonly leaf: string;
}

/** Options of {@link decideNovelty}. */
export interface NoveltyOptions {
  /** How sure a known class has to be: 0 takes every image for known, above 1 none. */
  readonly threshold: number;
  /** Default `probability`. */
  readonly rule?: NoveltyRule | undefined;
}

/**
 * Decides on a known class or on a new child of an inner node for every image. Thresholds are chosen on classes that the
 * classifier was not trained on, other than those that judge it: see `noveltyCurve` and `chooseNovelty`.
 * @param probabilities images × classes, row-major
 * @param classes       the known classes: the taxonomy's, in any order
 * @throws CladenetError `EVALUATION` when classes, taxonomy, matrix and threshold do not fit together
 * @example
 * ```ts
 * import { decideNovelty } from 'cladenet/decision';
 * import { Taxonomy } from 'cladenet/taxonomy';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const probabilities = Float64Array.of(0.5, 0.375, 0.125);
 * decideNovelty(probabilities, classes, taxonomy, { threshold: 0.8 });
 * // => [ { path: 'Copepod', isNew: true, novelty: 0.5, leaf: 'calanoid' } ]
 * ```
 */
export function decideNovelty(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
  { threshold, rule = 'probability' }: NoveltyOptions,
): NoveltyDecision[] {
  const tree = indexTree(taxonomy, classes);
  countImages(probabilities, classes.length);
  refuseStop(thresholdProblems(threshold, classes.length));
  const decisions: NoveltyDecision[] = [];
  forEachNoveltyDescent(tree, probabilities, classes, rule, ({ nodes, strictness }) => {
    const node = nodes[stopAt({ nodes, strictness }, threshold)] as number;
    const leaf = tree.column[nodes.at(-1) as number] as number;
    decisions.push({
      path: tree.paths[node] as string,
      isNew: (tree.column[node] as number) < 0,
      novelty: 1 - (strictness.at(-1) as number),
      leaf: classes[leaf] as string,
    });
  });
  return decisions;
}

/** Calls `use` with the nodes that each image can be decided on, which end at its most probable class. */
export function forEachNoveltyDescent(
  tree: TreeIndex,
  probabilities: Probabilities,
  classes: readonly string[],
  rule: NoveltyRule,
  use: (descent: Descent, image: number) => void,
): void {
  const starts = decideLeaves(probabilities, classes);
  if (rule !== 'entropy') {
    forEachDescent(tree, probabilities, starts, rule, use);
    return;
  }
  const values = new Float64Array(tree.paths.length);
  starts.forEach((column, image) => {
    sumUpwards(tree, probabilities, image, values);
    const { novel, known } = splitByEntropy(tree, values);
    const parent = novel.reduce((best, p, v) => (p > (novel[best] as number) ? v : best), 0);
    const nodes = [parent, tree.leaf[column] as number];
    use({ nodes, strictness: [Number.POSITIVE_INFINITY, known] }, image);
  });
}

/** The result of {@link newChildProbabilities}. */
export interface NewChildProbabilities {
  /** The nodes' paths in pre-order. */
  readonly paths: readonly string[];
  /** Images × nodes, row-major: the probability of a new child of the node; 0 for classes. */
  readonly novel: Float64Array;
}

/**
 * The probability of a new child of each node: the more evenly the known children of a node share its probability, the likelier
 * the image belongs to none of them. At each node a share of the probability that arrives there, the entropy of the conditionals
 * p(child | node) over its maximum ln(children), stays as a new child; the rest goes to the children by their conditionals. The
 * new children of all nodes and the known classes have probabilities that sum to 1.
 *
 * The entropy model of Wallin, Kahl & Hammarstrand, "ProHOC: probabilistic hierarchical out-of-distribution classification via
 * multi-depth networks", CVPR 2025, with the conditionals of one classifier in place of a network for each depth.
 * @throws CladenetError `EVALUATION` when classes, taxonomy and matrix do not fit together
 */
export function newChildProbabilities(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
): NewChildProbabilities {
  const tree = indexTree(taxonomy, classes);
  const images = countImages(probabilities, classes.length);
  const nodes = tree.paths.length;
  const novel = new Float64Array(images * nodes);
  const values = new Float64Array(nodes);
  for (let image = 0; image < images; image++) {
    sumUpwards(tree, probabilities, image, values);
    novel.set(splitByEntropy(tree, values).novel, image * nodes);
  }
  return { paths: tree.paths, novel };
}

/** The probability of a new child of each node, and of all known classes together. */
function splitByEntropy(tree: TreeIndex, values: Float64Array): { novel: Float64Array; known: number } {
  const novel = new Float64Array(values.length);
  const arriving = new Float64Array(values.length);
  arriving[0] = 1;
  let known = 0;
  for (let v = 0; v < values.length; v++) {
    const here = arriving[v] as number;
    if ((tree.column[v] as number) >= 0) {
      known += here;
      continue;
    }
    const children = childrenOf(tree, v);
    const shares = conditionals(values, children);
    const entropy = shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
    const stays = children.length > 1 ? Math.min(1, entropy / Math.log(children.length)) : 0;
    novel[v] = here * stays;
    children.forEach((child, i) => {
      arriving[child] = here * (1 - stays) * (shares[i] as number);
    });
  }
  return { novel, known: Math.min(1, known) };
}
