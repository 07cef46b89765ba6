/** The tables that features are selected on, from images. */
import { CladenetError } from '../../errors.js';
import type { SelectionData } from '../../selecting/selection-data.js';
import { programsOn } from '../../tensorflow/device.js';
import { requireTrainable, type TrainingData } from '../data/training-data.js';
import { columnsOf } from '../features/columns.js';
import { namesOfSources } from '../features/source-names.js';
import type { FeatureOptions } from './feature-options.js';
import { fitSources } from './fit-sources.js';

/**
 * What `selectFeatures` takes, for images: as the base the deep features of `from`, reduced to principal components; as
 * candidates what is measured on the organisms, or tables made elsewhere. Without `from` there is no base. Images labelled at
 * inner nodes of a taxonomy are left out.
 *
 * @param options as for `trainForest`; `features` are the candidates. Default: `biologists`
 * @throws CladenetError USAGE for `deep` among the candidates, or a `from` without a CNN block; DATASET for a `from` that has
 *   seen validation or test images, and for images without a row in a table; ABORTED
 */
export async function selectionDataOf(data: TrainingData, options: FeatureOptions): Promise<SelectionData> {
  const { from, features: candidates = ['biologists'] } = options;
  if (candidates.includes('deep')) {
    const expected = 'biologists or tables: the deep features are what they may add to';
    throw new CladenetError('USAGE', 'These are no candidates', [
      { where: 'features', expected, received: 'deep', remedy: 'Give the classifier as `from`.' },
    ]);
  }
  requireTrainable(data);
  const features = from === undefined ? candidates : (['deep', ...candidates] as const);
  const make = options.make ?? programsOn({ device: options.device });
  const { sources, names, values } = await fitSources(data, { ...options, features }, make);
  const { classes, labels } = data.truth;
  const deep = from === undefined ? 0 : (namesOfSources(sources, classes)[0]?.length ?? 0);
  const part = (start: number, end: number) => {
    const columns = Array.from({ length: end - start }, (_, k) => start + k);
    const rows = data.images.paths;
    return { names: names.slice(start, end), rows, values: columnsOf(values, names.length, columns) };
  };
  const known = (rows: Int32Array) =>
    rows.filter((image) => (labels[image] ?? -1) >= 0 && (labels[image] ?? -1) < classes.length);
  const { train, validation, test } = data.split;
  return {
    ...(from !== undefined && { base: part(0, deep) }),
    candidates: part(deep, names.length),
    labels,
    classes,
    split: { train: known(train), validation: known(validation), test: known(test) },
  };
}
