/** Weak nodes of a tree, ranked by the mistakes that a perfect node in their place would recover. */
import { largest, smallest } from '../../arrays.js';
import { childrenOf } from '../../decision/conditionals.js';
import type { Predictions } from '../predictions.js';
import { type AttributionOptions, type MistakeTrace, type NodeAttribution, traceMistakes } from './attribute.js';
import { binomialInterval } from './binomial-interval.js';
import { type ChildScore, type ConfusedPair, confusedPairs } from './children.js';
import { imagesNeeded } from './images-needed.js';
import { type NodeFit, type Suggestion, suggest } from './suggest.js';

/** Options of {@link findWeakSubtrees}. */
export interface WeakSubtreeOptions extends AttributionOptions {
  /** Training images of each class. Without it `training` is null, and rules about it are skipped. */
  readonly trainingImages?: ReadonlyMap<string, number> | undefined;
  /** How the training of each node's classifier went, by path. */
  readonly fits?: ReadonlyMap<string, NodeFit> | undefined;
  /** Whether the nodes share a CNN block or each has its own; undefined where there are no node classifiers. */
  readonly trunk?: 'shared' | 'own' | undefined;
}

/** The contribution of a node to the mistakes, with what is known about the reasons. */
export interface WeakSubtree extends NodeAttribution {
  /** 95 % interval of `recoverable` for as many other images from the same source; exact binomial (Clopper & Pearson). */
  readonly ci95: readonly [low: number, high: number];
  /** Whether enough images arrived to know the accuracy of the node to within 10 percentage points. */
  readonly enough: boolean;
  /** How many images have to arrive for that. */
  readonly needed: number;
  readonly children: readonly ChildScore[];
  /**
   * Images of the largest child divided by those of the smallest: training images, or where these are not known, judged
   * images that arrived; null where a child has none.
   */
  readonly imbalance: number | null;
  /** The most frequently confused pairs of children, at most 5. */
  readonly confused: readonly ConfusedPair[];
  readonly suggestions: readonly Suggestion[];
}

/** The result of {@link findWeakSubtrees}. */
export interface WeakSubtrees {
  readonly images: number;
  readonly mistakes: number;
  /** Every internal node, the weakest first. */
  readonly nodes: readonly WeakSubtree[];
}

const PAIRS = 5;

/**
 * Ranks all internal nodes of a tree by `recoverable`, the mistakes that would become hits if that node alone made no
 * errors: the most that improving one node can gain. `recoverableBelow` would be no guide, since it only grows towards the
 * root, where it counts all mistakes; it breaks ties, and after it the order of the tree.
 *
 * Rank on validation images, and keep the test images for the final evaluation of what was improved. The first of many ranks
 * owes something to luck, so expect less than its count; `ci95` is the interval of each node by itself.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 * @example
 * ```ts
 * import { findWeakSubtrees, Taxonomy } from 'cladenet';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const probabilities = Float64Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.1, 0.1, 0.8, 0.5, 0.2, 0.3, 0.5, 0.4, 0.1);
 * const labels = Int32Array.from([0, 1, 2, 2, 1]);
 * const { mistakes, nodes } = findWeakSubtrees({ classes, probabilities, labels }, { taxonomy });
 * mistakes; // => 3
 * nodes.map(({ path, recoverable }) => `${path || '(root)'}: ${recoverable}`); // => [ 'Copepod: 2', '(root): 1' ]
 * ```
 */
export function findWeakSubtrees(predictions: Predictions, options: WeakSubtreeOptions): WeakSubtrees {
  const trace = traceMistakes(predictions, options);
  const pairs = confusedPairs(trace.tree, predictions.labels, trace.decisions, trace.charges);
  const position = new Map(trace.tree.paths.map((path, v) => [path, v]));
  const { trunk, fits, trainingImages } = options;
  const allTraining = trainingImages && [...trainingImages.values()].reduce((sum, images) => sum + images, 0);
  const nodes = trace.nodes.map((node): WeakSubtree => {
    const v = position.get(node.path) as number;
    const confused = pairs.get(v) ?? [];
    const children = childrenOf(trace.tree, v).map((child) => scoreChild(trace, child, confused, options));
    const imbalance = imbalanceOf(children);
    const known = { ...node, children, confused: confused.slice(0, PAIRS), imbalance };
    const [low, high] = binomialInterval(node.recoverable, trace.images);
    const needed = imagesNeeded(node.arrived - node.caused, node.arrived);
    return {
      ...known,
      ci95: [low * trace.images, high * trace.images],
      enough: node.arrived >= needed,
      needed,
      suggestions: suggest({ ...known, allTraining, trunk, fit: fits?.get(node.path) }),
    };
  });
  const ranked = nodes.sort((x, y) => y.recoverable - x.recoverable || y.recoverableBelow - x.recoverableBelow);
  return { images: trace.images, mistakes: trace.mistakes, nodes: ranked };
}

function scoreChild(
  { tree, charges }: MistakeTrace,
  child: number,
  confused: readonly ConfusedPair[],
  { taxonomy, trainingImages }: WeakSubtreeOptions,
): ChildScore {
  const path = tree.paths[child] as string;
  const right = charges.arrived[child] as number;
  const wrong = confused.reduce((sum, { a, b, aAsB, bAsA }) => sum + (a === path ? aAsB : b === path ? bAsA : 0), 0);
  const training = trainingImages
    ? taxonomy.classesBelow(path).reduce((sum, name) => sum + (trainingImages.get(name) ?? 0), 0)
    : null;
  return { path, arrived: right + wrong, right, training };
}

function imbalanceOf(children: readonly ChildScore[]): number | null {
  const counts = children.map(({ training, arrived }) => training ?? arrived);
  const least = smallest(counts);
  return least === 0 ? null : largest(counts) / least;
}
