/** Where the errors of a tree come from: each mistake at one node, and what mending that node would bring. */
import { indexTree, type TreeIndex } from '../../decision/tree-index.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { type Predictions, predictionProblems, refuse } from '../predictions.js';
import { type Charges, chargeMistakes } from './charge.js';
import { recoveries } from './oracle.js';
import { type Routing, route } from './routing.js';

/** Options of {@link attributeMistakes}. */
export interface AttributionOptions {
  /** Its classes are those of the predictions, in any order; any tree, also one that the classifier was not made from. */
  readonly taxonomy: Taxonomy;
  /** How the probabilities become a decision; `product`, the most probable leaf, by default. */
  readonly routing?: Routing | undefined;
}

/** An internal node's part in the mistakes. All but `accuracy` are counts of images. */
export interface NodeAttribution {
  readonly path: string;
  /** Images whose true class is below the node: `arrived + inherited`. */
  readonly images: number;
  /** Those whose decided path leads through the node. */
  readonly arrived: number;
  /** The share of the arrived that go on to the right child; null where none arrived. */
  readonly accuracy: number | null;
  /** Mistakes made here: arrived, but decided into another child than the true one. Over all nodes the mistakes. */
  readonly caused: number;
  /** Images that never arrived: mistakes of the nodes above. */
  readonly inherited: number;
  /**
   * Mistakes that would be hits if this node alone were perfect and the image decided again. With `greedy` at most
   * `caused` (what is sent right may still go wrong further down). With `product` a perfect node also wins back images
   * from elsewhere, so that it may be more.
   */
  readonly recoverable: number;
  /** The same if the whole sub-tree, this node and all below it, were perfect; at the root all mistakes. */
  readonly recoverableBelow: number;
}

/** The mistakes of a classifier, charged to the nodes of a tree. */
export interface Attribution {
  readonly images: number;
  readonly mistakes: number;
  /** Every internal node, in pre-order. */
  readonly nodes: readonly NodeAttribution[];
}

/**
 * Charges every mistake to the node where the decided path leaves the true one (the lowest common ancestor of truth and
 * decision), and counts for every node what an oracle in its place would win back. Divided by `images`, `recoverable` is
 * the accuracy that a perfect node would add. Gains of several nodes do not add up: they share images.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function attributeMistakes(predictions: Predictions, options: AttributionOptions): Attribution {
  const { images, mistakes, nodes } = traceMistakes(predictions, options);
  return { images, mistakes, nodes };
}

/** An attribution with what it was counted from. */
export interface MistakeTrace extends Attribution {
  readonly tree: TreeIndex;
  readonly charges: Charges;
  readonly decisions: Int32Array;
}

/** @throws CladenetError `EVALUATION` as {@link attributeMistakes} */
export function traceMistakes(
  predictions: Predictions,
  { taxonomy, routing = 'product' }: AttributionOptions,
): MistakeTrace {
  refuse(predictionProblems(predictions, { taxonomy }));
  const tree = indexTree(taxonomy, predictions.classes);
  const decisions = route(predictions, taxonomy, routing);
  const charges = chargeMistakes(tree, predictions.labels, decisions);
  const { byNode, bySubtree } = recoveries(tree, predictions, charges.parting, routing);
  const nodes = tree.paths.flatMap((path, v): NodeAttribution[] => {
    if ((tree.column[v] as number) >= 0) return [];
    const images = charges.below[v] as number;
    const arrived = charges.arrived[v] as number;
    const caused = charges.caused[v] as number;
    return [
      {
        path,
        images,
        arrived,
        accuracy: arrived === 0 ? null : (arrived - caused) / arrived,
        caused,
        inherited: images - arrived,
        recoverable: byNode[v] as number,
        recoverableBelow: bySubtree[v] as number,
      },
    ];
  });
  const mistakes = nodes.reduce((sum, { caused }) => sum + caused, 0);
  return { images: predictions.labels.length, mistakes, nodes, tree, charges, decisions };
}
