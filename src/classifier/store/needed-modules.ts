/** Which modules a classifier consists of, and the parameters of each, as its description says. */
import type { Parameter } from '../../network/layer.js';
import { createHead, createTrunk } from '../../network/network.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { deciderOf } from '../deciders.js';
import { namesOfSources } from '../features/source-names.js';
import { FLAT_HEAD_MODULE, FLAT_MODULE, PCA_MODULE, SCALE_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE } from '../modules.js';
import { createGlobalHead } from '../new-children.js';
import { type Description, type FeatureDescription, isGlobal } from '../schema.js';

/** The parameters of each module, by its name. */
export type NeededModules = ReadonlyMap<string, Needed>;
type Needed = readonly Pick<Parameter, 'name' | 'shape'>[];

/**
 * @param taxonomy of a tree
 * @throws CladenetError CONFIG for a network that cannot be built
 */
export function neededModules(description: Description, taxonomy: Taxonomy | undefined): NeededModules {
  if (description.kind === 'features') return modulesOnFeatures(description);
  const { network, classes } = description;
  const trunk = createTrunk(network.trunk);
  const head = (outputs: number, spec = network.head) => createHead(spec, trunk.features, outputs).parameters;
  if (description.kind === 'flat' || taxonomy === undefined) {
    return new Map([[FLAT_MODULE, [...trunk.parameters, ...head(classes.length)]]]);
  }
  const { flatHead } = description;
  const needed = new Map<string, Needed>();
  if (description.trunk !== 'own') needed.set(TRUNK_MODULE, trunk.parameters);
  if (isGlobal(description)) {
    needed.set(TREE_HEAD_MODULE, createGlobalHead(network.head, trunk.features, taxonomy, description).parameters);
  }
  for (const node of description.nodes) {
    const decider = deciderOf(description, node);
    const ofHead = head(node.children.length);
    if (decider === 'head') needed.set(node.path, ofHead);
    if (decider === 'network') needed.set(node.path, [...trunk.parameters, ...ofHead]);
  }
  if (flatHead !== null) needed.set(FLAT_HEAD_MODULE, head(classes.length, flatHead));
  for (const [name, arrays] of modulesOfSources(description.sources ?? [])) needed.set(name, arrays);
  return needed;
}

function modulesOnFeatures({ sources, decider, classes }: FeatureDescription): NeededModules {
  const needed = modulesOfSources(sources);
  if (decider.kind === 'head') {
    const columns = namesOfSources(sources, classes).flat().length;
    needed.set(TREE_HEAD_MODULE, createHead(decider.head, columns, classes.length).parameters);
    needed.set(SCALE_MODULE, arrays({ median: [columns], mean: [columns], deviation: [columns] }));
  }
  return needed;
}

function modulesOfSources(sources: FeatureDescription['sources']): Map<string, Needed> {
  const needed = new Map<string, Needed>();
  for (const source of sources) {
    if (source.kind !== 'deep') continue;
    const { parameters, features } = createTrunk(source.trunk);
    needed.set(TRUNK_MODULE, parameters);
    if (source.pca === null) continue;
    needed.set(PCA_MODULE, arrays({ mean: [features], axes: [source.pca.components, features] }));
  }
  return needed;
}

const arrays = (shapes: Readonly<Record<string, readonly number[]>>): Needed =>
  Object.entries(shapes).map(([name, shape]) => ({ name, shape }));
