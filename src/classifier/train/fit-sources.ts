/** The sources of a new classifier: fitted on its training images, and the features of all its images. */
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import type { FeatureTable } from '../../features/feature-table.js';
import { applyPca, COMPONENTS, fitPca } from '../../features/pca.js';
import { FEATURE_SETS } from '../../features/sets/registry.js';
import { FEATURES_VERSION } from '../../features/version.js';
import type { Weights } from '../../network/weights.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import { requireUnseen } from '../data/seen-before.js';
import type { TrainingData } from '../data/training-data.js';
import type { FeatureSource } from '../feature-schema.js';
import { columnsOf, knownColumns } from '../features/columns.js';
import { measuredFeatures } from '../features/measured-source.js';
import { sideBySide } from '../features/source.js';
import { joinedNames, namesOfSources } from '../features/source-names.js';
import { tableSource } from '../features/table-source.js';
import { PCA_MODULE, TRUNK_MODULE, type WeightsByModule } from '../modules.js';
import { deepFeatures, requireTrunk } from '../predict/embed.js';
import type { FeatureOptions, TableChoice } from './feature-options.js';

/** Sources, and what they give for all images of the data. */
export interface FittedSources {
  readonly sources: readonly FeatureSource[];
  readonly weights: WeightsByModule;
  /** The tables among them, in their order. */
  readonly tables: readonly FeatureTable[];
  /** Of all columns. */
  readonly names: readonly string[];
  /** Images x columns, row-major. */
  readonly values: Float64Array;
}

interface Fitted {
  readonly source: FeatureSource;
  readonly values: Float64Array;
  readonly weights?: readonly (readonly [module: string, weights: Weights])[];
}

/**
 * @throws CladenetError USAGE for deep features without `from`, or of a classifier that has none; DATASET for a `from` that has
 *   seen validation or test images, and for images without a row in a table; ABORTED
 */
export async function fitSources(
  data: TrainingData,
  options: FeatureOptions,
  make: MakeProgram,
): Promise<FittedSources> {
  const fitted: Fitted[] = [];
  const { features = ['biologists'] } = options;
  for (const choice of features) fitted.push(await fit(choice));
  const sources = fitted.map(({ source }) => source);
  const names = namesOfSources(sources, data.truth.classes);
  const blocks = fitted.map(({ values }) => values);
  return {
    sources,
    weights: new Map(fitted.flatMap(({ weights = [] }) => weights)),
    tables: features.flatMap((choice) => (typeof choice === 'string' ? [] : [choice.table])),
    names: joinedNames(names),
    values: sideBySide(
      blocks,
      names.map(({ length }) => length),
      data.images.count,
    ),
  };

  function fit(choice: (typeof features)[number]): Promise<Fitted> {
    if (choice === 'biologists') return measure(data, options);
    return choice === 'deep' ? fitDeep(data, options, make) : fitTable(data, choice);
  }
}

async function measure(data: TrainingData, options: FeatureOptions): Promise<Fitted> {
  const {
    measuring: { set = 'zooprocess', segmentation = {}, names: wanted } = {},
    signal,
    onProgress,
    onNotes,
  } = options;
  const { segmentation: usual, features } = FEATURE_SETS[set];
  const known = features.map(({ name }) => name);
  requireKnown(set, known, wanted);
  const source = {
    kind: 'biologists',
    set,
    version: FEATURES_VERSION,
    segmentation: { ...usual, ...segmentation },
    names: known.filter((name) => wanted?.includes(name) ?? true),
  } as const;
  const { values, notes } = await measuredFeatures(source, data.images, {
    signal,
    onProgress: ({ done, total }) => onProgress?.('measuring', done, total),
  });
  if (notes.size > 0) onNotes?.(notes);
  return learnable(data, source, values);
}

/** @throws CladenetError USAGE for features that the set does not have */
function requireKnown(set: string, known: readonly string[], wanted: readonly string[] = []): void {
  const problems = wanted
    .filter((name) => !known.includes(name))
    .map((received): Problem => {
      const remedy = didYouMean(received, known);
      return { where: 'measuring.names', expected: `a feature of the set ${set}`, received, remedy };
    });
  if (problems.length > 0) throw new CladenetError('USAGE', 'These features are not measured', problems);
}

/**
 * Without the columns that are not known of any training image.
 *
 * @throws CladenetError DATASET where no column is left
 */
function learnable<S extends Extract<FeatureSource, { names: readonly string[] }>>(
  { split }: TrainingData,
  source: S,
  values: Float64Array,
): Fitted {
  const { names } = source;
  const columns = knownColumns(values, names.length, split.train);
  if (columns.length === 0) {
    const problem = {
      where: 'features',
      expected: 'numbers for the training images',
      received: 'none for any of them',
    };
    throw new CladenetError('DATASET', 'There is nothing to decide on', [problem]);
  }
  const kept = { ...source, names: columns.map((column) => names[column] ?? '') };
  return { source: kept, values: columnsOf(values, names.length, columns) };
}

async function fitDeep(
  data: TrainingData,
  { from, pca = COMPONENTS, signal, onProgress }: FeatureOptions,
  make: MakeProgram,
): Promise<Fitted> {
  if (from === undefined) {
    const remedy = 'Train a flat classifier first, and give it as `from`.';
    const problem = { where: 'from', expected: 'a classifier with a CNN block', received: 'nothing', remedy };
    throw new CladenetError('USAGE', 'Deep features need a classifier to take them from', [problem]);
  }
  const trunk = requireTrunk(from);
  requireUnseen(data, from);
  const features = await deepFeatures(trunk, data.images, make, {
    signal,
    onProgress: ({ done, total }) => onProgress?.('deep features', done, total),
  });
  const source = { kind: 'deep', trunk: trunk.spec } as const;
  const ofTrunk = [TRUNK_MODULE, trunk.weights] as const;
  if (pca === null) {
    return { source: { ...source, pca: null }, values: Float64Array.from(features), weights: [ofTrunk] };
  }
  const width = features.length / data.images.count;
  const fitted = fitPca(rowsOf(features, width, data.split.train), width, pca);
  const { mean, axes } = fitted;
  const components = axes.length / width;
  const explained = Math.min(
    1,
    fitted.explained.reduce((sum, share) => sum + share, 0),
  );
  const ofPca = { mean: { shape: [width], data: mean }, axes: { shape: [components, width], data: axes } };
  return {
    source: { ...source, pca: { components, explained } },
    values: applyPca(fitted, features),
    weights: [ofTrunk, [PCA_MODULE, ofPca]],
  };
}

async function fitTable(data: TrainingData, { table, file, tableColumn }: TableChoice): Promise<Fitted> {
  const named = tableColumn === undefined ? {} : { tableColumn };
  const source = { kind: 'table', file: file ?? null, ...named, names: table.names } as const;
  return learnable(data, source, await tableSource(source, table).values(data.images, {}));
}

/** The rows with these numbers, of a matrix. */
export function rowsOf<A extends Float32Array | Float64Array>(values: A, width: number, rows: ArrayLike<number>): A {
  const chosen = new (values.constructor as new (length: number) => A)(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0;
    chosen.set(values.subarray(row * width, (row + 1) * width), i * width);
  }
  return chosen;
}
