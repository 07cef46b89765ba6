/** Tables of class probabilities, one image a row: those of a sample, or of images whose classes are known. */
import { CladenetError } from '../../errors.js';
import { atLine, type Finding, suggester, toProblems } from '../../taxonomy/findings.js';
import { type Row, readRows } from '../../taxonomy/rows.js';
import type { ScoredSample } from './count-scores.js';
import { predictedImages, type SamplesOptions } from './read-predictions.js';

/** Columns of the true classes; case is ignored, and `_` is read as a space. */
const LABEL_COLUMNS: readonly string[] = ['label', 'true', 'true class', 'true label'];
const PATH = 'path';
/** What `predict --scores` writes besides classes. */
const NODE = /^node:/;
const AMONG = 'among_probability';
/** On the sum of a row. */
const TOLERANCE = 1e-3;

/** Options of {@link readScores}. */
export interface ReadScoresOptions {
  /** The name of the text in problems. Default `scores`. */
  readonly source?: string | undefined;
  /** The classes that there have to be. Default: the columns, in their order. */
  readonly classes?: readonly string[] | undefined;
  /** Whether each image has its true class in a column `label`. Default false. */
  readonly labelled?: boolean | undefined;
}

/** Class probabilities of images. */
export interface ScoresTable {
  readonly classes: readonly string[];
  /** Of the column `path`; empty without one. */
  readonly paths: readonly string[];
  /** Images x classes, row-major. */
  readonly probabilities: Float64Array;
  /** Indices into the classes; -1 unless the table is labelled. */
  readonly labels: Int32Array;
}

/**
 * Reads a table (CSV, TSV, also with `;`) with a column for the probability of each class, such as `predict --scores` and
 * `confusion --scores` write. Columns of inner nodes are not read.
 * @throws CladenetError `EVALUATION` with every problem, each with its line: columns that are not there, predictions among some taxa only,
 *   rows whose probabilities do not sum to 1, and true classes without a column
 */
export function readScores(text: string, options: ReadScoresOptions = {}): ScoresTable {
  const { source = 'scores', labelled = false } = options;
  const { rows, findings: broken } = readRows(text.replace(/^\uFEFF/, ''), source);
  const [header, ...body] = rows;
  const findings: Finding[] = [...broken];
  const top = atLine(source, header?.line ?? 1);
  const plain = (header?.fields ?? []).map((name) => name.trim().toLowerCase().replaceAll('_', ' '));
  const path = plain.indexOf(PATH);
  const label = labelled ? plain.findIndex((name) => LABEL_COLUMNS.includes(name)) : -1;
  const columns = new Map(
    (header?.fields ?? []).flatMap((name, i) => (i === path || i === label || NODE.test(name) ? [] : [[name, i]])),
  );
  const classes = options.classes ?? [...columns.keys()];
  if (header === undefined || body.length === 0) {
    findings.push({
      at: top,
      expected: 'one image per row',
      received: header === undefined ? 'an empty file' : 'no rows',
    });
  } else {
    const missing = classes.filter((name) => !columns.has(name));
    const extra = [...columns.keys()].filter((name) => !classes.includes(name));
    if (columns.has(AMONG)) {
      const received = `a column '${AMONG}': probabilities within some taxa, made to sum to 1`;
      findings.push({ at: top, expected: 'the probabilities of all classes', received });
    } else if (missing.length + extra.length > 0) {
      const received = [...missing.map((name) => `none for '${name}'`), ...extra.map((name) => `one '${name}'`)];
      findings.push({
        at: top,
        expected: `a column for each of the ${classes.length} classes`,
        received: received.join(', '),
      });
    }
    if (labelled && label < 0) {
      findings.push({ at: top, expected: "a column 'label' with the true classes", received: listed(header.fields) });
    }
  }
  const probabilities = new Float64Array(body.length * classes.length);
  const labels = new Int32Array(body.length).fill(-1);
  if (findings.length === 0) {
    const width = header?.fields.length ?? 0;
    const positions = classes.map((name) => columns.get(name) as number);
    const index = new Map(classes.map((name, c) => [name, c]));
    const suggest = suggester(classes);
    body.forEach(({ line, fields }, image) => {
      const at = atLine(source, line);
      if (fields.length !== width) {
        findings.push({ at, expected: `${width} fields, as in the header`, received: `${fields.length}` });
        return;
      }
      const fault = readRow(
        fields,
        positions,
        probabilities.subarray(image * classes.length, (image + 1) * classes.length),
      );
      if (fault !== undefined) findings.push({ at, ...fault });
      if (label < 0) return;
      const name = fields[label] ?? '';
      labels[image] = index.get(name) ?? -1;
      if (index.has(name)) return;
      findings.push({
        at,
        expected: `one of the ${classes.length} classes`,
        received: `'${name}'`,
        remedy: suggest(name),
      });
    });
  }
  if (findings.length > 0) throw new CladenetError('EVALUATION', `${source} cannot be read.`, toProblems(findings));
  return { classes, paths: path < 0 ? [] : body.map(({ fields }) => fields[path] ?? ''), probabilities, labels };
}

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, 5).map((name) => `'${name}'`);
  return `the columns ${shown.join(', ')}${names.length > shown.length ? ', ...' : ''}`;
};

