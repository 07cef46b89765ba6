/** Which columns of a table hold the paths and the labels. Where several could, the one that asked is asked. */
import { CladenetError, didYouMean, nearest, type Problem } from '../../errors.js';
import type { Row } from '../../table-rows.js';
import { sharedTexts } from '../fields.js';

/** Names of a path column, whatever their case. EcoTaxa uses `img_file_name`. */
export const PATH_COLUMNS = [
  ...['path', 'image_path', 'img_path', 'file_path', 'filepath', 'img_file_name', 'image_file_name'],
  ...['file_name', 'filename', 'file', 'image'],
] as const;

/** Names of a label column, whatever their case. EcoTaxa uses `object_annotation_category`. */
export const LABEL_COLUMNS = [
  ...['label', 'class', 'class_name', 'taxon', 'species', 'object_annotation_category', 'category'],
] as const;

/** Columns of taxonomic ranks, as in Darwin Core, beside which `class` is a rank too. */
const RANK_COLUMNS = ['kingdom', 'phylum', 'order', 'family', 'genus'];

/** A table, its rows without the header. */
interface Table {
  readonly file: string;
  readonly names: readonly string[];
  /** The line of the header. */
  readonly line: number;
  readonly rows: readonly Row[];
}

/** Whether a table has `class` as one of several ranks. */
export function isRankAmongRanks(names: readonly string[]): boolean {
  const lower = names.map((name) => name.toLowerCase());
  return lower.includes('class') && RANK_COLUMNS.some((rank) => lower.includes(rank));
}

/**
 * The column that is wanted or, if none is named, the one with a common name. Columns with the same text in every row are
 * one: the first of them in the order of `common` is read.
 *
 * @throws CladenetError USAGE when there is no column of the wanted name; DATASET when several could be read
 */
export function findColumn(
  table: Table,
  kind: 'path' | 'label',
  wanted: string | undefined,
  common: readonly string[],
): number | undefined {
  const { file, names, line, rows } = table;
  const where = `${file}:${line}`;
  const isRank = isRankAmongRanks(names);
  const candidates =
    wanted === undefined
      ? common
          .filter((name) => !(name === 'class' && isRank))
          .flatMap((name) => names.flatMap((own, i) => (own.toLowerCase() === name ? [i] : [])))
      : names.flatMap((own, i) => (own === wanted ? [i] : []));
  const [first] = candidates;
  if (first === undefined) {
    if (wanted === undefined) return undefined;
    const near = nearest(wanted, names);
    const problem = { where, expected: `one of ${names.join(', ')}`, received: wanted };
    throw new CladenetError('USAGE', `The table ${file} has no column ${wanted}.`, [
      { ...problem, remedy: near && `Did you mean '${near}'?` },
    ]);
  }
  const others = candidates.filter((column) => rows.some(({ fields }) => fields[column] !== fields[first]));
  if (others.length === 0) return first;
  const could = [first, ...others].map((column) => names[column] ?? '');
  const isTwice = new Set(could).size < could.length;
  throw new CladenetError('DATASET', `It is not clear which column of ${file} holds the ${kind}s.`, [
    {
      where,
      expected: `one column that could be the ${kind}`,
      received: could.join(' and '),
      remedy: isTwice ? 'Rename or remove one of them.' : `Name the column with \`${kind}Column\`.`,
    },
  ]);
}

/** A column whose texts are kept, each once in memory. */
export interface KeptColumn {
  readonly name: string;
  readonly column: number;
  readonly share: (text: string) => string;
}

interface KeepOptions {
  readonly keepColumns?: readonly string[] | undefined;
  readonly keepIfPresent?: readonly string[] | undefined;
}

/** The columns to keep, by their names, or these in lower case. @throws CladenetError USAGE naming all that there are not */
export function keptColumns(
  { file, names, line }: Omit<Table, 'rows'>,
  { keepColumns = [], keepIfPresent = [] }: KeepOptions,
): KeptColumn[] {
  const lower = names.map((name) => name.toLowerCase());
  const problems: Problem[] = [];
  const kept = [...new Set([...keepColumns, ...keepIfPresent])].flatMap((name) => {
    const column = names.includes(name) ? names.indexOf(name) : lower.indexOf(name.toLowerCase());
    if (column >= 0) return [{ name, column, share: sharedTexts() }];
    if (!keepColumns.includes(name)) return [];
    problems.push({
      where: `${file}:${line}`,
      expected: `one of ${names.join(', ')}`,
      received: name,
      remedy: didYouMean(name, names),
    });
    return [];
  });
  if (problems.length > 0)
    throw new CladenetError('USAGE', `The table ${file} lacks columns that are to be kept.`, problems);
  return kept;
}

/** The problem of a table without a column of this kind. */
export function missingColumn({ file, names, line }: Table, kind: 'path' | 'label'): Problem {
  const common = kind === 'path' ? PATH_COLUMNS : LABEL_COLUMNS;
  return {
    where: `${file}:${line}`,
    expected: `a ${kind} column (${common.join(', ')})`,
    received: names.join(', '),
    remedy: `Name the column with \`${kind}Column\`.`,
  };
}
