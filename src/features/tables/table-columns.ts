/** Which columns of a table of features are features, and under which names. */
import { findColumn, LABEL_COLUMNS, PATH_COLUMNS } from '../../dataset/sources/table-columns.js';
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import { type Delimiter, hasUnclearComma, TableNumbers } from '../../table-numbers.js';
import type { Row } from '../../table-rows.js';

/** A table, its rows without the header and the line of types. */
export interface TableText {
  readonly file: string;
  readonly names: readonly string[];
  /** The line of the header. */
  readonly line: number;
  readonly rows: readonly Row[];
  readonly delimiter: Delimiter;
}

/** Names of columns of identifiers, whatever their case, for tables without paths. */
const IDENTIFIERS = ['object_id', 'objid', 'object_label', 'id', 'roi_number'];
/** The column of remarks that `writeFeatureTable` adds. */
export const NOTE_COLUMN = 'note';
/** EcoTaxa's own columns about an object, which are not measured on its image. */
const ECOTAXA_OWN =
  /^(id|link|lat|lon|date|time|depth_min|depth_max|lat_end|lon_end|label|parent_id|annotation_.*|newname|random_value|similarity_score|classif_.*)$/;
const PREFIX = /^object_/i;

/** A column that holds a feature. */
export interface FeatureColumn {
  readonly name: string;
  readonly index: number;
}

export interface ChosenColumns {
  /** The index of the column of paths or identifiers. */
  readonly path: number;
  readonly features: readonly FeatureColumn[];
  /** The index of the column of notes. */
  readonly note: number | undefined;
  /** The names of all other columns. */
  readonly leftOut: readonly string[];
}

/**
 * Chooses the columns: those that are asked for, or else every column with a number in it that is not known to be something
 * else (paths, identifiers, labels, EcoTaxa's columns about samples, places, dates and annotations). EcoTaxa's prefix
 * `object_` is taken off.
 *
 * @throws CladenetError USAGE for columns that are not there; DATASET if there are no paths or no features, or two columns of
 *   one name
 */
export function chooseColumns(
  table: TableText,
  wanted: readonly string[] | undefined,
  tableColumn: string | undefined,
): ChosenColumns {
  const { names } = table;
  const path =
    findColumn(table, 'path', tableColumn, PATH_COLUMNS) ?? findColumn(table, 'path', undefined, IDENTIFIERS);
  if (path === undefined) throw noPaths(table);
  const all = names.map((name, index) => ({ name: name.replace(PREFIX, ''), index }));
  const hasPrefix = names.filter((name) => PREFIX.test(name) && !ECOTAXA_OWN.test(name.replace(PREFIX, ''))).length > 0;
  const features =
    wanted === undefined
      ? all.filter(({ index }) => index !== path && isFeature(table, index, hasPrefix))
      : wantedColumns(table, all, wanted);
  if (features.length === 0) throw noFeatures(table);
  requireOnce(table, features);
  const note = names.findIndex((name) => name.toLowerCase() === NOTE_COLUMN);
  const used = new Set([path, note, ...features.map(({ index }) => index)]);
  return {
    ...{ path, features },
    note: note < 0 ? undefined : note,
    leftOut: names.filter((name, index) => !used.has(index) && name !== ''),
  };
}

function isFeature({ names, rows, delimiter }: TableText, index: number, hasPrefix: boolean): boolean {
  const name = names[index] ?? '';
  if (hasPrefix && !PREFIX.test(name)) return false;
  const bare = name.replace(PREFIX, '').toLowerCase();
  const known: readonly string[] = [...PATH_COLUMNS, ...LABEL_COLUMNS, ...IDENTIFIERS, NOTE_COLUMN, ''];
  if (known.includes(name.toLowerCase()) || known.includes(bare) || (hasPrefix && ECOTAXA_OWN.test(bare))) return false;
  const numbers = new TableNumbers(delimiter);
  const cells = rows.map(({ fields }) => fields[index] ?? '');
  if (cells.some((cell) => Number.isFinite(numbers.read(cell, () => '')))) return true;
  // A column that is meant as numbers is not left out as text: it is refused when it is read.
  const filled = cells.filter((cell) => cell !== '');
  return filled.length > 0 && filled.every((cell) => hasUnclearComma(cell, delimiter));
}

function wantedColumns(
  { file, line, names }: TableText,
  all: readonly FeatureColumn[],
  wanted: readonly string[],
): FeatureColumn[] {
  const problems: Problem[] = [];
  const features = wanted.flatMap((name) => {
    const found = all.find(({ index }) => names[index] === name) ?? all.find((column) => column.name === name);
    if (found !== undefined) return [{ name, index: found.index }];
    const remedy = didYouMean(name, names);
    problems.push({ where: `${file}:${line}`, expected: `a column ${name}`, received: 'none', remedy });
    return [];
  });
  if (problems.length > 0) throw new CladenetError('USAGE', `The table ${file} lacks features.`, problems);
  return features;
}

function requireOnce({ file, line, names }: TableText, features: readonly FeatureColumn[]): void {
  const first = new Map<string, number>();
  const problems = features.flatMap(({ name, index }): Problem[] => {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, index);
      return [];
    }
    const received = `${names[before]} and ${names[index]}`;
    return [{ where: `${file}:${line}`, expected: `one column for the feature ${name}`, received }];
  });
  if (problems.length > 0) throw new CladenetError('DATASET', `The table ${file} cannot be read.`, problems);
}

function noPaths({ file, line, names }: TableText): CladenetError {
  return new CladenetError('DATASET', `The table ${file} does not say which image a row is about.`, [
    {
      where: `${file}:${line}`,
      expected: `a column of paths or identifiers (${[...PATH_COLUMNS, ...IDENTIFIERS].join(', ')})`,
      received: names.join(', '),
      remedy: 'Name the column with `tableColumn`.',
    },
  ]);
}

function noFeatures({ file, line, names }: TableText): CladenetError {
  const problem = { where: `${file}:${line}`, expected: 'columns of numbers', received: names.join(', ') };
  return new CladenetError('DATASET', `The table ${file} has no features.`, [problem]);
}
