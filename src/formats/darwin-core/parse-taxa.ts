/**
 * Reads a Darwin Core Taxon table: the core of a checklist archive, as WoRMS, GBIF and Catalogue of Life export it.
 *
 * @see https://dwc.tdwg.org/terms/#taxon
 */
import { largest } from '../../arrays.js';
import { parseRows } from '../../table-rows.js';
import { asRank } from '../taxon.js';
import { type FormatFault, someOf, type TaxonRecord, type TaxonRecords } from '../taxon-record.js';
import { follow } from './follow.js';
import { readTaxonRows, type TaxonRow } from './taxon-rows.js';

/** A status that a name can have only as a name of another taxon. */
const NOT_ACCEPTED = /synonym|misappli|unaccepted|invalid|^not accepted/i;
const ACCEPTED = /^(?:accepted|valid)$/i;

/**
 * The taxa of a Darwin Core Taxon table (CSV, TSV, also with `;`): the rows of accepted names, below the taxa that
 * `parentNameUsageID` names. A row whose `acceptedNameUsageID` is another taxon is a synonym: it is no taxon, and what refers to
 * it refers to the accepted one.
 */
export function parseDarwinCoreTaxa(text: string): TaxonRecords {
  const { rows, faults: wrong } = readTaxonRows(parseRows(text));
  const faults: FormatFault[] = [...wrong];
  const positions = new Map<string, number>();
  const isRepeated = rows.map((row, i) => {
    const earlier = rows[positions.get(row.id) ?? -1];
    if (earlier === undefined) positions.set(row.id, i);
    else faults.push(repeatedId(row, earlier));
    return earlier !== undefined;
  });

  const synonyms = rows.map((row) => (isSynonym(row) ? (positions.get(row.accepted ?? '') ?? -1) : undefined));
  const accepted = follow(synonyms);
  rows.forEach((row, i) => {
    const fault = statusFault(row, synonyms[i]);
    if (fault !== undefined) faults.push(fault);
  });
  for (const cycle of accepted.cycles) faults.push(cycleFault(cycle, rows, 'acceptedNameUsageID', 'an accepted name'));

  const parents = rows.map((row, i) => {
    if (row.parent === undefined || synonyms[i] !== undefined) return undefined;
    const named = positions.get(row.parent);
    if (named === undefined) faults.push(missing(row, 'parentNameUsageID', row.parent));
    return named === undefined ? -1 : (accepted.ends[named] as number);
  });
  const tops = follow(parents);
  for (const cycle of tops.cycles) faults.push(cycleFault(cycle.toReversed(), rows, 'parentNameUsageID', 'a tree'));

  // Rows below a cycle, or below a taxon that is not there, have no place in the tree.
  const kept = [...rows.keys()].filter((i) => synonyms[i] === undefined && (tops.ends[i] as number) >= 0);
  const places = new Map(kept.map((i, place) => [i, place]));
  const taxa = kept.map((i): TaxonRecord => {
    const { line, id, name, rank, label, isBiological } = rows[i] as TaxonRow;
    const isRefused = isRepeated[i] === true;
    const parent = places.get(parents[i] ?? -1);
    return {
      name,
      id: isRefused ? undefined : id,
      rank: asRank(rank),
      label,
      isBiological,
      parent,
      isRefused,
      at: { line },
    };
  });
  const followed = rows.flatMap(({ name }, i) => {
    const taxon = synonyms[i] === undefined ? undefined : rows[accepted.ends[i] as number];
    return taxon === undefined ? [] : [`'${name}' is '${taxon.name}'`];
  });
  const notes = followed.length === 0 ? [] : [`Synonyms stand for their accepted names: ${someOf(followed)}.`];
  const names = rows.flatMap(({ name }, i) => {
    const of = synonyms[i] === undefined ? undefined : places.get(accepted.ends[i] as number);
    return of === undefined ? [] : [{ name, of }];
  });
  return { taxa, faults, synonyms: names, notes };
}

const isSynonym = ({ id, accepted }: TaxonRow): boolean => accepted !== undefined && accepted !== id;

function statusFault(row: TaxonRow, synonymOf: number | undefined): FormatFault | undefined {
  const { line, name, status, accepted = '' } = row;
  const at = { line, column: 'acceptedNameUsageID' };
  if (synonymOf === undefined) {
    if (!NOT_ACCEPTED.test(status)) return undefined;
    const received = `none, where taxonomicStatus is '${status}'`;
    const remedy = 'Fill in the accepted name, or remove the row.';
    return { ...at, expected: `the taxonID of the accepted name of '${name}'`, received, remedy };
  }
  if (synonymOf < 0) return missing(row, 'acceptedNameUsageID', accepted);
  if (!ACCEPTED.test(status)) return undefined;
  const expected = `no other accepted name, where taxonomicStatus is '${status}'`;
  return { ...at, expected, received: `'${accepted}'` };
}

function cycleFault(
  cycle: readonly number[],
  rows: readonly TaxonRow[],
  column: string,
  expected: string,
): FormatFault {
  const names = [...cycle, cycle[0] as number].map((i) => rows[i]?.name);
  const line = largest(cycle.map((i) => rows[i]?.line ?? 0));
  return { line, column, expected, received: `a cycle: ${someOf(names.map(String), 20).replaceAll(', ', ' > ')}` };
}

function missing({ line, name }: TaxonRow, column: string, id: string): FormatFault {
  const what = column === 'parentNameUsageID' ? 'parent' : 'accepted name';
  const top = what === 'parent' ? ', or leave the cell empty for a taxon at the top' : '';
  return {
    line,
    column,
    expected: `the taxonID of a row, the ${what} of '${name}'`,
    received: `'${id}', which no row has`,
    remedy: `Add the row of the ${what}${top}.`,
  };
}

function repeatedId({ line, id, name }: TaxonRow, earlier: TaxonRow): FormatFault {
  const at = { line, column: 'taxonID', expected: 'each taxonID on one row' };
  if (name === earlier.name) {
    return { ...at, received: `'${id}' a second time (line ${earlier.line})`, remedy: 'Remove one of the rows.' };
  }
  return {
    ...at,
    received: `'${id}' for '${name}' and for '${earlier.name}' (line ${earlier.line})`,
    remedy: `Give one of them another taxonID; a synonym has its own, and '${id}' as its acceptedNameUsageID.`,
  };
}