/** Reads a row into `into`; what is wrong with it. */
function readRow(fields: Row['fields'], positions: readonly number[], into: Float64Array) {
  let sum = 0;
  for (const [c, position] of positions.entries()) {
    const field = (fields[position] ?? '').trim();
    const value = field === '' ? Number.NaN : Number(field);
    if (!(value >= 0 && value < Infinity))
      return { expected: 'finite probabilities of 0 or more', received: `'${field}'` };
    into[c] = value;
    sum += value;
  }
  if (Math.abs(sum - 1) <= TOLERANCE) return undefined;
  return { expected: `probabilities that sum to 1 (+/- ${TOLERANCE})`, received: `a sum of ${sum}` };
}

/**
 * The images of each sample of a table of predictions, with their scores, which are found by their paths.
 * @param predictions as for `samplesOf`, with a column `path`
 * @param scores      of these images, in any order; others may be among them
 * @returns the samples in the order in which they come
 * @throws CladenetError `EVALUATION` as `samplesOf`, and for images without a path or without scores
 */
export function scoredSamples(
  predictions: string,
  { classes, paths, probabilities }: ScoresTable,
  options: Omit<SamplesOptions, 'classes'>,
): ReadonlyMap<string, ScoredSample> {
  const { source = 'predictions' } = options;
  const rowOf = new Map(paths.map((path, row) => [path, row]));
  const findings: Finding[] = [];
  const samples = new Map<string, { readonly rows: number[]; readonly decisions: number[] }>();
  for (const { line, path, predicted, sample } of predictedImages(predictions, { ...options, classes })) {
    const row = rowOf.get(path ?? '');
    if (row === undefined) {
      const received = path === undefined ? "a table without a column 'path'" : `'${path}'`;
      findings.push({ at: atLine(source, line), expected: 'an image that has scores', received });
      if (path === undefined) break;
      continue;
    }
    const own = samples.get(sample) ?? { rows: [], decisions: [] };
    own.rows.push(row);
    own.decisions.push(predicted);
    samples.set(sample, own);
  }
  if (findings.length > 0) throw new CladenetError('EVALUATION', `${source} cannot be counted.`, toProblems(findings));
  const k = classes.length;
  return new Map(
    Array.from(samples, ([sample, { rows, decisions }]) => {
      const own = new Float64Array(rows.length * k);
      rows.forEach((row, i) => {
        own.set(probabilities.subarray(row * k, (row + 1) * k), i * k);
      });
      return [sample, { probabilities: own, decisions: Int32Array.from(decisions) }] as const;
    }),
  );
}
