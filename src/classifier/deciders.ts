/** Who decides in the nodes of a tree. All do it alike when a tree is trained; mending one can give a node another decider. */
import { type Decider, isGlobal, type NodeDescription, type TreeDescription } from './schema.js';

type Form = Pick<TreeDescription, 'trunk' | 'headKind'>;

/** Who decides in the nodes of which nothing else is said. */
export function usualDecider(tree: Form): Decider {
  if (isGlobal(tree)) return 'tree';
  return tree.trunk === 'own' ? 'network' : 'head';
}

export const deciderOf = (tree: Form, node: Pick<NodeDescription, 'decidedBy'>): Decider =>
  node.decidedBy ?? usualDecider(tree);

export function nodesDecidedBy(decider: Decider, tree: Form & Pick<TreeDescription, 'nodes'>): NodeDescription[] {
  return tree.nodes.filter((node) => deciderOf(tree, node) === decider);
}
