/** Finds nodes by the names that people use for them. */
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import { printPath } from './names.js';
import type { Taxonomy, TaxonomyNode } from './taxonomy.js';

/**
 * Finds the node with a path, or with a name that only one node has.
 * @throws CladenetError `TAXONOMY` when there is no such node, or several
 */
export function findNode(taxonomy: Taxonomy, name: string): TaxonomyNode {
  const nodes = taxonomy.nodes();
  const exact = nodes.filter(({ path }) => path === name || printPath(path) === name);
  const [node, ...more] = exact.length > 0 ? exact : nodes.filter((one) => one.name === name);
  if (node !== undefined && more.length === 0) return node;
  const fail = (problem: Omit<Problem, 'where'>) =>
    new CladenetError('TAXONOMY', 'The taxonomy has no such node.', [{ where: `node ${name}`, ...problem }]);
  if (node === undefined) {
    const names = nodes.flatMap(({ path, name: own }) => [printPath(path), own]);
    const remedy = didYouMean(name, names);
    throw fail({ expected: 'a node of the tree, by its path', received: name, remedy });
  }
  const received = `a name of ${[node, ...more].map(({ path }) => path).join(' and ')}`;
  throw fail({ expected: 'the path of one node', received });
}
