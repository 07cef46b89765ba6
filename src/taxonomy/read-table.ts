/** Reads taxonomies from tables: a path for each class, or an edge from parent to child in each row. */
import { inMiddle, nearest } from '../errors.js';
import { BIOLOGICAL_CELLS, parseBiological } from './biological-cell.js';
import { atLine, type Finding } from './findings.js';
import { LONGEST_PATH, pathTooLong } from './limits.js';
import { SEPARATOR } from './names.js';
import { readEdges } from './read-edges.js';
import { levelColumns, readLevels } from './read-levels.js';
import type { PlacedLineage, Reading } from './reading.js';
import { type Row, readRows } from './rows.js';

/** How a table is read. */
export interface TaxonomyTableOptions {
  /** The separator between the names of a path. Default: `>` if any path contains one, otherwise `/`. */
  readonly separator?: '>' | '/' | undefined;
  /** Called with what is read of the table. */
  readonly onTable?: ((table: TaxonomyTable) => void) | undefined;
}

/** What is read of a table. */
export interface TaxonomyTable {
  /**
   * As the header names them: `class` and `path`, `class` and `parent path`, or `parent` and `child`; and `biological`, and those
   * of ranks and ids.
   */
  readonly columns: readonly string[];
  /** Of a grouping table, whether its first level is the finest. Undefined for other tables. */
  readonly isFinestFirst?: boolean | undefined;
  /** What joins the names of a path; undefined for edges and grouping tables. */
  readonly separator: '>' | '/' | undefined;
  /** Rows of the table, without its header. */
  readonly rows: number;
}

const COLUMNS = ['class', 'path', 'parent path', 'parent', 'child', 'biological'] as const;
/** Columns of ids and ranks: of all names of a path, joined as the names are; in a table of edges, of the child. */
const OF_PATHS = ['ids', 'ranks'] as const;
const OF_EDGES = ['id', 'rank'] as const;
type Column = (typeof COLUMNS | typeof OF_PATHS | typeof OF_EDGES)[number];

/**
 * Reads a table with the columns `class,path`, `class,parent path` or `parent,child`, and, where they are there,
 * `biological` and the columns of ids and ranks; others are ignored.
 */
export function readTable(text: string, source: string, options: TaxonomyTableOptions): Reading {
  const { rows, findings, isIncomplete } = readRows(text, source);
  const [header, ...body] = rows;
  // What is wrong with the tree of an incomplete table could be due to the rows that are missing.
  if (header === undefined || isIncomplete) return { lineages: [], findings };
  const names = header.fields.map((field) => field.toLowerCase().replaceAll('_', ' '));
  const column = (name: Column): number => names.indexOf(name);
  const levels = column('path') < 0 && column('parent path') < 0 ? levelColumns(names) : undefined;
  if (levels !== undefined) {
    const reading = readLevels(body, levels, { source, width: names.length });
    const columns = [levels.label, ...levels.levels].map((i) => header.fields[i] ?? '');
    const { isFinestFirst } = reading;
    options.onTable?.({ columns, separator: undefined, isFinestFirst, rows: body.length });
    return { ...reading, findings: [...findings, ...reading.findings] };
  }
  const headerFindings = columnFindings(header, names, source);
  if (headerFindings.length > 0) return { lineages: [], findings: [...findings, ...headerFindings] };

  const isEdges = column('class') < 0 || (column('path') < 0 && column('parent path') < 0);
  const second: Column = isEdges ? 'child' : column('path') < 0 ? 'parent path' : 'path';
  const [a, b] = [column(isEdges ? 'parent' : 'class'), column(second)];
  const mark = column('biological');
  const [ids, ranks] = (isEdges ? OF_EDGES : OF_PATHS).map(column) as [number, number];
  const cells: Cells[] = [];
  const faults: Finding[] = [];
  for (const { line, fields } of body) {
    const [first, other] = [fields[a], fields[b]];
    if (first === undefined || other === undefined || fields.slice(names.length).some((field) => field !== '')) {
      faults.push({
        at: atLine(source, line),
        expected: `${names.length} fields, as in the header`,
        received: `${fields.length}`,
        remedy: 'Put a name with the delimiter in it between double quotes.',
      });
    } else {
      const isBiological = parseBiological(fields[mark] ?? '');
      cells.push({ line, first, second: other, isBiological, ids: fields[ids], ranks: fields[ranks] });
      if (isBiological === undefined) {
        const at = atLine(source, line);
        faults.push({ at, expected: `${BIOLOGICAL_CELLS} in the column 'biological'`, received: `'${fields[mark]}'` });
      }
    }
  }
  options.onTable?.({
    columns: [a, b, ...[mark, ranks, ids].filter((i) => i >= 0)].map((i) => header.fields[i] ?? ''),
    separator: isEdges ? undefined : (options.separator ?? separatorOf(cells.map((cell) => cell.second))),
    rows: body.length,
  });
  const { lineages, findings: more } = isEdges
    ? readEdges(
        cells.map(({ first: parent, second: child, ids: id, ranks: rank, ...row }) => ({
          ...row,
          parent,
          child,
          id,
          rank,
        })),
        source,
      )
    : readPaths(cells, source, second === 'parent path', options);
  return { lineages, findings: [...findings, ...faults, ...more] };
}

