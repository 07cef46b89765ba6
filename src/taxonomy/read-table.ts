/** Reads taxonomies from tables: a path for each class, or an edge from parent to child in each row. */
import { nearest } from '../errors.js';
import { BIOLOGICAL_CELLS, parseBiological } from './biological-cell.js';
import { atLine, type Finding } from './findings.js';
import { LONGEST_PATH, pathTooLong } from './limits.js';
import { readEdges } from './read-edges.js';
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
  /** As the header names them: `class` and `path`, `class` and `parent path`, or `parent` and `child`; and `biological`. */
  readonly columns: readonly string[];
  /** What joins the names of a path; undefined for edges. */
  readonly separator: '>' | '/' | undefined;
  /** Rows of the table, without its header. */
  readonly rows: number;
}

const COLUMNS = ['class', 'path', 'parent path', 'parent', 'child', 'biological'] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Reads a table with the columns `class,path`, `class,parent path` or `parent,child`, and, where it is there,
 * `biological`; others are ignored.
 */
export function readTable(text: string, source: string, options: TaxonomyTableOptions): Reading {
  const { rows, findings, isIncomplete } = readRows(text, source);
  const [header, ...body] = rows;
  // What is wrong with the tree of an incomplete table could be due to the rows that are missing.
  if (header === undefined || isIncomplete) return { lineages: [], findings };
  const names = header.fields.map((field) => field.toLowerCase().replaceAll('_', ' '));
  const column = (name: Column): number => names.indexOf(name);
  const headerFindings = columnFindings(header, names, source);
  if (headerFindings.length > 0) return { lineages: [], findings: [...findings, ...headerFindings] };

  const isEdges = column('class') < 0 || (column('path') < 0 && column('parent path') < 0);
  const second: Column = isEdges ? 'child' : column('path') < 0 ? 'parent path' : 'path';
  const [a, b] = [column(isEdges ? 'parent' : 'class'), column(second)];
  const mark = column('biological');
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
      cells.push({ line, first, second: other, isBiological });
      if (isBiological === undefined) {
        const at = atLine(source, line);
        faults.push({ at, expected: `${BIOLOGICAL_CELLS} in the column 'biological'`, received: `'${fields[mark]}'` });
      }
    }
  }
  options.onTable?.({
    columns: [a, b, ...(mark < 0 ? [] : [mark])].map((i) => header.fields[i] ?? ''),
    separator: isEdges ? undefined : (options.separator ?? separatorOf(cells.map((cell) => cell.second))),
    rows: body.length,
  });
  const { lineages, findings: more } = isEdges
    ? readEdges(
        cells.map(({ first: parent, second: child, ...row }) => ({ ...row, parent, child })),
        source,
      )
    : readPaths(cells, source, second === 'parent path', options);
  return { lineages, findings: [...findings, ...faults, ...more] };
}

/** The two fields of a row that matter. */
interface Cells {
  readonly line: number;
  readonly first: string;
  readonly second: string;
  readonly isBiological: boolean | undefined;
}

function columnFindings({ line, fields }: Row, names: readonly string[], source: string): Finding[] {
  const at = atLine(source, line);
  const twice = COLUMNS.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
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
      expected: "the columns 'class' and 'path' (or 'parent path'), or 'parent' and 'child', in the first line",
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
  for (const { line, first: label, second, isBiological } of cells) {
    const at = atLine(source, line);
    const path = isAnchored ? second.slice(separator.length) : second;
    // Blanks around the separators do not count, within reason.
    if (path.length > 2 * LONGEST_PATH) {
      findings.push(pathTooLong(at, path));
      continue;
    }
    const names = path.split(separator).map((name) => name.trim());
    lineages.push({ label, names: (isParent ? [...names, label] : names).map((name) => ({ name, at })), isBiological });
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
