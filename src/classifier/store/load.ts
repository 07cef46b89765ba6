/** Loads a classifier from its folder. */
import { CladenetError } from '../../errors.js';
import type { Parameter } from '../../network/layers.js';
import { createHead, createTrunk } from '../../network/network.js';
import { createTreeHead } from '../../network/tree-head.js';
import type { Weights } from '../../network/weights.js';
import type { Device } from '../../setup/locate.js';
import { printPath } from '../../taxonomy/names.js';
import { Taxonomy } from '../../taxonomy/taxonomy.js';
import { type MakeProgram, programsOn } from '../../tensorflow/device.js';
import { sizeOf } from '../../tensorflow/nd-array.js';
import { deciderOf, usualDecider } from '../deciders.js';
import { FlatClassifier } from '../flat.js';
import { FLAT_HEAD_MODULE, FLAT_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE, type WeightsByModule } from '../modules.js';
import { isGlobal, type TreeDescription } from '../schema.js';
import { TreeClassifier } from '../tree.js';
import { treeShape } from '../tree-shape.js';
import { type Module, readClassifier } from './store.js';

/** Where a loaded classifier computes. */
export interface LoadClassifierOptions {
  /** Where to compute: see `RuntimeOptions.device`. Default: a GPU where the CUDA build is set up, else the CPU. */
  readonly device?: Device | undefined;
  /** @internal How programs are made; by default compiled. */
  readonly make?: MakeProgram | undefined;
}

/**
 * Loads a flat or tree classifier. It predicts bit for bit as the one that was saved; nothing in the folder is executed.
 *
 * @throws CladenetError MODEL for a folder that is damaged, truncated, foreign or of another format version
 * @example
 * ```ts
 * import { loadClassifier, openImages } from 'cladenet';
 *
 * const tree = await loadClassifier('runs/tree');
 * const images = await openImages('images', tree.description.preprocessing);
 * const { probabilities, decisions } = await tree.classify(images);
 * [tree.classes.length, probabilities.length, decisions.length]; // => [ 10, 800, 80 ]
 * ```
 */
export async function loadClassifier(
  folder: string,
  options: LoadClassifierOptions = {},
): Promise<FlatClassifier | TreeClassifier> {
  const { description: stored, modules, history, seen } = await readClassifier(folder);
  const { modules: _, sha256: __, ...description } = stored;
  const make = options.make ?? programsOn({ device: options.device });
  const trunk = createTrunk(description.network.trunk);
  const { classes } = description;
  const head = (outputs: number, spec = description.network.head) =>
    createHead(spec, trunk.features, outputs).parameters;
  const checked = (wanted: readonly [name: string, parameters: readonly Parameter[]][]): WeightsByModule =>
    new Map(
      wanted.map(([name, parameters]) => {
        const found = modules.find((module) => module.name === name);
        return [name, requireModule(folder, found, name, parameters)];
      }),
    );
  if (description.kind === 'flat') {
    const weights = checked([[FLAT_MODULE, [...trunk.parameters, ...head(classes.length)]]]).get(FLAT_MODULE) ?? {};
    return new FlatClassifier(make, description, weights, history, seen);
  }
  const taxonomy = Taxonomy.fromLineages(description.lineages, { singleChild: 'keep' });
  const { network, flatHead } = description;
  requireDeciders(folder, description);
  const wanted: [name: string, parameters: readonly Parameter[]][] = [];
  if (description.trunk !== 'own') wanted.push([TRUNK_MODULE, trunk.parameters]);
  if (isGlobal(description)) {
    const shape = treeShape(taxonomy, classes);
    wanted.push([
      TREE_HEAD_MODULE,
      createTreeHead(network.head, trunk.features, shape, description.headKind).parameters,
    ]);
  }
  for (const node of description.nodes) {
    const decider = deciderOf(description, node);
    const ofHead = head(node.children.length);
    if (decider === 'head') wanted.push([node.path, ofHead]);
    if (decider === 'network') wanted.push([node.path, [...trunk.parameters, ...ofHead]]);
  }
  if (flatHead !== null) wanted.push([FLAT_HEAD_MODULE, head(classes.length, flatHead)]);
  const weights = checked(wanted);
  return new TreeClassifier(make, description, taxonomy, weights, history, seen);
}

/** A node can only be decided by what its tree has. */
function requireDeciders(folder: string, description: TreeDescription): void {
  const { trunk, flatHead, nodes } = description;
  const has = { head: trunk !== 'own', network: true, tree: isGlobal(description), flat: flatHead !== null };
  const problems = nodes.flatMap(({ path, decidedBy = usualDecider(description) }) => {
    if (has[decidedBy]) return [];
    return [{ where: printPath(path), expected: 'a decider that the tree has', received: decidedBy }];
  });
  if (problems.length > 0) throw new CladenetError('MODEL', `The tree in ${folder} cannot decide`, problems);
}

/** Hashes prove that the bytes are those that were saved; this checks that they fit the network. */
function requireModule(
  folder: string,
  module: Module | undefined,
  name: string,
  parameters: readonly Parameter[],
): Weights {
  const problems = parameters.flatMap((parameter) => {
    const found = module?.weights[parameter.name];
    if (found !== undefined && sizeOf(found.shape) === sizeOf(parameter.shape)) return [];
    const received = found === undefined ? 'nothing' : `[${found.shape.join(', ')}]`;
    return [{ where: `${name}: ${parameter.name}`, expected: `[${parameter.shape.join(', ')}]`, received }];
  });
  if (module === undefined || problems.length > 0) {
    throw new CladenetError('MODEL', `The weights in ${folder} do not fit its network`, problems);
  }
  return module.weights;
}
