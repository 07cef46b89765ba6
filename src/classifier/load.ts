/** Loads a classifier from its folder. */
import { CladenetError } from '../errors.js';
import type { Parameter } from '../network/layers.js';
import { createHead, createTrunk } from '../network/network.js';
import type { Weights } from '../network/weights.js';
import type { Device } from '../setup/locate.js';
import { Taxonomy } from '../taxonomy/taxonomy.js';
import { type MakeProgram, programsOn } from '../tensorflow/device.js';
import { sizeOf } from '../tensorflow/nd-array.js';
import { FlatClassifier } from './flat.js';
import { type Part, readClassifier } from './store.js';
import { TRUNK_PART, TreeClassifier } from './tree.js';

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
 */
export async function loadClassifier(
  folder: string,
  options: LoadClassifierOptions = {},
): Promise<FlatClassifier | TreeClassifier> {
  const { description: stored, parts, history, seen } = await readClassifier(folder);
  const { parts: _, sha256: __, ...description } = stored;
  const make = options.make ?? programsOn({ device: options.device });
  const trunk = createTrunk(description.network.trunk);
  const find = (name: string) => parts.find((part) => part.name === name);
  const head = (outputs: number) => createHead(description.network.head, trunk.features, outputs).parameters;
  if (description.kind === 'flat') {
    const weights = requirePart(folder, find('flat'), 'flat', [
      ...trunk.parameters,
      ...head(description.classes.length),
    ]);
    return new FlatClassifier(make, description, weights, history, seen);
  }
  const shared = description.trunk === 'shared';
  const nodes = new Map(
    description.nodes.map(({ path, children }) => {
      const parameters = [...(shared ? [] : trunk.parameters), ...head(children.length)];
      return [path, requirePart(folder, find(path), path, parameters)];
    }),
  );
  const trunkWeights = shared ? requirePart(folder, find(TRUNK_PART), TRUNK_PART, trunk.parameters) : undefined;
  const taxonomy = Taxonomy.fromLineages(description.lineages, { singleChild: 'keep' });
  return new TreeClassifier(make, description, taxonomy, { trunk: trunkWeights, nodes }, history, seen);
}

/** The hashes say that the bytes are those that were saved; this says that they are the network's. */
function requirePart(folder: string, part: Part | undefined, name: string, parameters: readonly Parameter[]): Weights {
  const problems = parameters.flatMap((parameter) => {
    const found = part?.weights[parameter.name];
    if (found !== undefined && sizeOf(found.shape) === sizeOf(parameter.shape)) return [];
    const received = found === undefined ? 'nothing' : `[${found.shape.join(', ')}]`;
    return [{ where: `${name}: ${parameter.name}`, expected: `[${parameter.shape.join(', ')}]`, received }];
  });
  if (part === undefined || problems.length > 0) {
    throw new CladenetError('MODEL', `The weights in ${folder} do not fit its network`, problems);
  }
  return part.weights;
}
