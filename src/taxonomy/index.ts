/**
 * `cladenet/taxonomy`: taxonomies read, checked, edited, drawn and written, and distances between their classes.
 *
 * @module
 */
export type { CheckOptions, SingleChild } from './check.js';
export { flatTaxonomy, randomTaxonomy } from './control-taxonomies.js';
export { type DrawOptions, drawTree } from './draw-tree.js';
export { editTaxonomy, parseEdit, type TaxonomyEdit } from './edit.js';
export { findNode } from './find-node.js';
export { lcaHeights } from './lca-heights.js';
export { markNonBiological } from './mark-non-biological.js';
export { type MatchOptions, matchClasses } from './match-classes.js';
export { type ParseOptions, parseTaxonomy, TAXONOMY_FORMATS, type TaxonomyFormat } from './parse.js';
export { nodesAtRank, ranksOf } from './ranks.js';
export type { Taxon } from '../formats/taxon.js';
export { readTaxonomy } from './read.js';
export type { TaxonomyTable, TaxonomyTableOptions } from './read-table.js';
export { type Lineage, Taxonomy, type TaxonomyNode } from './taxonomy.js';
export { formatTaxonomy, toCsv, toJson, writeTaxonomy } from './write.js';
