/**
 * The taxa of EcoTaxa tables. A taxon is identified by its number (`object_annotation_category_id`) or by its path from the top
 * (`object_annotation_hierarchy`), never by its name alone: `fiber` of `detritus` is another one than `fiber` of `plastic`.
 */
import type { Problem } from '../../errors.js';
import type { EcotaxaLine } from './table.js';

/** What tables say of a taxon. */
export interface EcotaxaCategory {
  /** Unique among the taxa of the tables: the name that EcoTaxa displays, with what tells it from others of that name. */
  readonly label: string;
  /** Its number in EcoTaxa, or empty. */
  readonly id: string;
  /** The names from the top down to its own; empty where no table has the hierarchy. */
  readonly path: readonly string[];
}

/** What names the taxon of a line. */
export type EcotaxaTaxon = Pick<EcotaxaLine, 'category' | 'categoryId' | 'hierarchy'>;

/** Below it are no organisms. */
const NOT_LIVING = 'not-living';

/** Collects the taxa of lines, in one or more tables. */
export class EcotaxaCategories {
  readonly #numbers = new Map<string, number>();
  readonly #seen: EcotaxaTaxon[] = [];

  /** The number of the taxon of a line, for {@link all}; undefined for a line without one. */
  add({ category, categoryId, hierarchy }: EcotaxaTaxon): number | undefined {
    if (category === '' && categoryId === '' && hierarchy === '') return undefined;
    const key = `${categoryId}\t${hierarchy}\t${category}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#seen.length;
    this.#numbers.set(key, number);
    this.#seen.push({ category, categoryId, hierarchy });
    return number;
  }

  /**
   * The taxon of each number that {@link add} gave; equal ones are the same object.
   *
   * @param source where the tables are, for problems: a name without number and path that several taxa have
   */
  all(source: string): { readonly categories: readonly EcotaxaCategory[]; readonly problems: readonly Problem[] } {
    const { groups, problems } = this.#groups(source);
    const drafts = groups.map((members) => {
      const first = (field: keyof EcotaxaTaxon) =>
        members.map((number) => this.#seen[number]?.[field]).find(Boolean) ?? '';
      const path = pathOf(first('hierarchy'));
      const id = first('categoryId');
      return { id, path, name: first('category') || path.at(-1) || id };
    });
    const labels = distinctLabels(drafts);
    const categories: EcotaxaCategory[] = [];
    groups.forEach((members, group) => {
      const { id = '', path = [] } = drafts[group] ?? {};
      const category = { label: labels[group] ?? '', id, path };
      for (const number of members) categories[number] = category;
    });
    return { categories, problems };
  }

  /** Which numbers are one taxon: those with the same id or the same path; a name alone joins the only taxon that has it. */
  #groups(source: string): { readonly groups: readonly number[][]; readonly problems: Problem[] } {
    const parent = this.#seen.map((_, number) => number);
    const top = (number: number): number => {
      const above = parent[number] ?? number;
      return above === number ? number : top(above);
    };
    const firstOf = new Map<string, number>();
    const join = (key: string, number: number) => {
      const first = firstOf.get(key);
      if (first === undefined) firstOf.set(key, number);
      else parent[Math.max(top(first), top(number))] = Math.min(top(first), top(number));
    };
    this.#seen.forEach(({ categoryId, hierarchy }, number) => {
      if (categoryId !== '') join(`id ${categoryId}`, number);
      if (hierarchy !== '') join(`path ${pathOf(hierarchy).join('>')}`, number);
    });
    const problems: Problem[] = [];
    this.#seen.forEach(({ category, categoryId, hierarchy }, number) => {
      if (categoryId !== '' || hierarchy !== '') return;
      const others = this.#seen.flatMap((other, i) => (i !== number && other.category === category ? [top(i)] : []));
      const taxa = [...new Set(others)];
      if (taxa.length === 1) parent[number] = taxa[0] ?? number;
      else if (taxa.length > 1) {
        const found = taxa.map((i) => this.#seen[i]?.categoryId || this.#seen[i]?.hierarchy).join(' and ');
        const remedy = 'Add the column object_annotation_category_id.';
        const received = `'${category}', which several taxa are called: ${found}`;
        problems.push({ where: source, expected: 'a category that is one taxon', received, remedy });
      }
    });
    const groups = new Map<number, number[]>();
    this.#seen.forEach((_, number) => {
      const members = groups.get(top(number));
      if (members === undefined) groups.set(top(number), [number]);
      else members.push(number);
    });
    return { groups: [...groups.values()], problems };
  }
}

const pathOf = (hierarchy: string): string[] =>
  hierarchy
    .split('>')
    .map((name) => name.trim())
    .filter((name) => name !== '');

interface Draft {
  readonly id: string;
  readonly path: readonly string[];
  readonly name: string;
}

/** Names, with as many of the names above as tell them apart, `fiber<plastic`; with numbers where there is no path. */
function distinctLabels(drafts: readonly Draft[]): string[] {
  const labels = drafts.map(({ name }) => name);
  const alike = new Map<string, number[]>();
  labels.forEach((label, i) => {
    alike.set(label, [...(alike.get(label) ?? []), i]);
  });
  for (const [name, members] of alike) {
    if (members.length === 1) continue;
    for (const i of members) {
      const { path = [], id = '' } = drafts[i] ?? {};
      const upwards = (levels: number) => path.slice(-levels).reverse().join('<');
      const isOther = (j: number) => j !== i;
      let label = path.length === 0 ? `${name} (${id || 'no number'})` : upwards(path.length);
      for (let levels = path.length - 1; levels >= 2; levels--) {
        const own = upwards(levels);
        const others = members.filter(isOther).map((j) => (drafts[j]?.path ?? []).slice(-levels).reverse().join('<'));
        if (!others.includes(own)) label = own;
      }
      labels[i] = label;
    }
  }
  return labels;
}

/** A class and the names from the top of the tree down to its leaf. */
export interface EcotaxaLineage {
  readonly label: string;
  readonly lineage: readonly string[];
  /** `false` below `not-living`. */
  readonly biological?: false;
}

/**
 * The lineages of taxa, for a taxonomy whose leaves are classes. A taxon that others are below becomes an inner node, and its
 * own images a leaf of the same name below it: `Copepoda` are then the copepods that are not identified further.
 *
 * @param source where the tables are, for problems: taxa whose hierarchy no table has
 */
export function ecotaxaLineages(
  taxa: Iterable<EcotaxaCategory>,
  source: string,
): { readonly lineages: readonly EcotaxaLineage[]; readonly problems: readonly Problem[] } {
  const categories = [...new Set(taxa)];
  const inner = new Set(
    categories.flatMap(({ path }) => path.slice(0, -1).map((_, i) => path.slice(0, i + 1).join('>'))),
  );
  const lineages = categories
    .filter(({ path }) => path.length > 0)
    .map(({ label, path }): EcotaxaLineage => {
      const lineage = inner.has(path.join('>')) ? [...path, path.at(-1) ?? ''] : path;
      return path[0] === NOT_LIVING ? { label, lineage, biological: false } : { label, lineage };
    });
  const without = categories.filter(({ path }) => path.length === 0).map(({ label }) => label);
  if (without.length === 0) return { lineages, problems: [] };
  const received = `none for ${without.slice(0, 10).join(', ')}${without.length > 10 ? `, and ${without.length - 10} more` : ''}`;
  const expected = 'the hierarchy of each category (object_annotation_hierarchy)';
  const remedy = 'Exports have it, but for backups; tables for import do not need it.';
  return { lineages, problems: [{ where: source, expected, received, remedy }] };
}
