/** Hierarchical metrics: a mistake counts by how far down the predicted lineage was right. */
import { lowestCommonAncestor, type TreeIndex } from '../decision/tree-index.js';
import { mean } from './mean.js';

/** Where the true and the predicted lineage of each image part. */
export interface Partings {
  /** Depth of the true leaf: nodes of the true lineage without the root. */
  readonly trueDepth: Float64Array;
  /** Depth of the predicted leaf: nodes of the predicted lineage without the root. */
  readonly predictedDepth: Float64Array;
  /** Depth of their lowest common ancestor: nodes the lineages share without the root. */
  readonly sharedDepth: Float64Array;
  /** Height of their lowest common ancestor: edges down to the deepest leaf below it; 0 for a hit. */
  readonly lcaHeight: Float64Array;
}

/** @param labels, decisions true and predicted class of each image, as columns of `tree` */
export function partings(tree: TreeIndex, labels: Int32Array, decisions: Int32Array): Partings {
  const images = labels.length;
  const trueDepth = new Float64Array(images);
  const predictedDepth = new Float64Array(images);
  const sharedDepth = new Float64Array(images);
  const lcaHeight = new Float64Array(images);
  for (let image = 0; image < images; image++) {
    const truth = tree.leaf[labels[image] as number] as number;
    const predicted = tree.leaf[decisions[image] as number] as number;
    const common = lowestCommonAncestor(tree, truth, predicted);
    trueDepth[image] = tree.depth[truth] as number;
    predictedDepth[image] = tree.depth[predicted] as number;
    sharedDepth[image] = tree.depth[common] as number;
    lcaHeight[image] = tree.height[common] as number;
  }
  return { trueDepth, predictedDepth, sharedDepth, lcaHeight };
}

/** Hierarchical precision, recall and F1 (Silla and Freitas, 2011). */
export interface HierarchicalScore {
  /** Nodes shared / nodes predicted. */
  readonly precision: number;
  /** Nodes shared / nodes true. */
  readonly recall: number;
  /** Harmonic mean of the two: 2 × nodes shared / (nodes predicted + nodes true). */
  readonly f1: number;
}

/**
 * Hierarchical precision, recall and F1, micro-averaged: a lineage is a set of nodes, from the leaf up to but without
 * the root, and the sizes of the sets are summed over all images before dividing.
 *
 * Kiritchenko, Matwin & Famili, "Functional annotation of genes using hierarchical text categorization", 2005, as in
 * Silla & Freitas, "A survey of hierarchical classification across different application domains", 2011, and in HiClass
 * (`hiclass.metrics`, average "micro").
 */
export function hierarchicalScore({ trueDepth, predictedDepth, sharedDepth }: Partings): HierarchicalScore {
  const shared = mean(sharedDepth);
  const predicted = mean(predictedDepth);
  const truth = mean(trueDepth);
  return { precision: shared / predicted, recall: shared / truth, f1: (2 * shared) / (predicted + truth) };
}

/**
 * Average hierarchical distance: mean height of the lowest common ancestor of truth and prediction over all images,
 * where hits count 0. In edges; 0 is best, the height of the tree worst.
 *
 * Deng, Berg, Li & Fei-Fei, "What does classifying more than 10,000 image categories tell us?", 2010.
 */
export function averageHierarchicalDistance({ lcaHeight }: Partings): number {
  return mean(lcaHeight);
}

/**
 * Mistake severity: the same mean over the mistakes alone, so that it measures how bad mistakes are, not how many.
 *
 * Bertinetto, Mueller, Tertikas, Samangooei & Lord, "Making better mistakes", 2020.
 * @returns null when there are no mistakes
 */
export function mistakeSeverity({ lcaHeight }: Partings): number | null {
  // Only two different leaves have a common ancestor of height above 0.
  const mistakes = lcaHeight.filter((height) => height > 0);
  return mistakes.length === 0 ? null : mean(mistakes);
}

/**
 * Accuracy at each depth of the tree: entry `d` is the share of images whose predicted and true lineage are the same
 * down to depth `d`. A lineage that ends above `d` counts with its leaf, so entry 0 (the root) is 1, entries never
 * rise, and the last one is the accuracy.
 */
export function accuracyAtDepth(tree: TreeIndex, { sharedDepth, lcaHeight }: Partings): number[] {
  const deepest = tree.height[0] as number;
  const right = new Array<number>(deepest + 1).fill(0);
  sharedDepth.forEach((depth, image) => {
    const down = lcaHeight[image] === 0 ? deepest : depth;
    for (let d = 0; d <= down; d++) right[d] = (right[d] as number) + 1;
  });
  return right.map((count) => count / sharedDepth.length);
}
