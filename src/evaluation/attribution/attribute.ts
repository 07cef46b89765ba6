/** Attribution of mistakes: each is charged to one node of a tree, with what fixing that node would gain. */
import { indexTree, type TreeIndex } from '../../decision/tree-index.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { type Predictions, predictionProblems, refuse } from '../predictions.js';
import { type Charges, chargeMistakes } from './charge.js';
import { recoveries } from './oracle.js';
import { type Routing, route } from './routing.js';

/** Options of {@link attributeMistakes}. */
export interface AttributionOptions {
  /** Its classes are those of the predictions, in any order. It may be any tree, not only the classifier's own. */
  readonly taxonomy: Taxonomy;
  /**
   * How classes are decided on, and decided on again with a perfect node; `decisions` of the predictions are not used.
   * Default `product`, the most probable class.
   */
  readonly routing?: Routing | undefined;
}

/** The contribution of an internal node to the mistakes. All fields but `accuracy` are counts of images. */
export interface NodeAttribution {
  readonly path: string;
  /** Images whose true class is below the node: `arrived + inherited`. */
  readonly images: number;
  /** Those of them whose decided path leads through the node. */
  readonly arrived: number;
  /** The share of the arrived images that go on to the right child; null where none arrived. */
  readonly accuracy: number | null;
  /** Mistakes made here: images that arrived, but go on to a wrong child. Their sum over all nodes is all mistakes. */
  readonly caused: number;
  /** Images that did not arrive: mistakes of the nodes above. */
  readonly inherited: number;
  /**
   * Mistakes that would become hits if this node alone were perfect and the image were decided again. With `greedy` at
   * most `caused`, since an image sent the right way may still go wrong further down. With `product` it may be more, since
   * a perfect node also recovers images that other nodes got wrong.
   */
  readonly recoverable: number;
  /** The same if this node and all nodes below it were perfect; at the root all mistakes. */
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
 * Charges every mistake to the node where the decided path leaves the true one, the lowest common ancestor of truth and
 * decision, and counts for every node the mistakes that an oracle in its place would recover. `recoverable / images` is the
 * accuracy that a perfect node would add. The gains of several nodes do not add up, because they share images.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function attributeMistakes(predictions: Predictions, options: AttributionOptions): Attribution {
  const { images, mistakes, nodes } = traceMistakes(predictions, options);
  return { images, mistakes, nodes };
}

/** An attribution with the values that it was counted from. */
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
