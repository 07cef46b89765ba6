/** The nodes of a taxonomy that have something to decide. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { NodeDescription } from './schema.js';

/** A node that has something to decide: two children or more. */
export type DecidingNode = Pick<NodeDescription, 'path' | 'children'>;

/** In pre-order. */
export function decidingNodes(taxonomy: Taxonomy): DecidingNode[] {
  return taxonomy
    .internalNodes()
    .filter(({ children }) => children.length > 1)
    .map(({ path, children }) => ({ path, children: [...children] }));
}
