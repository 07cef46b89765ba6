/** The rows of a Darwin Core Taxon table, their cells checked one by one. */
import type { Row, TableRows } from '../../table-rows.js';
import { asId } from '../taxon.js';
import type { FormatFault } from '../taxon-record.js';

export interface TaxonRow {
  readonly line: number;
  readonly id: string;
  readonly parent: string | undefined;
  /** Without its authorship, where that has a column of its own. */
  readonly name: string;
  readonly rank: string | undefined;
  readonly status: string;
  readonly accepted: string | undefined;
  readonly label: string | undefined;
  readonly isBiological: boolean | undefined;
}

/** The name of a term, from `taxonID`, `dwc:taxonID` or its address, in lower case. */
export const termOf = (column: string): string => (column.split(/[/:#]/).at(-1) ?? '').trim().toLowerCase();

/** Whether the first line of a table is that of a Darwin Core Taxon table. */
export function isTaxonHeader(columns: readonly string[]): boolean {
  const terms = columns.map(termOf);
  return terms.includes('taxonid') && terms.includes('scientificname') && terms.includes('parentnameusageid');
}

/** What a spreadsheet makes of a long number in a narrow column. */
const SHORTENED = /^\d(?:[.,]\d+)?E\+?\d+$/i;

/**
 * The rows of a table. Beside the terms of Darwin Core it may have the columns `label` (the class of a taxon, where that is not
 * its name) and `biological` (false for what is no organism).
 */
export function readTaxonRows({ rows, faults: broken }: TableRows): {
  readonly rows: readonly TaxonRow[];
  readonly faults: readonly FormatFault[];
} {
  const faults: FormatFault[] = [...broken];
  const [header, ...body] = rows;
  const terms = header?.fields.map(termOf) ?? [];
  if (header === undefined || !isTaxonHeader(header.fields)) {
    const expected = 'the columns taxonID, scientificName and parentNameUsageID';
    const received =
      header === undefined ? 'no rows' : `the columns ${header.fields.map((field) => `'${field}'`).join(', ')}`;
    return { rows: [], faults: [...faults, { line: header?.line ?? 1, expected, received }] };
  }
  const read = body.flatMap((row) => {
    if (row.fields.length === terms.length) return readRow(row, terms, faults) ?? [];
    const expected = `${terms.length} fields, as in the header`;
    faults.push({ line: row.line, expected, received: `${row.fields.length}` });
    return [];
  });
  return { rows: read, faults };
}

function readRow({ line, fields }: Row, terms: readonly string[], faults: FormatFault[]): TaxonRow | undefined {
  const cell = (term: string): string => fields[terms.indexOf(term.toLowerCase())] ?? '';
  const idOf = (column: string): string | undefined => {
    const written = cell(column);
    if (SHORTENED.test(written)) {
      const remedy = 'A spreadsheet has shortened it: show the column as text, and export it again.';
      faults.push({ line, column, expected: 'an id in full', received: `'${written}'`, remedy });
    }
    return asId(written);
  };
  const [id, parent, accepted] = [idOf('taxonID'), idOf('parentNameUsageID'), idOf('acceptedNameUsageID')];
  const written = cell('scientificName');
  const authorship = cell('scientificNameAuthorship');
  const name =
    authorship !== '' && written.endsWith(` ${authorship}`) ? written.slice(0, -authorship.length - 1) : written;
  if (written === '') faults.push({ line, column: 'scientificName', expected: 'a name', received: 'an empty cell' });
  if (id === undefined) {
    faults.push({ line, column: 'taxonID', expected: `an id for '${written}'`, received: 'an empty cell' });
  }
  const mark = cell('biological').toLowerCase();
  if (!['', 'true', 'false'].includes(mark)) {
    faults.push({ line, column: 'biological', expected: 'true or false', received: `'${mark}'` });
  }
  if (id === undefined || written === '') return undefined;
  return {
    line,
    id,
    parent,
    name: name.trim(),
    rank: cell('taxonRank'),
    status: cell('taxonomicStatus'),
    accepted,
    label: cell('label') || undefined,
    isBiological: mark === '' ? undefined : mark === 'true',
  };
}
