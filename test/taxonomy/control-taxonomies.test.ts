import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatTaxonomy, randomTaxonomy } from '../../src/taxonomy/control-taxonomies.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { lineages } from './arbitrary.js';

/** The shape below a node, whatever its nodes are called and in whatever order they stand. */
function shape(taxonomy: Taxonomy, path = taxonomy.root): string {
  const below = taxonomy.node(path).children.map((child) => shape(taxonomy, child));
  return `(${below.sort().join('')})`;
}

/** Forty classes in groups of five, two levels, and a few straight below the root. */
const big = Taxonomy.fromLineages(
  Array.from({ length: 44 }, (_, i) => {
    const label = `class ${i}`;
    return { label, lineage: i < 40 ? [`kingdom ${i % 2}`, `order ${i % 8}`, label] : [label] };
  }),
);

describe('randomTaxonomy', () => {
  it('keeps the shape and the classes of any tree', () => {
    fc.assert(
      fc.property(lineages, fc.integer(), (entries, seed) => {
        const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'keep' });
        const shuffled = randomTaxonomy(taxonomy, seed);
        expect(shape(shuffled)).toBe(shape(taxonomy));
        expect([...shuffled.classes].sort()).toEqual([...taxonomy.classes].sort());
      }),
    );
  });

  it('shuffles the classes: most siblings are no longer siblings', () => {
    const siblings = (taxonomy: Taxonomy) =>
      taxonomy
        .internalNodes()
        .filter(({ depth }) => depth === 2)
        .flatMap(({ path }) => {
          const below = [...taxonomy.classesBelow(path)].sort();
          return below.flatMap((a, i) => below.slice(i + 1).map((b) => `${a} and ${b}`));
        });
    const before = new Set(siblings(big));
    expect(before.size).toBe(80);
    for (const seed of [1, 2, 3]) {
      const stayed = siblings(randomTaxonomy(big, seed)).filter((pair) => before.has(pair));
      expect(stayed.length).toBeLessThan(20);
    }
  });

  it('depends on its seed alone', () => {
    const paths = (seed: number) => randomTaxonomy(big, seed).classes.join();
    expect(paths(1)).toBe(paths(1));
    expect(paths(2)).not.toBe(paths(1));
  });

  it('gives every leaf to every class with equal probability', () => {
    const seeds = Array.from({ length: 300 }, (_, i) => i);
    const times = seeds.filter((seed) => randomTaxonomy(big, seed).leafOf('class 7') === 'root>class 7').length;
    // 4 of 44 places, 300 draws: 27 expected, standard deviation 5.
    expect(times).toBeGreaterThan(10);
    expect(times).toBeLessThan(45);
  });

  it('gives inner nodes names without meaning, which no class has', () => {
    const taxonomy = Taxonomy.fromLineages([
      { label: 'node 1', lineage: ['Algae', 'node 1'] },
      { label: 'b', lineage: ['Algae', 'b'] },
      { label: 'x>y', lineage: ['Animals', 'y'] },
      { label: 'x/y', lineage: ['Animals', 'x'] },
    ]);
    const shuffled = randomTaxonomy(taxonomy, 3);
    expect(shuffled.internalNodes().map(({ path }) => path)).toEqual(['root', "root>node 1'", 'root>node 2']);
    expect([...shuffled.classes].sort()).toEqual(['b', 'node 1', 'x/y', 'x>y']);
    expect(shuffled.node(shuffled.leafOf('x>y')).name).toBe("x/y'");
  });
});

describe('flatTaxonomy', () => {
  it('is one root with every class below it', () => {
    const flat = flatTaxonomy(['copepod', 'a>b', 'root']);
    expect(flat.nodes().map(({ path, depth, label }) => [path, depth, label])).toEqual([
      ['root', 0, undefined],
      ['root>a/b', 1, 'a>b'],
      ['root>copepod', 1, 'copepod'],
      ['root>root', 1, 'root'],
    ]);
  });

  it('refuses fewer than two, repeated and empty classes', () => {
    expect(() => flatTaxonomy(['one'])).toThrow(/at least 2 classes/);
    expect(() => flatTaxonomy(['one', 'two', 'one'])).toThrow(/each class once/);
    expect(() => flatTaxonomy(['one', ''])).toThrow(/empty name/);
  });
});
