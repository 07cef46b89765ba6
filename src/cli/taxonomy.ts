/** Taxonomies for the commands: which columns of a table are read is said on standard error. */
import { log } from '../progress.js';
import { taxonomyTableLine } from '../report/tables/image-text.js';
import type { SingleChild } from '../taxonomy/check.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

export interface TaxonomyChoice {
  readonly taxonomy?: string | undefined;
  readonly singleChild: SingleChild;
}

export const openTaxonomy = (file: string, singleChild: SingleChild): Promise<Taxonomy> =>
  readTaxonomy(file, { singleChild, onNote: log, onTable: (table) => log(taxonomyTableLine(file, table)) });

/** `--taxonomy` of the commands that work without one too. */
export async function readIfGiven({ taxonomy, singleChild }: TaxonomyChoice): Promise<Taxonomy | undefined> {
  return taxonomy === undefined ? undefined : openTaxonomy(taxonomy, singleChild);
}

/** @throws CladenetError TAXONOMY for classes of the images that the taxonomy lacks */
export function requireInTaxonomy(taxonomy: Taxonomy, classes: readonly string[]): void {
  orThrow('The taxonomy does not fit the images', matchClasses(taxonomy, classes, { allowMissing: true }));
}