/** The fields of a row that matter. */
interface Cells {
  readonly line: number;
  readonly first: string;
  readonly second: string;
  readonly isBiological: boolean | undefined;
  readonly ids: string | undefined;
  readonly ranks: string | undefined;
}

function columnFindings({ line, fields }: Row, names: readonly string[], source: string): Finding[] {
  const at = atLine(source, line);
  const twice = [...COLUMNS, ...OF_PATHS].filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  const has = (name: Column): boolean => names.includes(name);
  const received = `the columns ${fields.map((field) => `'${field}'`).join(', ')}`;
  if (twice.length > 0) {
    return [{ at, expected: `one column '${twice.join("', '")}'`, received }];
  }
  if (has('class') && has('path') && has('parent path')) {
    return [{ at, expected: "either a column 'path' or a column 'parent path'", received }];
  }
  if (has('class') && (has('path') || has('parent path')) && has('parent') && has('child')) {
    const remedy = 'Remove two of these columns, or rename them.';
    return [{ at, expected: "either columns 'class' and 'path' or columns 'parent' and 'child'", received, remedy }];
  }
  if ((has('class') && (has('path') || has('parent path'))) || (has('parent') && has('child'))) return [];
  const guesses = names.flatMap((name) => {
    const near = (COLUMNS as readonly string[]).includes(name) ? undefined : nearest(name, COLUMNS);
    return near === undefined ? [] : [`'${near}' for '${name}'`];
  });
  return [
    {
      at,
      expected:
        "the columns 'class' and 'path' (or 'parent path', or 'level0' and so on), or 'parent' and 'child', in the first line",
      received,
      remedy: guesses.length === 0 ? undefined : `Did you mean ${guesses.join(' and ')}?`,
    },
  ];
}

/**
 * Reads a class and its path from each row. If every path begins with the separator (`/Plankton/Copepod`), it is removed.
 * If only some do, it stands for an empty name, such as a blank cell of a spreadsheet leaves.
 */
function readPaths(cells: readonly Cells[], source: string, isParent: boolean, options: TaxonomyTableOptions): Reading {
  const paths = cells.map(({ second }) => second);
  const separator = options.separator ?? separatorOf(paths);
  const mixed = options.separator === undefined ? mixedSeparators(cells, source) : undefined;
  if (mixed !== undefined) return { lineages: [], findings: [mixed] };
  const isAnchored = paths.every((path) => path.startsWith(separator));
  const lineages: PlacedLineage[] = [];
  const findings: Finding[] = [];
  for (const { line, first: label, second, isBiological, ...written } of cells) {
    const at = atLine(source, line);
    const path = isAnchored ? second.slice(separator.length) : second;
    // Blanks around the separators do not count, within reason.
    if (path.length > 2 * LONGEST_PATH) {
      findings.push(pathTooLong(at, path));
      continue;
    }
    const above = path.split(separator).map((name) => name.trim());
    const names = isParent ? [...above, label] : above;
    /** The cell of ids or of ranks, one for each name. */
    const perName = (column: 'ids' | 'ranks'): readonly string[] => {
      const cell = written[column] ?? '';
      const values = cell === '' ? [] : cell.split(SEPARATOR);
      if (values.length === 0 || values.length === names.length) return values;
      const expected = `${names.length} ${column} joined by '${SEPARATOR}', one for each name of the path, empty where it is not known`;
      findings.push({ at, expected, received: `${values.length}: '${inMiddle(cell, 200)}'` });
      return [];
    };
    const [ids, ranks] = [perName('ids'), perName('ranks')];
    lineages.push({ label, names: names.map((name, i) => ({ name, at, id: ids[i], rank: ranks[i] })), isBiological });
  }
  return { lineages, findings };
}

function separatorOf(paths: readonly string[]): '>' | '/' {
  return paths.some((path) => path.includes('>')) || !paths.some((path) => path.includes('/')) ? '>' : '/';
}

/** The finding of a table whose paths are joined by different separators. A class `a/b` may have the path `a/b`. */
function mixedSeparators(cells: readonly Cells[], source: string): Finding | undefined {
  const arrow = cells.find(({ second }) => second.includes('>'));
  const slash = cells.find(({ first, second }) => second.includes('/') && !second.includes('>') && second !== first);
  if (arrow === undefined || slash === undefined) return undefined;
  return {
    at: atLine(source, Math.max(arrow.line, slash.line)),
    expected: 'paths joined by one separator',
    received: `paths joined by > in line ${arrow.line} and by / in line ${slash.line}`,
    remedy: 'Write > or / in all paths. Where / is part of a name, begin every path with >.',
  };
}
