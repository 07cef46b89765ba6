/** Lists the images of a table: one image per row, with a column of paths and a column of labels. */
import { dirname, isAbsolute, join } from 'node:path';
import { append } from '../../arrays.js';
import { CladenetError, type Problem } from '../../errors.js';
import type { Stitching } from '../../formats/ifcb/bin.js';
import { VOLUME_FIELDS } from '../../formats/sample-volume.js';
import { byCodePoint } from '../../order.js';
import { MAX_TABLE_BYTES, readProblem, readRegularFile } from '../../regular-file.js';
import { type Delimiter, hasUnclearComma } from '../../table-numbers.js';
import { parseRows, type Row, type TableRows } from '../../table-rows.js';
import { decodeText } from '../../text.js';
import type { ImageRecord, SourceRecords } from '../listing.js';
import { missingPrefix } from './moved-table.js';
import { type BinOptions, resolveBins } from './table-bins.js';
import {
  findColumn,
  isRankAmongRanks,
  type KeptColumn,
  keptColumns,
  LABEL_COLUMNS,
  missingColumn,
  PATH_COLUMNS,
} from './table-columns.js';

/** How a table is read. */
export interface ImageTableOptions {
  /**
   * The column of paths, absolute or relative to the table's folder. Default: the one that is named `path`, `image_path`,
   * `img_path`, `file_path`, `filepath`, `img_file_name`, `image_file_name`, `file_name`, `filename`, `file` or `image`.
   */
  readonly pathColumn?: string | undefined;
  /**
   * The column of labels; `false`: no labels are read, of folders neither. Default: the one that is named `label`, `class`, `class_name`,
   * `taxon`, `species`, `object_annotation_category` or `category`; without one, no image has a label. Beside `kingdom`,
   * `phylum`, `order`, `family` or `genus`, the column `class` is a rank.
   */
  readonly labelColumn?: string | false | undefined;
  /** Columns whose texts are kept with the images (`ImageRecord.fields`), such as `sample_id`. Default: none. */
  readonly keepColumns?: readonly string[] | undefined;
  /** Columns that are kept as `keepColumns` are, where the source has them. Default: none. */
  readonly keepIfPresent?: readonly string[] | undefined;
  /**
   * When two overlapping images of one trigger of an IFCB are made one: `auto` (default) for instruments of the first layout,
   * which cut one organism into two images; `always`; `never`.
   */
  readonly stitch?: Stitching | undefined;
}

/**
 * Reads a CSV or TSV file with a header. The delimiter is the most frequent of tab, comma and semicolon in the header.
 * EcoTaxa's second line, which gives the types [t] and [f] of the columns, is skipped.
 *
 * @throws CladenetError USAGE when a column named in `options` is missing; DATASET when the table is empty, cannot be
 *   parsed, has no column of paths, or has several columns that could be the one to read and differ
 */
export async function listTable(file: string, options: ImageTableOptions & BinOptions): Promise<SourceRecords> {
  const {
    rows: [header, ...all],
    delimiter,
  } = await rowsOf(file);
  if (!header) throw new CladenetError('DATASET', `The table ${file} is empty.`);
  const names = header.fields;
  const rows = isTypeLine(all[0]) ? all.slice(1) : all;
  const table = { file, names, line: header.line, rows };
  const pathColumn = findColumn(table, 'path', options.pathColumn, PATH_COLUMNS);
  if (pathColumn === undefined) {
    throw new CladenetError('DATASET', `The table ${file} has no column of image paths.`, [
      missingColumn(table, 'path'),
    ]);
  }
  const labelColumn =
    options.labelColumn === false ? undefined : findColumn(table, 'label', options.labelColumn, LABEL_COLUMNS);
  const kept = keptColumns(table, options);
  const problems: Problem[] = [];
  append(problems, unclearVolumes(table, kept, delimiter));
  if (labelColumn === undefined && options.labelColumn !== false) {
    if (isRankAmongRanks(names)) throw onlyRanks(file, header.line);
    problems.push(missingColumn(table, 'label'));
  }

  const prefix = missingPrefix(
    file,
    rows.flatMap(({ fields }) => fields[pathColumn] || []),
  );
  if (prefix !== '') {
    const received = `paths that begin with ${prefix}, where no images are: they are found without it`;
    problems.push({ where: `${file}:${header.line}`, expected: 'paths relative to the folder of the table', received });
  }
  const seen = new Map<string, { record: ImageRecord; line: number; clash: boolean }>();
  for (const { fields, line } of rows) {
    const where = `${file}:${line}`;
    const path = fields[pathColumn] ?? '';
    const label = labelColumn === undefined ? undefined : fields[labelColumn] || undefined;
    if (fields.length > names.length) {
      problems.push({ where, expected: `${names.length} columns`, received: `${fields.length}; the row is left out` });
      continue;
    }
    if (path === '') {
      problems.push({
        where,
        expected: `a path in column ${names[pathColumn]}`,
        received: 'none; the row is left out',
      });
      continue;
    }
    if (AGGREGATE.test(path)) {
      const received = `${path}, as a row of totals has; the row is left out`;
      problems.push({ where, expected: 'the path of an image', received });
      continue;
    }
    if (labelColumn !== undefined && label === undefined) {
      problems.push({ where, expected: `a label in column ${names[labelColumn]}`, received: `none for ${path}` });
    }
    const near = path.startsWith(prefix) ? path.slice(prefix.length) : path;
    const own = { path: isAbsolute(near) ? near : join(dirname(file), near), label };
    const record = kept.length === 0 ? own : { ...own, fields: fieldsIn(kept, fields, delimiter) };
    const first = seen.get(record.path);
    if (!first) {
      seen.set(record.path, { record, line, clash: false });
      continue;
    }
    if (first.record.label !== label) first.clash = true;
    problems.push(repeated(where, path, first.line, first.record.label, label));
  }
  const named = [...seen.values()].filter(({ clash }) => !clash);
  const { records, problems: ofBins } = await resolveBins(file, named, options);
  append(problems, ofBins);
  const read = {
    pathColumn: names[pathColumn] ?? '',
    labelColumn: labelColumn === undefined ? undefined : names[labelColumn],
    rows: rows.length,
    images: records.length,
  };
  return { records: records.sort((a, b) => byCodePoint(a.path, b.path)), problems, table: read };
}

