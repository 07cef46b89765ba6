/** The predicted class and the sample of each image, from a table of predictions. */
import { CladenetError } from '../../errors.js';
import { atLine, type Finding, suggester, toProblems } from '../../taxonomy/findings.js';
import { readRows } from '../../taxonomy/rows.js';

/** Options of {@link samplesOf}. */
export interface SamplesOptions {
  /** The classes that the predictions are of. */
  readonly classes: readonly string[];
  /** The column that holds the samples. Default: all images are one sample. */
  readonly by?: string | undefined;
  /** The column that holds the predicted classes. Default `class`, `predicted` or `prediction`. */
  readonly classColumn?: string | undefined;
  /** The name of the text in problems. Default `predictions`. */
  readonly source?: string | undefined;
}

/** An image of a table of predictions. */
export interface PredictedImage {
  /** The line of the table. */
  readonly line: number;
  /** Undefined where the table has no column `path`. */
  readonly path: string | undefined;
  /** The predicted class, as an index into the classes. */
  readonly predicted: number;
  /** Empty where all images are one sample. */
  readonly sample: string;
}

const CLASS_COLUMNS: readonly string[] = ['class', 'predicted', 'predicted class', 'prediction'];

/** Names of columns are compared without case, with `_` as a space. */
const plain = (name: string): string => name.trim().toLowerCase().replaceAll('_', ' ');

/**
 * Counts the predicted classes of each sample of a table (CSV, TSV, also with `;`), one image a row.
 * @returns for each sample, in the order in which they come, the number of images predicted as each of the classes
 * @throws CladenetError `EVALUATION` as `predictedImages`
 */
export function samplesOf(text: string, options: SamplesOptions): ReadonlyMap<string, Float64Array> {
  const samples = new Map<string, Float64Array>();
  for (const { sample, predicted } of predictedImages(text, options)) {
    const counts = samples.get(sample) ?? new Float64Array(options.classes.length);
    counts[predicted] = (counts[predicted] as number) + 1;
    samples.set(sample, counts);
  }
  return samples;
}

/**
 * Reads a table of predictions (CSV, TSV, also with `;`), one image a row.
 * @throws CladenetError `EVALUATION` with every problem, each with its line: columns that are not there, rows that are too short,
 *   classes that are none of `classes`, and images without a sample
 */
export function predictedImages(text: string, options: SamplesOptions): readonly PredictedImage[] {
  const { classes, by, classColumn, source = 'predictions' } = options;
  const { rows, findings: broken } = readRows(text.replace(/^\uFEFF/, ''), source);
  const [header, ...body] = rows;
  const findings: Finding[] = [...broken];
  const names = header?.fields.map(plain) ?? [];
  const top = atLine(source, header?.line ?? 1);
  const received = `the columns ${header?.fields.map((name) => `'${name}'`).join(', ')}`;
  const wanted = classColumn === undefined ? CLASS_COLUMNS : [plain(classColumn)];
  const predicted = names.findIndex((name) => wanted.includes(name));
  const sample = by === undefined ? -1 : names.indexOf(plain(by));
  if (header === undefined || body.length === 0) {
    findings.push({
      at: top,
      expected: 'one image per row',
      received: header === undefined ? 'an empty file' : 'no rows',
    });
  } else {
    if (predicted < 0) findings.push({ at: top, expected: `a column '${classColumn ?? 'class'}'`, received });
    if (by !== undefined && sample < 0) {
      const remedy = 'Keep the column when you predict (`keepColumns`).';
      findings.push({ at: top, expected: `a column '${by}'`, received, remedy });
    }
  }
  const images: PredictedImage[] = [];
  const path = names.indexOf('path');
  if (findings.length === 0) {
    const positions = new Map(classes.map((name, i) => [name, i]));
    const suggest = suggester(classes);
    for (const { line, fields } of body) {
      const at = atLine(source, line);
      const name = fields[predicted] ?? '';
      const of = sample < 0 ? '' : (fields[sample] ?? '');
      const position = positions.get(name);
      if (fields.length < names.length) {
        findings.push({ at, expected: `${names.length} fields, as in the header`, received: `${fields.length}` });
        continue;
      }
      if (position === undefined) {
        const expected = 'a class of the confusion matrix';
        findings.push({ at, expected, received: `'${name}'`, remedy: suggest(name) });
      }
      if (sample >= 0 && of === '')
        findings.push({ at, expected: `a value in the column '${by}'`, received: 'an empty cell' });
      if (position === undefined) continue;
      images.push({ line, path: path < 0 ? undefined : fields[path], predicted: position, sample: of });
    }
  }
  if (findings.length > 0) throw new CladenetError('EVALUATION', `${source} cannot be counted.`, toProblems(findings));
  return images;
}
