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
    requireShapes(file, h5);
    const thresholds = numbersIn(h5, 'thresholds');
    return {
      classes: textsIn(h5, 'class_labels') ?? [],
      roiNumbers: Int32Array.from(numbersIn(h5, 'roi_numbers') ?? []),
      scores: Float64Array.from(numbersIn(h5, 'output_scores') ?? []),
      classifierName: textsIn(h5, 'classifier_name')?.[0],
      classNames: textsIn(h5, 'class_name'),
      classNamesAuto: textsIn(h5, 'class_name_auto'),
      thresholds: thresholds && Float64Array.from(thresholds),
    };
  });
}

/** The most scores of a file: 8 GB of them would be no bin's. */
const MOST = 2 ** 27;

/** Checks all shapes before anything is read, since a damaged file may have any. */
function requireShapes(file: string, h5: H5File): void {
  const [images = 0] = shapeOf(h5, 'roi_numbers') ?? [];
  const [classes = 0] = shapeOf(h5, 'class_labels') ?? [];
  const problems: Problem[] = [];
  const check = (name: string, shape: readonly number[], isOptional = false) => {
    const found = shapeOf(h5, name);
    if ((found === undefined && isOptional) || found?.join(' x ') === shape.join(' x ')) return;
    const received = found === undefined ? 'no such dataset' : found.join(' x ') || 'one value';
    problems.push({ where: `${file}: ${name}`, expected: `${shape.join(' x ')} values`, received });
  };
  check('roi_numbers', [images]);
  check('class_labels', [classes]);
  check('output_scores', [images, classes]);
  check('classifier_name', [1], true);
  for (const name of ['class_name', 'class_name_auto']) check(name, [images], true);
  check('thresholds', [classes], true);
  if (images * classes > MOST) {
    const received = `${images} x ${classes}`;
    problems.push({ where: `${file}: output_scores`, expected: `at most ${MOST} scores`, received });
  }
  if (problems.length > 0) throw new CladenetError('DATASET', `${file} has no class scores of version 3.`, problems);
}

const shapeOf = (h5: H5File, name: string): readonly number[] | undefined => datasetIn(h5, name)?.shape ?? undefined;

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
