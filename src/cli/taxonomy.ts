/** `--taxonomy` of the commands that work without one too. */
import type { SingleChild } from '../taxonomy/check.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

export interface TaxonomyChoice {
  readonly taxonomy?: string | undefined;
  readonly singleChild: SingleChild;
}

export async function readIfGiven({ taxonomy, singleChild }: TaxonomyChoice): Promise<Taxonomy | undefined> {
  return taxonomy === undefined ? undefined : readTaxonomy(taxonomy, { singleChild });
}
