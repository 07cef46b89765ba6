/** Random taxonomies for property tests, and the same trees as plain lineages to compare with. */
import fc from 'fast-check';
import type { Taxon } from '../../src/formats/taxon.js';
import type { Lineage } from '../../src/taxonomy/taxonomy.js';

const name = fc
  .oneof(
    fc.constantFrom(
      'a',
      'A',
      '1',
      '10',
      '9',
      'a,b',
      'say "x"',
      'two  words',
      'é',
      '浮游生物',
      '😀',
      'a/b',
      "l'un",
      '\uFFFD',
      ';',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  )
  .map((text) => text.replace(/[>\p{Cc}]/gu, '_').trim())
  .filter((text) => text !== '');

/**
 * Lineages of the leaves of a random tree with at least two leaves, in random order. Inner nodes may have a single
 * child; leaves are called like their class or not.
 */
export const lineages: fc.Arbitrary<Lineage[]> = fc
  .array(fc.record({ name, above: fc.nat(), renamed: fc.boolean() }), { minLength: 2, maxLength: 40 })
  .map((picks) => {
    const nodes: { lineage: string[]; below: Set<string>; renamed: boolean }[] = [];
    const tops = new Set<string>();
    for (const { name, above, renamed } of picks) {
      const parent = nodes[(above % (nodes.length + 1)) - 1];
      const siblings = parent?.below ?? tops;
      const own = siblings.has(name) ? `${name}${siblings.size}` : name;
      if (siblings.has(own)) continue;
      siblings.add(own);
      nodes.push({ lineage: [...(parent?.lineage ?? []), own], below: new Set(), renamed });
    }
    const used = new Set<string>();
    const leaves = nodes.filter(({ below }) => below.size === 0);
    return leaves.map(({ lineage, renamed }, i) => {
      const own = lineage.at(-1) ?? '';
      const label = renamed || used.has(own) ? `${i}: ${own}` : own;
      used.add(label);
      return { label, lineage };
    });
  })
  .filter((entries) => entries.length >= 2 && new Set(entries.map(({ label }) => label)).size === entries.length)
  .chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }));

const RANKS = ['kingdom', 'order', 'genus', 'species', undefined];

/** The same with ids and ranks on some of the nodes, and some classes that are no organisms. */
export const identified: fc.Arbitrary<Lineage[]> = fc
  .tuple(lineages, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), fc.constantFrom('', 'urn:lsid:x:', '=', '0'))
  .map(([entries, draws, prefix]) => {
    const taxa = new Map<string, Taxon>();
    const taxonOf = (path: string): Taxon => {
      const known = taxa.get(path);
      if (known !== undefined) return known;
      const draw = draws[taxa.size % draws.length] ?? 0;
      const [id, rank] = [draw % 3 > 0 ? `${prefix}${taxa.size}` : undefined, RANKS[draw % RANKS.length]];
      const taxon = { ...(id && { id }), ...(rank && { rank }) };
      taxa.set(path, taxon);
      return taxon;
    };
    return entries.map(({ label, lineage }, i) => ({
      label,
      lineage,
      taxa: lineage.map((_, depth) => taxonOf(lineage.slice(0, depth + 1).join('>'))),
      ...((draws[i] ?? 0) % 7 === 0 && { biological: false }),
    }));
  });
