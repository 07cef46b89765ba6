/** What decides in each node of a tree. After training it is the same in all nodes; tuning can change it for a node. */
import { type Decider, isGlobal, type NodeDescription, type TreeDescription } from './schema.js';

type Form = Pick<TreeDescription, 'trunk' | 'headKind'>;

/** What decides in nodes whose description does not name a decider. */
export function usualDecider(tree: Form): Decider {
  if (isGlobal(tree)) return 'tree';
  return tree.trunk === 'own' ? 'network' : 'head';
}

export const deciderOf = (tree: Form, node: Pick<NodeDescription, 'decidedBy'>): Decider =>
  node.decidedBy ?? usualDecider(tree);

export function nodesDecidedBy(decider: Decider, tree: Form & Pick<TreeDescription, 'nodes'>): NodeDescription[] {
  return tree.nodes.filter((node) => deciderOf(tree, node) === decider);
}
