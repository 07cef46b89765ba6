/** Which nodes of a tree are worth mending: ranked by what a perfect node would win back, with what is known of each. */
import { childrenOf } from '../../decision/conditionals.js';
import type { Predictions } from '../predictions.js';
import { type AttributionOptions, type MistakeTrace, type NodeAttribution, traceMistakes } from './attribute.js';
import { binomialInterval } from './binomial-interval.js';
import { type ChildScore, type ConfusedPair, confusedPairs } from './children.js';
import { imagesNeeded } from './images-needed.js';
import { type NodeFit, type Suggestion, suggest } from './suggest.js';

/** Options of {@link findWeakSubtrees}. */
export interface WeakSubtreeOptions extends AttributionOptions {
  /** Images of each class that the classifier was trained on. Without it `training` is null and rules about it are mute. */
  readonly trainingImages?: ReadonlyMap<string, number> | undefined;
  /** How the training of each node's classifier went, by path. */
  readonly fits?: ReadonlyMap<string, NodeFit> | undefined;
  /** Whether the nodes decide on a shared CNN block or each on its own; undefined where there are no node classifiers. */
  readonly trunk?: 'shared' | 'own' | undefined;
}

/** A node's part in the mistakes, and what is known about why. */
export interface WeakSubtree extends NodeAttribution {
  /** 95 % interval of `recoverable`: what to expect of as many other images from the same source. Exact binomial. */
  readonly ci95: readonly [low: number, high: number];
  /** Whether enough images arrived to judge the node: its accuracy is known to 10 points up and down. */
  readonly enough: boolean;
  /** How many have to arrive for that. */
  readonly needed: number;
  readonly children: readonly ChildScore[];
  /**
   * Images of the largest child for each of the smallest, of those trained on, or where these are not known of the
   * judged ones that arrived; null where a child has none.
   */
  readonly imbalance: number | null;
  /** The pairs of children that are taken for each other most often, at most 5. */
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
 * Ranks all internal nodes of a tree by `recoverable`: the mistakes that would be hits if that node alone never erred.
 * This is what mending one node can bring at most, so it says where to begin; `recoverableBelow` would not, since it only
 * grows towards the root, where it is all mistakes. It decides between equals, then the order of the tree does.
 *
 * Rank on validation images: the test images are for the final word on what was mended. The first of many ranks is partly
 * luck, so expect less of it than its count; `ci95` is that of each node alone.
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
  const smallest = Math.min(...counts);
  return smallest === 0 ? null : Math.max(...counts) / smallest;
}
