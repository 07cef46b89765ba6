/** How the nodes of a tree were trained, as `findWeakSubtrees` takes it to suggest what to try. */
import type { NodeFit } from '../../evaluation/attribution/suggest.js';
import type { Classifier } from '../classifier.js';

/** CNN blocks and training of the nodes of a tree: see {@link nodeFits}. */
export interface NodeFits {
  /** `own` if each node has its own CNN block. CNN blocks that were trained with all nodes count as shared. */
  readonly trunk: 'shared' | 'own';
  /** By path, for nodes that were trained separately. */
  readonly fits: ReadonlyMap<string, NodeFit>;
}

/** How the nodes of a tree were trained, for the suggestions of `findWeakSubtrees`. Undefined for other classifiers, which have no nodes. */
export function nodeFits({ description }: Pick<Classifier, 'description'>): NodeFits | undefined {
  if (description.kind !== 'tree') return undefined;
  const { trunk, nodes } = description;
  const fits = nodes.flatMap(({ path, summary }): [string, NodeFit][] => {
    if (summary === null) return [];
    const { epoch, accuracy, validationAccuracy } = summary.best;
    return [[path, { epochs: summary.epochs, bestEpoch: epoch, accuracy, validationAccuracy }]];
  });
  return { trunk: trunk === 'own' ? trunk : 'shared', fits: new Map(fits) };
}
