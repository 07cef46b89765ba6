/** Which modules a classifier consists of, and the parameters of each, as its description says. */
import type { Parameter } from '../../network/layers.js';
import { createHead, createTrunk } from '../../network/network.js';
import { createTreeHead } from '../../network/tree-head.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { deciderOf } from '../deciders.js';
import { FLAT_HEAD_MODULE, FLAT_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE } from '../modules.js';
import { type Description, isGlobal } from '../schema.js';
import { treeShape } from '../tree-shape.js';

/** The parameters of each module, by its name. */
export type NeededModules = ReadonlyMap<string, readonly Parameter[]>;

/**
 * @param taxonomy of a tree
 * @throws CladenetError CONFIG for a network that cannot be built
 */
export function neededModules(description: Description, taxonomy: Taxonomy | undefined): NeededModules {
  const { network, classes } = description;
  const trunk = createTrunk(network.trunk);
  const head = (outputs: number, spec = network.head) => createHead(spec, trunk.features, outputs).parameters;
  if (description.kind === 'flat' || taxonomy === undefined) {
    return new Map([[FLAT_MODULE, [...trunk.parameters, ...head(classes.length)]]]);
  }
  const { flatHead, headKind } = description;
  const needed = new Map<string, readonly Parameter[]>();
  if (description.trunk !== 'own') needed.set(TRUNK_MODULE, trunk.parameters);
  if (isGlobal(description)) {
    const shape = treeShape(taxonomy, classes);
    needed.set(TREE_HEAD_MODULE, createTreeHead(network.head, trunk.features, shape, headKind).parameters);
  }
  for (const node of description.nodes) {
    const decider = deciderOf(description, node);
    const ofHead = head(node.children.length);
    if (decider === 'head') needed.set(node.path, ofHead);
    if (decider === 'network') needed.set(node.path, [...trunk.parameters, ...ofHead]);
  }
  if (flatHead !== null) needed.set(FLAT_HEAD_MODULE, head(classes.length, flatHead));
  return needed;
}
