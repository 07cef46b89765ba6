/** Reads a split that is given as a table of images for each part: `train_labels.csv`, `valid_labels.csv`, `test_labels.csv`. */
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { append } from '../../arrays.js';
import type { Problem } from '../../errors.js';
import { byCodePoint } from '../../order.js';
import type { ImageRecord, SourceRecords, TableRead } from '../listing.js';
import { SUBSETS, type Subset } from '../split.js';
import { type GivenSplit, isSplit, requireOneEach, subsetNamed } from './given-split.js';
import { type ImageTableOptions, listTable } from './table.js';

/** A table of the images of one part. */
export interface LabelTable {
  readonly file: string;
  readonly subset: Subset;
}

/** `train_labels.csv`, `training_labels.tsv`, `Valid_labels.csv`. */
const LABELS = /^([a-z]+)_labels\.(?:csv|tsv|txt)$/i;

/**
 * The tables of a split among the names in a folder or a zip file, in the order of the parts; none where they are not a split.
 *
 * @throws CladenetError USAGE where a part has several tables
 */
export function labelTablesAmong(folder: string, names: readonly string[], choice: GivenSplit): readonly LabelTable[] {
  const parts = names.flatMap((name) => {
    const subset = subsetNamed(LABELS.exec(name)?.[1] ?? '');
    return subset === undefined ? [] : [[name, subset] as const];
  });
  const subsets = parts.map(([, subset]) => subset);
  if (choice === 'always' ? parts.length === 0 : !isSplit(subsets)) return [];
  requireOneEach(folder, parts);
  return SUBSETS.flatMap((subset) =>
    parts.flatMap(([name, own]) => (own === subset ? [{ file: join(folder, name), subset }] : [])),
  );
}

/** The tables of a split directly in a folder. */
export async function labelTablesIn(folder: string, choice: GivenSplit): Promise<readonly LabelTable[]> {
  const names = await readdir(folder).catch(() => []);
  return labelTablesAmong(folder, [...names].sort(byCodePoint), choice);
}

/**
 * Reads the tables of a split, each as `listTable` does. An image that two of them list stays in the later part only (test,
 * validation, train), and in none if they give it different classes. Without a split (`never`) the tables are read as one.
 *
 * @throws CladenetError as `listTable`
 */
export async function listLabelTables(
  tables: readonly LabelTable[],
  { givenSplit, ...options }: ImageTableOptions & { readonly givenSplit?: GivenSplit | undefined },
): Promise<SourceRecords> {
  const problems: Problem[] = [];
  const reads: TableRead[] = [];
  const listed = new Map<string, { record: ImageRecord; table: LabelTable; clash: boolean }>();
  for (const table of tables) {
    const { records, problems: own, table: read } = await listTable(table.file, options);
    append(problems, own);
    if (read !== undefined) reads.push(read);
    for (const record of records) {
      const key = resolve(record.path);
      const first = listed.get(key);
      const clash = first !== undefined && (first.clash || first.record.label !== record.label);
      listed.set(key, { record: givenSplit === 'never' ? record : { ...record, subset: table.subset }, table, clash });
      if (first !== undefined) problems.push(listedTwice(first, { record, table }, clash, givenSplit));
    }
  }
  const records = [...listed.values()].filter(({ clash }) => !clash).map(({ record }) => record);
  const named = (column: (read: TableRead) => string | undefined) =>
    [...new Set(reads.flatMap((read) => column(read) ?? []))].join("' and '");
  const table = {
    pathColumn: named(({ pathColumn }) => pathColumn),
    labelColumn: named(({ labelColumn }) => labelColumn) || undefined,
    rows: reads.reduce((sum, { rows }) => sum + rows, 0),
    images: records.length,
  };
  return { records: records.sort((a, b) => byCodePoint(a.path, b.path)), problems, table };
}

function listedTwice(
  first: { readonly record: ImageRecord; readonly table: LabelTable },
  { record, table }: { readonly record: ImageRecord; readonly table: LabelTable },
  clash: boolean,
  choice: GivenSplit | undefined,
): Problem {
  const as = ({ label }: ImageRecord) => (clash ? ` (${label ?? 'no class'})` : '');
  const kept = clash ? 'it is left out' : choice === 'never' ? 'it is used once' : `it stays in ${table.subset} only`;
  return {
    where: record.path,
    expected: 'an image in one table',
    received: `one in ${first.table.file}${as(first.record)} and in ${table.file}${as(record)}; ${kept}`,
  };
}
