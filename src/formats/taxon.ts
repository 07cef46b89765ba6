/** What identifies a taxon beside its name: an id of a register such as WoRMS, and a rank. */

/** The id and the rank of a taxon, where they are known. */
export interface Taxon {
  /** In the register that the taxonomy comes from, such as the AphiaID of WoRMS; no other taxon has it. */
  readonly id?: string | undefined;
  /** In lower case, such as `genus`. */
  readonly rank?: string | undefined;
}

/** Spreadsheets and data frames write the id 12345 as 12345.0 when other ids of its column are missing. */
const WHOLE = /^(\d+)\.0+$/;

/** An id as it is kept; undefined where there is none. */
export function asId(written: string | undefined): string | undefined {
  const id = written?.trim().replace(WHOLE, '$1');
  return id === '' ? undefined : id;
}

/** A rank as it is kept: `Phylum (Division)` of WoRMS is `phylum`. Undefined where there is none. */
export function asRank(written: string | undefined): string | undefined {
  const rank = written
    ?.replace(/\([^()]*\)\s*$/, '')
    .trim()
    .toLowerCase();
  return rank === '' ? undefined : rank;
}
