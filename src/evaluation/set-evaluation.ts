/** How often sets of taxa contain the true class, and how much they say. */
import type { NodeSet } from '../decision/node-sets.js';
import { indexTree, isBelow } from '../decision/tree-index.js';
import { CladenetError } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { mean } from './mean.js';
import type { Predictions } from './predictions.js';

/** What sets of taxa are worth. */
export interface SetEvaluation {
  readonly images: number;
  /** The share of the sets that contain the true class. */
  readonly covered: number;
  /** Nodes of a set, on average. */
  readonly meanNodes: number;
  /** Classes of a set, on average. */
  readonly meanClasses: number;
  /** The lower of the two middle ones for an even number of images. */
  readonly medianClasses: number;
  /** The share of the sets of one class. */
  readonly single: number;
}

/**
 * Judges the sets of `predictionSets` against the labels.
 *
 * @param sets     one for each image
 * @param taxonomy of their paths. Without one a path is a class
 * @throws CladenetError `EVALUATION` for another number of sets than labels, or images without a label
 */
export function evaluateSets(
  sets: readonly NodeSet[],
  { classes, labels }: Pick<Predictions, 'classes' | 'labels'>,
  taxonomy: Taxonomy | undefined,
): SetEvaluation {
  const unlabelled = labels.filter((label) => label < 0).length;
  if (sets.length !== labels.length || labels.length === 0 || unlabelled > 0) {
    const received = `${sets.length} sets and ${labels.length} labels, ${unlabelled} of them unknown`;
    throw new CladenetError('EVALUATION', 'These sets cannot be judged.', [
      { where: 'sets', expected: 'one for each labelled image', received },
    ]);
  }
  const tree = taxonomy && indexTree(taxonomy, classes);
  const position = new Map(tree?.paths.map((path, v) => [path, v]));
  const contains = (path: string, label: number) =>
    tree === undefined
      ? path === classes[label]
      : isBelow(tree, tree.leaf[label] as number, position.get(path) as number);
  const sizes = Int32Array.from(sets, (set) => set.classes).sort();
  return {
    images: sets.length,
    covered: mean(sets.map(({ paths }, i) => Number(paths.some((path) => contains(path, labels[i] as number))))),
    meanNodes: mean(sets.map(({ paths }) => paths.length)),
    meanClasses: mean(sets.map((set) => set.classes)),
    medianClasses: sizes[(sizes.length - 1) >> 1] as number,
    single: mean(sets.map((set) => Number(set.classes === 1))),
  };
}
