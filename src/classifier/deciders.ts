/** What decides in each node of a tree: the same in all nodes after training. Tuning can change it for a node. */
import { type Decider, isGlobal, type NodeDescription, type TreeDescription } from './schema.js';

type Form = Pick<TreeDescription, 'trunk' | 'headKind'>;

/** The default decider, for nodes whose description does not name one. */
export function usualDecider(tree: Form): Decider {
  if (isGlobal(tree)) return 'tree';
  return tree.trunk === 'own' ? 'network' : 'head';
}

export const deciderOf = (tree: Form, node: Pick<NodeDescription, 'decidedBy'>): Decider =>
  node.decidedBy ?? usualDecider(tree);

export function nodesDecidedBy(decider: Decider, tree: Form & Pick<TreeDescription, 'nodes'>): NodeDescription[] {
  return tree.nodes.filter((node) => deciderOf(tree, node) === decider);
}
