/** EcoTaxa tables as they are written. */

/** A column of a table: its name, and whether it holds numbers. */
export interface EcotaxaColumn {
  readonly name: string;
  /** Default `false`: text. */
  readonly isNumber?: boolean | undefined;
}

/**
 * The beginning of a table: the mark of UTF-8, without which EcoTaxa reads Latin-1, the names of the columns, and their types.
 */
export function ecotaxaHeader(columns: readonly EcotaxaColumn[]): string {
  const types = columns.map(({ isNumber = false }) => (isNumber ? '[f]' : '[t]'));
  return `\ufeff${ecotaxaRows([columns.map(({ name }) => name), types])}`;
}

/** Rows of a table, each with a line break at its end. EcoTaxa takes cells as they are, so none gets an apostrophe in front. */
export function ecotaxaRows(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join('\t')}\n`).join('');
}

const quoted = (cell: string) => (/["\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/**
 * A whole table.
 *
 * @param rows the text of each column, by its name; a column that a row lacks is empty there
 */
export function formatEcotaxaTable(
  columns: readonly EcotaxaColumn[],
  rows: readonly Readonly<Record<string, string>>[],
): string {
  return ecotaxaHeader(columns) + ecotaxaRows(rows.map((row) => columns.map(({ name }) => row[name] ?? '')));
}

/** The columns with which EcoTaxa updates the categories of objects that it has. */
export const UPDATE_COLUMNS: readonly EcotaxaColumn[] = [
  { name: 'object_id' },
  { name: 'object_annotation_status' },
  { name: 'object_annotation_category' },
  { name: 'object_annotation_category_id' },
  { name: 'object_annotation_date' },
  { name: 'object_annotation_time' },
];

/** A category for an object. */
export interface EcotaxaUpdate {
  readonly object: string;
  /** The name that EcoTaxa displays. */
  readonly category: string;
  /** Its number, or empty where it is not known. */
  readonly categoryId: string;
}

/** Rows of {@link UPDATE_COLUMNS}: predictions made at `when`, in UTC as EcoTaxa has it. */
export function updateRows(updates: readonly EcotaxaUpdate[], when: Date): string {
  const digits = when.toISOString().replaceAll(/\D/g, '');
  const [date, time] = [digits.slice(0, 8), digits.slice(8, 14)];
  return ecotaxaRows(
    updates.map(({ object, category, categoryId }) => [object, 'predicted', category, categoryId, date, time]),
  );
}

/** What a classifier says of an object, the most probable taxon first. */
export interface RankedTaxa {
  /** EcoTaxa's number of the object, `objid`. */
  readonly objid: number;
  /** EcoTaxa's numbers of the taxa. */
  readonly taxa: readonly number[];
  /** Of each taxon, from 0 to 1, descending. */
  readonly scores: readonly number[];
}

/**
 * The body of a call of EcoTaxa's `POST /object_set/classify_auto_multiple`, which takes scores where a table cannot: the state
 * before is kept in the history of each object.
 */
export function formatClassifyAutoMultiple(objects: readonly RankedTaxa[]): string {
  return `${JSON.stringify({
    target_ids: objects.map(({ objid }) => objid),
    classifications: objects.map(({ taxa }) => taxa),
    scores: objects.map(({ scores }) => scores),
    keep_log: true,
  })}\n`;
}
