/**
 * Class scores of a bin as HDF5, version 3: `BIN_class.h5`, as IFCB dashboards, iRfcb and ClassiPyR read it. The names and
 * types of the datasets are those of nodc-sweden/ifcb-pytorch-classify (`hdf5_output.py`).
 */
import type { Dataset, File as H5File } from 'h5wasm/node';
import { CladenetError, type Problem } from '../../errors.js';
import { createH5, readH5 } from '../h5.js';

/** What a classifier says of the images of a bin. */
export interface ClassScores {
  readonly classes: readonly string[];
  /** Of each image its number in the bin. */
  readonly roiNumbers: Int32Array;
  /** Images x classes, row-major. */
  readonly scores: Float64Array;
  readonly classifierName?: string | undefined;
  /** Of each image the name it gets: a class, another node, or `unclassified`. */
  readonly classNames?: readonly string[] | undefined;
  /** Of each image the class that was decided on, without thresholds. */
  readonly classNamesAuto?: readonly string[] | undefined;
  /** Of each class the score from which it is named; NaN where there is none. */
  readonly thresholds?: Float64Array | undefined;
}

/** The name of an image whose class is not sure enough. */
export const UNCLASSIFIED = 'unclassified';

/** Writes the file of one bin, which does not exist yet. */
export async function writeClassScores(file: string, content: ClassScores): Promise<void> {
  const { classes, roiNumbers, scores, thresholds } = content;
  const h5 = await createH5(file);
  try {
    h5.create_dataset({ name: 'output_scores', data: scores, shape: [roiNumbers.length, classes.length] });
    h5.create_dataset({ name: 'roi_numbers', data: roiNumbers });
    texts(h5, 'class_labels', classes);
    if (content.classifierName !== undefined) texts(h5, 'classifier_name', [content.classifierName]);
    if (content.classNamesAuto !== undefined) texts(h5, 'class_name_auto', content.classNamesAuto);
    if (content.classNames !== undefined) texts(h5, 'class_name', content.classNames);
    if (thresholds !== undefined) h5.create_dataset({ name: 'thresholds', data: thresholds });
    h5.create_attribute('version', 'v3');
  } finally {
    h5.close();
  }
}

function texts(h5: H5File, name: string, data: readonly string[]): void {
  h5.create_dataset({ name, data: [...data], shape: [data.length], dtype: 'S' });
}

/**
 * Reads class scores of version 3, of any program that writes them.
 *
 * @throws CladenetError DATASET for a file that is no such file, naming every dataset that is missing or of another shape
 */
export function readClassScores(file: string): Promise<ClassScores> {
  return readH5(file, (h5) => {
    const classes = textsIn(h5, 'class_labels') ?? [];
    const roiNumbers = Int32Array.from(numbersIn(h5, 'roi_numbers') ?? []);
    const scores = Float64Array.from(numbersIn(h5, 'output_scores') ?? []);
    const thresholds = numbersIn(h5, 'thresholds');
    const classNames = textsIn(h5, 'class_name');
    const classNamesAuto = textsIn(h5, 'class_name_auto');
    const images = roiNumbers.length;
    const problems: Problem[] = [];
    const check = (name: string, shape: readonly number[]) => {
      const found = datasetIn(h5, name)?.shape;
      if (found === undefined && isOptional(name)) return;
      if (found?.join(' x ') === shape.join(' x ')) return;
      const expected = `${shape.join(' x ')} values`;
      problems.push({ where: `${file}: ${name}`, expected, received: found?.join(' x ') ?? 'no such dataset' });
    };
    check('roi_numbers', [images]);
    check('class_labels', [classes.length]);
    check('output_scores', [images, classes.length]);
    check('class_name', [images]);
    check('class_name_auto', [images]);
    check('thresholds', [classes.length]);
    if (problems.length > 0) throw new CladenetError('DATASET', `${file} has no class scores of version 3.`, problems);
    return {
      ...{ classes, roiNumbers, scores },
      classifierName: textsIn(h5, 'classifier_name')?.[0],
      ...{ classNames, classNamesAuto },
      thresholds: thresholds && Float64Array.from(thresholds),
    };
  });
}

const isOptional = (name: string): boolean => ['class_name', 'class_name_auto', 'thresholds'].includes(name);

function datasetIn(h5: H5File, name: string): Dataset | undefined {
  return h5.keys().includes(name) ? (h5.get(name) as Dataset) : undefined;
}

function numbersIn(h5: H5File, name: string): ArrayLike<number> | undefined {
  const value = datasetIn(h5, name)?.value;
  return ArrayBuffer.isView(value) ? (value as Float64Array) : undefined;
}

/** Strings of fixed length are padded with NUL. */
function textsIn(h5: H5File, name: string): string[] | undefined {
  const value = datasetIn(h5, name)?.value;
  if (value === null || value === undefined) return undefined;
  return [value].flat().map((text) => String(text).replace(/\0+$/, ''));
}