/** Texts of the columns that are kept, each once in memory; nothing in place of a volume that cannot be read. */
function fieldsIn(
  kept: readonly KeptColumn[],
  fields: readonly string[],
  delimiter: Delimiter,
): Record<string, string> {
  return Object.fromEntries(
    kept.map(({ name, column, share }) => {
      const cell = fields[column] ?? '';
      return [name, isVolume(name) && hasUnclearComma(cell, delimiter) ? '' : share(cell)];
    }),
  );
}

const isVolume = (name: string) => (VOLUME_FIELDS as readonly string[]).includes(name.toLowerCase());

/** Volumes that cannot be read, so that no concentration is computed with them. */
function unclearVolumes(
  { file, rows }: { readonly file: string; readonly rows: readonly Row[] },
  kept: readonly KeptColumn[],
  delimiter: Delimiter,
): Problem[] {
  const volumes = kept.filter(({ name }) => isVolume(name));
  return volumes.flatMap(({ name, column }) =>
    rows.flatMap(({ fields, line }): Problem[] => {
      const cell = fields[column] ?? '';
      if (!hasUnclearComma(cell, delimiter)) return [];
      const remedy = 'Write it with a point, or separate the columns by semicolons.';
      return [
        {
          where: `${file}:${line}, column ${name}`,
          expected: 'a number without a comma',
          received: `'${cell}'; it is left out`,
          remedy,
        },
      ];
    }),
  );
}

/** What stands in place of a path in a row that sums others. */
const AGGREGATE = /^(grand )?(totals?|sums?|mean|average)$/i;

/** The rows of a table file, header included, and its delimiter. @throws CladenetError DATASET when it cannot be read whole */
export async function rowsOf(file: string): Promise<Pick<TableRows, 'rows' | 'delimiter'>> {
  const summary = `The table ${file} cannot be read.`;
  const bytes = await readRegularFile(file, { maxBytes: MAX_TABLE_BYTES }).catch((error: unknown) => {
    throw new CladenetError('DATASET', summary, [readProblem(file, error)], { cause: error });
  });
  const decoded = decodeText(bytes);
  if (!('text' in decoded)) {
    throw new CladenetError('DATASET', summary, [{ where: `${file}:${decoded.line}`, ...decoded.problem }]);
  }
  const { rows, delimiter, faults } = parseRows(decoded.text);
  if (faults.length === 0) return { rows, delimiter };
  throw new CladenetError(
    'DATASET',
    summary,
    faults.map(({ line, ...fault }) => ({ where: `${file}:${line}`, ...fault })),
  );
}

function onlyRanks(file: string, line: number): CladenetError {
  return new CladenetError('DATASET', `It is not clear which column of ${file} holds the labels.`, [
    {
      where: `${file}:${line}`,
      expected: 'a column of labels',
      received: "'class', which is a rank beside the columns of other ranks",
      remedy: 'Name the column with `labelColumn`.',
    },
  ]);
}

/** Whether a row is the second line of an EcoTaxa table, which gives the types [t] and [f] of the columns. */
export function isTypeLine(row: Row | undefined): boolean {
  const filled = row?.fields.filter((field) => field !== '') ?? [];
  return filled.length > 0 && filled.every((field) => /^\[\w\]$/.test(field));
}

function repeated(where: string, path: string, line: number, first?: string, second?: string): Problem {
  const same = first === second;
  return {
    where,
    expected: 'every image once',
    received: same
      ? `${path} again (first in line ${line})`
      : `${path} as ${second ?? 'nothing'}, but as ${first ?? 'nothing'} in line ${line}; the image is left out`,
  };
}
