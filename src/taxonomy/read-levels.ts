/**
 * Reads grouping tables: a class in each row, and columns `level0`, `level1`, ... with the groups that it belongs to, as plankton
 * laboratories keep them to train on coarser classes (`lineage,taxon,level1,level2` in plankton_classif of Panaïotis et al.).
 */
import { atLine, type Finding } from './findings.js';
import type { PlacedLineage, Reading } from './reading.js';
import type { Row } from './rows.js';

/** `level0`, `level_1`, `taxon_level2`; underscores are blanks here. */
const LEVEL = /^(?:taxon )?level ?(\d{1,3})$/;
const CLASS_COLUMNS = ['class', 'taxon'];

/** The columns of a grouping table. */
export interface LevelColumns {
  readonly label: number;
  /** By their numbers, ascending. */
  readonly levels: readonly number[];
}

/** The columns of a grouping table; undefined for any other. @param names in lower case, with blanks for underscores */
export function levelColumns(names: readonly string[]): LevelColumns | undefined {
  const label = names.findIndex((name) => CLASS_COLUMNS.includes(name));
  const numbered = names.flatMap((name, column) => {
    const number = LEVEL.exec(name)?.[1];
    return number === undefined ? [] : [{ column, number: Number(number) }];
  });
  if (label < 0 || numbered.length === 0) return undefined;
  return { label, levels: numbered.sort((a, b) => a.number - b.number).map(({ column }) => column) };
}

/** A grouping table as a taxonomy. */
export interface LevelReading extends Reading {
  /** Whether the first level is the finest. */
  readonly isFinestFirst: boolean;
}

/**
 * The levels of a class are its ancestors; a blank one (or `NA`) is skipped, and so is one of the same name as the one below. A
 * class all of whose levels are blank is left out. The first level is the finest, unless the table says otherwise: unless groups
 * of the first level belong to several of the second, but not the other way around.
 *
 * @param width the number of columns
 */
export function readLevels(
  body: readonly Row[],
  { label, levels }: LevelColumns,
  { source, width }: { readonly source: string; readonly width: number },
): LevelReading {
  const findings: Finding[] = [];
  const dropped = new Set<string>();
  const rows = body.flatMap(({ line, fields }) => {
    const at = atLine(source, line);
    if (fields.length !== width) {
      findings.push({ at, expected: `${width} fields, as in the header`, received: `${fields.length}` });
      return [];
    }
    const groups = levels.map((column) => groupIn(fields[column]));
    return [{ at, label: fields[label] ?? '', groups }];
  });
  const isFinestFirst = parentsOf(rows, 1) <= parentsOf(rows, -1);
  const paths = rows.flatMap(({ at, label: name, groups }) => {
    if (name !== '' && groups.every((group) => group === '')) {
      dropped.add(name);
      return [];
    }
    const down = [...(isFinestFirst ? groups.toReversed() : groups).filter((group) => group !== ''), name];
    return [{ at, name, path: down.filter((group, i) => group !== down[i - 1]) }];
  });
  const inner = new Set(paths.flatMap(({ path }) => path.slice(0, -1).map((_, i) => keyOf(path.slice(0, i + 1)))));
  const lineages = paths.map(({ at, name, path }): PlacedLineage => {
    // A class that others are below has a leaf of its own.
    const names = inner.has(keyOf(path)) ? [...path, name] : path;
    return { label: name, names: names.map((step) => ({ name: step, at })) };
  });
  return { lineages, findings, dropped, hasEveryRank: true, isFinestFirst };
}

const keyOf = (path: readonly string[]) => path.join('\n');

const groupIn = (cell = '') => (cell === 'NA' ? '' : cell);

/** How many groups have several groups beside them, in the next level (`step` 1) or in the one before (-1). */
function parentsOf(rows: readonly { readonly groups: readonly string[] }[], step: 1 | -1): number {
  const parents = new Map<string, string>();
  const several = new Set<string>();
  for (const { groups } of rows) {
    groups.forEach((group, level) => {
      const parent = groups[level + step] ?? '';
      if (group === '' || parent === '') return;
      const key = keyOf([String(level), group]);
      const known = parents.get(key);
      if (known === undefined) parents.set(key, parent);
      else if (known !== parent) several.add(key);
    });
  }
  return several.size;
}
