/** Evaluating decisions and true labels that may be inner nodes: stopped at genus, or known only to genus. */
import { nodeInformation } from '../decision/node-information.js';
import { sumUpwards } from '../decision/node-probabilities.js';
import { countImages, type Probabilities } from '../decision/probabilities.js';
import { indexTree, type TreeIndex } from '../decision/tree-index.js';
import type { Problem } from '../errors.js';
import { suggester } from '../taxonomy/findings.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { FLOOR } from './log-loss.js';
import { refuse } from './predictions.js';

/** The images decided at one depth; the root has depth 0. */
export interface DepthScore {
  readonly depth: number;
  /** Share of all images whose decided node has this depth. */
  readonly share: number;
  /** Share of these that are right; null where there are none. */
  readonly accuracy: number | null;
}

/** Plain JSON; shares are 0..1. */
export interface NodeEvaluation {
  readonly images: number;
  /**
   * Share of images whose decided node does not contradict the truth: it is the true node, an ancestor of it, or, where
   * the truth is known only down to an inner node, a node below it.
   */
  readonly accuracy: number;
  /** How the decided node relates to the true one, as shares of the images that sum to 1. */
  readonly relations: {
    /** The true node itself. */
    readonly same: number;
    /** An ancestor of the true node: right, but less than is known. */
    readonly above: number;
    /** Below the true node, which is then not a leaf: whether the rest is right is not known. */
    readonly below: number;
    /** Neither: wrong. */
    readonly apart: number;
  };
  /** By depth of the decided node, from the root down to the deepest leaf. */
  readonly depths: readonly DepthScore[];
  /** Mean depth of the decided nodes. */
  readonly meanDepth: number;
  /**
   * Mean share of information in the decisions, right or wrong: 1 - ln(leaves below the node) / ln(classes), which is 1 for
   * a leaf and 0 for the root.
   */
  readonly information: number;
  /** The same with wrong decisions counted as 0: the reward of Deng et al. (2012), which stopping aims to raise. */
  readonly rightInformation: number;
}

/**
 * Evaluates decisions that may be inner nodes against true labels that may be inner nodes: decisions stopped at an
 * ancestor, images labelled only to genus, or both. Where the truth is a leaf, a decision is right when it is that leaf or
 * an ancestor of it.
 *
 * Information: Deng, Krause, Berg & Fei-Fei, "Hedging your bets: optimizing accuracy-specificity trade-offs in large scale
 * visual recognition", CVPR 2012.
 * @param nodes    `decided`: the path of the decided node of each image, for instance from `stopAtAncestor`; `truths`: the
 *   path of the deepest node that each image is known to belong to
 * @param taxonomy the tree of these nodes
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function evaluateNodes(
  { decided, truths }: { readonly decided: readonly string[]; readonly truths: readonly string[] },
  taxonomy: Taxonomy,
): NodeEvaluation {
  const tree = indexTree(taxonomy, taxonomy.classes);
  const find = nodeFinder(tree);
  const problems: Problem[] = [];
  if (truths.length === 0) problems.push({ where: 'truths', expected: 'at least one image', received: 'none' });
  if (decided.length !== truths.length) {
    const expected = `${truths.length} values, one per truth`;
    problems.push({ where: 'decided', expected, received: `${decided.length}` });
  }
  const nodes = find(decided, 'decided', problems);
  const known = find(truths, 'truths', problems);
  refuse(problems);

  const kept = nodeInformation(tree);
  const counts = { same: 0, above: 0, below: 0, apart: 0 };
  const deepest = tree.height[0] as number;
  const images = new Int32Array(deepest + 1);
  const right = new Int32Array(deepest + 1);
  let [depths, information, rightInformation] = [0, 0, 0];
  nodes.forEach((node, image) => {
    const relation = relate(tree, node, known[image] as number);
    const depth = tree.depth[node] as number;
    counts[relation]++;
    depths += depth;
    information += kept[node] as number;
    images[depth] = (images[depth] as number) + 1;
    if (relation === 'apart') return;
    rightInformation += kept[node] as number;
    right[depth] = (right[depth] as number) + 1;
  });
  const n = truths.length;
  return {
    images: n,
    accuracy: 1 - counts.apart / n,
    relations: { same: counts.same / n, above: counts.above / n, below: counts.below / n, apart: counts.apart / n },
    depths: Array.from(images, (count, depth) => ({
      depth,
      share: count / n,
      accuracy: count === 0 ? null : (right[depth] as number) / count,
    })),
    meanDepth: depths / n,
    information: information / n,
    rightInformation: rightInformation / n,
  };
}

/**
 * The log-loss of each image whose truth may be an inner node, in nats: -ln of the probability of the node, the sum over its
 * leaves, clipped to [1e-15, 1]. It judges only as far down as the label goes; for a leaf it is the usual log-loss.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns: the taxonomy's classes in any order
 * @param truths        the path of the deepest node that each image is known to belong to
 * @throws CladenetError `EVALUATION` when they do not fit together
 */
export function nodeLogLosses(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
  truths: readonly string[],
): Float64Array {
  const tree = indexTree(taxonomy, classes);
  const images = countImages(probabilities, classes.length);
  const problems: Problem[] = [];
  if (truths.length !== images) {
    problems.push({ where: 'truths', expected: `${images} paths, one per image`, received: `${truths.length}` });
  }
  const known = nodeFinder(tree)(truths, 'truths', problems);
  refuse(problems);
  const values = new Float64Array(tree.paths.length);
  return Float64Array.from(known, (node, image) => {
    sumUpwards(tree, probabilities, image, values);
    const p = values[node] as number;
    return p >= 1 ? 0 : -Math.log(Math.max(p, FLOOR));
  });
}

/** Finds nodes by path, and adds a problem for each path that does not exist. */
function nodeFinder({ paths }: TreeIndex) {
  const numbers = new Map(paths.map((path, v) => [path, v]));
  const suggest = suggester(paths);
  return (wanted: readonly string[], name: string, problems: Problem[]): Int32Array =>
    Int32Array.from(wanted, (path, image) => {
      const node = numbers.get(path);
      if (node !== undefined) return node;
      const where = `${name}[${image}]`;
      problems.push({ where, expected: 'the path of a node', received: `'${path}'`, remedy: suggest(path) });
      return -1;
    });
}

function relate({ end }: TreeIndex, decided: number, truth: number): keyof NodeEvaluation['relations'] {
  if (decided === truth) return 'same';
  if (decided < truth && truth < (end[decided] as number)) return 'above';
  if (truth < decided && decided < (end[truth] as number)) return 'below';
  return 'apart';
}
