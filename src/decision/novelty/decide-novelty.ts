/** "A new child of this node": decisions for images whose class may be one that nobody labelled. */
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { sumUpwards } from '../node-probabilities.js';
import { countImages, type Probabilities } from '../probabilities.js';
import { refuseStop, thresholdProblems } from '../stop-at-ancestor.js';
import { stopAt } from '../stop-rules.js';
import { indexTree } from '../tree-index.js';
import {
  forEachNoveltyDescent,
  methodProblems,
  type NewChildProbabilities,
  type NoveltyMethodName,
} from './methods.js';
import { entropyOf, splitByUncertainty } from './per-depth.js';

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
  /** What kept a new child from being decided on a node further down: that node, and the threshold up to which it would be. Null for a class. */
  readonly doubted: { readonly path: string; readonly strictness: number } | null;
}

/** Options of {@link decideNovelty}. */
export interface NoveltyOptions {
  /** How sure a known class has to be: 0 takes every image for known, above 1 none. */
  readonly threshold: number;
  /** Default `probability`. */
  readonly method?: NoveltyMethodName | undefined;
  /** What heads that were trained with new children give: for `new-child`. */
  readonly newChildren?: NewChildProbabilities | undefined;
}

/**
 * Decides on a known class or on a new child of an inner node for every image. Thresholds are chosen on classes that the
 * classifier was not trained on, other than those that judge it: see `noveltyCurve` and `chooseNovelty`.
 * @param probabilities images × classes, row-major
 * @param classes       the known classes: the taxonomy's, in any order
 * @throws CladenetError `EVALUATION` when classes, taxonomy, matrix, threshold and method do not fit together
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
 * const [decision] = decideNovelty(probabilities, classes, taxonomy, { threshold: 0.8 });
 * decision?.path; // => Copepod
 * decision?.isNew; // => true
 * decision?.doubted; // => { path: 'Copepod>calanoid', strictness: 0.5 }
 * ```
 */
export function decideNovelty(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
  { threshold, method = 'probability', newChildren }: NoveltyOptions,
): NoveltyDecision[] {
  const tree = indexTree(taxonomy, classes);
  countImages(probabilities, classes.length);
  refuseStop([...thresholdProblems(threshold, classes.length), ...methodProblems('method', method, newChildren)]);
  const decisions: NoveltyDecision[] = [];
  forEachNoveltyDescent(tree, probabilities, classes, { method, newChildren }, ({ nodes, strictness }) => {
    const at = stopAt({ nodes, strictness }, threshold);
    const node = nodes[at] as number;
    const below = nodes[at + 1];
    const leaf = tree.column[nodes.at(-1) as number] as number;
    decisions.push({
      path: tree.paths[node] as string,
      isNew: (tree.column[node] as number) < 0,
      novelty: 1 - (strictness.at(-1) as number),
      leaf: classes[leaf] as string,
      doubted:
        below === undefined ? null : { path: tree.paths[below] as string, strictness: strictness[at + 1] as number },
    });
  });
  return decisions;
}

/**
 * The probability of a new child of each node by the entropy of its children's conditionals: the more evenly the known children of a
 * node share its probability, the likelier the image belongs to none of them. At each node a share of the probability that
 * arrives there, the entropy of the conditionals p(child | node) over its maximum ln(children), stays as a new child; the rest goes
 * to the children by their conditionals.
 *
 * The entropy model of Wallin, Kahl & Hammarstrand, "ProHOC", CVPR 2025: see `per-depth.ts`.
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
    novel.set(splitByUncertainty(tree, values, entropyOf).novel, image * nodes);
  }
  return { paths: tree.paths, novel };
}
