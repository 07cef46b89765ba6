/** Loads a classifier from its folder. */
import type { FeatureTable } from '../../features/feature-table.js';
import type { Device } from '../../setup/locate.js';
import { type MakeProgram, programsOn } from '../../tensorflow/device.js';
import { FeatureClassifier } from '../feature-classifier.js';
import type { FeatureSource } from '../feature-schema.js';
import { FlatClassifier } from '../flat.js';
import { FLAT_MODULE, FOREST, type WeightsByModule } from '../modules.js';
import { TreeClassifier } from '../tree.js';
import { storedTaxonomy } from './check-description.js';
import { loadMembers } from './load-members.js';
import { readClassifier } from './store.js';

/** Where a loaded classifier computes. */
export interface LoadClassifierOptions {
  /** Where to compute: see `RuntimeOptions.device`. Default: a GPU where the CUDA build is set up, else the CPU. */
  readonly device?: Device | undefined;
  /**
   * For a classifier on the features of a table: the rows of the images that it will classify. Default: those of the file that
   * it was trained with.
   */
  readonly table?: FeatureTable | undefined;
  /** @internal How programs are made; by default compiled. */
  readonly make?: MakeProgram | undefined;
}

/**
 * Loads a classifier of any kind. It predicts bit for bit as the one that was saved; nothing in the folder is executed.
 *
 * @throws CladenetError MODEL for a folder that is damaged, truncated, foreign or of another format version, and for a
 *   description or weights that make no sense
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
): Promise<FlatClassifier | TreeClassifier | FeatureClassifier> {
  const { description: stored, modules, forests, history, seen } = await readClassifier(folder);
  const { modules: _, sha256: __, ...description } = stored;
  const make = options.make ?? programsOn({ device: options.device });
  const weights: WeightsByModule = new Map(modules.map((module) => [module.name, module.weights]));
  if (description.kind === 'flat') {
    return new FlatClassifier(make, description, weights.get(FLAT_MODULE) ?? {}, history, seen);
  }
  const { table } = options;
  const tablesFor = (sources: readonly FeatureSource[] = []) =>
    table && sources.flatMap(({ kind }) => (kind === 'table' ? [table] : []));
  if (description.kind === 'tree') {
    const { forests: ___, ...own } = description;
    const parts = { weights, forests, tables: tablesFor(own.sources) };
    return new TreeClassifier(make, own, storedTaxonomy(description), parts, history, seen);
  }
  const { members: ___, forests: ____, ...own } = description;
  const members = await loadMembers(folder, description, (path) => loadClassifier(path, { ...options, make }));
  const tables = tablesFor(own.sources);
  return new FeatureClassifier(make, own, { weights, forest: forests.get(FOREST), members, tables }, history, seen);
}
