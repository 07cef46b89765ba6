import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { type Lineage, Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { lineages } from './arbitrary.js';

/** Lineages written as paths whose last name is the class. */
function tree(...paths: string[]): Lineage[] {
  return paths.map((path) => {
    const lineage = path.split('>');
    return { label: lineage.at(-1) ?? '', lineage };
  });
}

function pathsOf(taxonomy: Taxonomy): string[] {
  return taxonomy.nodes().map(({ path }) => path);
}

function problemsOf(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (error instanceof CladenetError) return { code: error.code, problems: error.problems, message: error.message };
  }
  throw new Error('expected a CladenetError');
}

const PLANKTON = tree(
  'Plankton>Protist>star',
  'Plankton>Crustacean>Copepod>calanoid',
  'Plankton>Crustacean>Copepod>cyclopoid',
  'Plankton>Crustacean>amphipod',
  'Plankton>Protist>olive',
);

describe('a taxonomy', () => {
  const taxonomy = Taxonomy.fromLineages(PLANKTON);

  it('uses the only top node as its root, and lists nodes in pre-order', () => {
    expect(taxonomy.root).toBe('Plankton');
    expect(pathsOf(taxonomy)).toEqual([
      'Plankton',
      'Plankton>Crustacean',
      'Plankton>Crustacean>Copepod',
      'Plankton>Crustacean>Copepod>calanoid',
      'Plankton>Crustacean>Copepod>cyclopoid',
      'Plankton>Crustacean>amphipod',
      'Plankton>Protist',
      'Plankton>Protist>olive',
      'Plankton>Protist>star',
    ]);
    expect(taxonomy.classes).toEqual(['calanoid', 'cyclopoid', 'amphipod', 'olive', 'star']);
    expect(taxonomy.internalNodes().map(({ name }) => name)).toEqual(['Plankton', 'Crustacean', 'Copepod', 'Protist']);
  });

  it('gives the nodes that have something to decide', () => {
    const chain = Taxonomy.fromLineages(
      [
        { label: 'calanoid', lineage: ['Plankton', 'Crustacean', 'Copepod', 'calanoid'] },
        { label: 'cyclopoid', lineage: ['Plankton', 'Crustacean', 'Copepod', 'cyclopoid'] },
        { label: 'olive', lineage: ['Plankton', 'Protist', 'olive'] },
      ],
      { singleChild: 'keep' },
    );
    expect(chain.internalNodes().map(({ name }) => name)).toEqual(['Plankton', 'Crustacean', 'Copepod', 'Protist']);
    expect(chain.decidingNodes().map(({ name }) => name)).toEqual(['Plankton', 'Copepod']);
  });

  it('describes a node', () => {
    expect(taxonomy.node('Plankton>Crustacean')).toEqual({
      path: 'Plankton>Crustacean',
      name: 'Crustacean',
      parent: 'Plankton',
      children: ['Plankton>Crustacean>Copepod', 'Plankton>Crustacean>amphipod'],
      depth: 1,
      height: 2,
      label: undefined,
    });
    expect(taxonomy.node('Plankton').parent).toBeUndefined();
    expect(taxonomy.node('Plankton').height).toBe(3);
    expect(taxonomy.node('Plankton>Protist>star')).toMatchObject({ label: 'star', height: 0, depth: 2, children: [] });
    expect(taxonomy.has('Plankton>Protist')).toBe(true);
    expect(taxonomy.has('Protist')).toBe(false);
    expect(taxonomy.has('')).toBe(false);
  });

  it('finds leaves, classes below, lineages and common ancestors', () => {
    expect(taxonomy.leafOf('calanoid')).toBe('Plankton>Crustacean>Copepod>calanoid');
    expect(taxonomy.classesBelow('Plankton>Crustacean')).toEqual(['calanoid', 'cyclopoid', 'amphipod']);
    expect(taxonomy.classesBelow('Plankton>Protist>star')).toEqual(['star']);
    expect(taxonomy.lineage('Plankton>Protist>star')).toEqual([
      'Plankton',
      'Plankton>Protist',
      'Plankton>Protist>star',
    ]);
    expect(taxonomy.lca(taxonomy.leafOf('calanoid'), taxonomy.leafOf('amphipod'))).toBe('Plankton>Crustacean');
    expect(taxonomy.lca('Plankton>Crustacean', taxonomy.leafOf('calanoid'))).toBe('Plankton>Crustacean');
    expect(taxonomy.lca(taxonomy.leafOf('star'), taxonomy.leafOf('star'))).toBe('Plankton>Protist>star');
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(taxonomy.node('Plankton'))).toBe(true);
    expect(Object.isFrozen(taxonomy.node('Plankton').children)).toBe(true);
    expect(Object.isFrozen(taxonomy.classes)).toBe(true);
    expect(Object.isFrozen(taxonomy.nodes())).toBe(true);
  });

  it('has an implicit root above several top nodes', () => {
    const forest = Taxonomy.fromLineages(tree('A>x', 'A>y', 'B'));
    expect(forest.root).toBe('');
    expect(forest.node('')).toMatchObject({ name: '(root)', depth: 0, height: 2, children: ['A', 'B'] });
    expect(forest.lineage('A>x')).toEqual(['', 'A', 'A>x']);
    expect(forest.lca('A>x', 'B')).toBe('');
  });

  it('keeps classes apart from the names of leaves, and nodes apart by case', () => {
    const labelled = Taxonomy.fromLineages([
      { label: 'copepod>other', lineage: ['Copepod', 'other'] },
      { label: 'diatom/other', lineage: ['copepod', 'other'] },
      { label: 'Copepod', lineage: ['Copepod', 'copepod'] },
      { label: 'x', lineage: ['copepod', 'Other'] },
    ]);
    expect(labelled.leafOf('diatom/other')).toBe('copepod>other');
    expect(labelled.classes).toEqual(['Copepod', 'copepod>other', 'x', 'diatom/other']);
  });

  it('orders names by code point, not by UTF-16 unit or as numbers', () => {
    const { classes } = Taxonomy.fromLineages(tree('😀', '\uFF01', '9', '10', 'b', 'B', 'é'));
    expect(classes).toEqual(['10', '9', 'B', 'b', 'é', '\uFF01', '😀']);
  });

  it('suggests the nearest name for unknown paths and classes', () => {
    const path = problemsOf(() => taxonomy.node('Plankton>Protists'));
    expect(path.code).toBe('TAXONOMY');
    expect(path.message).toContain("Did you mean 'Plankton>Protist'?");
    expect(problemsOf(() => taxonomy.classesBelow('star')).message).toContain(
      "class 'star' is 'Plankton>Protist>star'",
    );
    expect(problemsOf(() => taxonomy.leafOf('calanoidd')).message).toContain("Did you mean 'calanoid'?");
    expect(problemsOf(() => taxonomy.lca('Plankton', 'nowhere')).code).toBe('TAXONOMY');
    expect(problemsOf(() => taxonomy.lineage('nowhere')).code).toBe('TAXONOMY');
  });
});

describe('fromLineages refuses', () => {
  it('everything that is wrong at once, in the order of the entries', () => {
    const { code, problems } = problemsOf(() =>
      Taxonomy.fromLineages([
        { label: 'a', lineage: ['T', 'a'] },
        { label: 'b', lineage: ['T', '', 'b'] },
        { label: 'a', lineage: ['T', 'U', 'a'] },
        { label: 'c', lineage: ['T', 'a>c'] },
        { label: 'd', lineage: [] },
        { label: ' e', lineage: ['T', 'e'] },
        { label: 'T', lineage: ['T'] },
        { label: 'f', lineage: ['T', 'f\n'] },
      ]),
    );
    expect(code).toBe('TAXONOMY');
    expect(problems.map(({ where, received }) => `${where}: ${received}`)).toEqual([
      "entries[1]: an empty name, in the path 'T>>b'",
      "entries[2]: 'a' in a second place: 'T>U>a' besides 'T>a'",
      "entries[2]: one below 'T>U': a",
      "entries[3]: a '>' in the name 'a>c', in the path 'T>a>c'",
      'entries[4]: an empty name',
      "entries[5]: white space at an end of ' e'",
      "entries[6]: 'T' at 'T', which has nodes below it (entries[0])",
      'entries[7]: a control character in "f\\n", in the path \'T>f\uFFFD\'',
    ]);
  });

  it.each([
    ['none', [], 'none'],
    ['one', tree('Plankton>copepod'), "one, 'copepod'"],
  ])('fewer than two classes: %s', (_, entries, received) => {
    const { problems } = problemsOf(() => Taxonomy.fromLineages(entries));
    expect(problems).toMatchObject([{ where: 'entries', expected: 'at least 2 classes', received }]);
  });

  it('two classes at one leaf', () => {
    const { problems } = problemsOf(() =>
      Taxonomy.fromLineages([
        { label: 'x', lineage: ['A', 'x'] },
        { label: 'y', lineage: ['A', 'x'] },
        { label: 'z', lineage: ['A', 'z'] },
      ]),
    );
    expect(problems).toMatchObject([{ where: 'entries[1]', expected: 'one class at a leaf' }]);
  });
});

describe('single children', () => {
  const entries = tree('T>A>B>C>x', 'T>A>B>C>y', 'T>D>E>z', 'T>w');

  it('are refused by default, one problem per chain, with the option in the remedy', () => {
    const { problems } = problemsOf(() => Taxonomy.fromLineages(entries));
    expect(problems.map(({ where, received }) => `${where}: ${received}`)).toEqual([
      "entries[0]: one below 'T>A': B > C",
      "entries[2]: one below 'T>D': E > z",
    ]);
    expect(problems[0]?.remedy).toMatch(/singleChild.*collapse.*keep/);
  });

  it('merge into the lower end of their chain', () => {
    const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'collapse' });
    expect(pathsOf(taxonomy)).toEqual(['T', 'T>C', 'T>C>x', 'T>C>y', 'T>w', 'T>z']);
  });

  it('stay with `keep`', () => {
    const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'keep' });
    expect(taxonomy.has('T>D>E>z')).toBe(true);
    expect(taxonomy.node('T').height).toBe(4);
  });

  it('merge at the root too', () => {
    const taxonomy = Taxonomy.fromLineages(tree('Life>Plankton>x', 'Life>Plankton>y'), { singleChild: 'collapse' });
    expect(pathsOf(taxonomy)).toEqual(['Plankton', 'Plankton>x', 'Plankton>y']);
  });

  it('take the upper name if a sibling has the lower one', () => {
    const entries = [
      ...tree('T>x', 'T>X>y'),
      { label: 'other', lineage: ['T', 'A', 'x'] },
      { label: 'third', lineage: ['T', 'B', 'C', 'A'] },
    ];
    const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'collapse' });
    expect(pathsOf(taxonomy)).toEqual(['T', 'T>A', 'T>B', 'T>x', 'T>y']);
    expect(taxonomy.leafOf('other')).toBe('T>A');
    expect(taxonomy.leafOf('third')).toBe('T>B');
    expect(taxonomy.leafOf('x')).toBe('T>x');
  });
});

describe('restrictTo', () => {
  const taxonomy = Taxonomy.fromLineages(PLANKTON);

  it('merges nodes that lose all children but one', () => {
    expect(pathsOf(taxonomy.restrictTo(['calanoid', 'star', 'olive']))).toEqual([
      'Plankton',
      'Plankton>Protist',
      'Plankton>Protist>olive',
      'Plankton>Protist>star',
      'Plankton>calanoid',
    ]);
    expect(pathsOf(taxonomy.restrictTo(['cyclopoid', 'calanoid']))).toEqual([
      'Copepod',
      'Copepod>calanoid',
      'Copepod>cyclopoid',
    ]);
  });

  it('leaves nodes that had a single child before', () => {
    const kept = Taxonomy.fromLineages(tree('T>A>B>x', 'T>A>B>y', 'T>z'), { singleChild: 'keep' });
    expect(pathsOf(kept.restrictTo(['x', 'z']))).toEqual(['T', 'T>A', 'T>A>x', 'T>z']);
    expect(pathsOf(kept.restrictTo(kept.classes))).toEqual(pathsOf(kept));
  });

  it('refuses unknown classes, each with the nearest, and fewer than two', () => {
    const { problems } = problemsOf(() => taxonomy.restrictTo(['star', 'amphipods', 'whale']));
    expect(problems.map(({ received, remedy }) => [received, remedy])).toEqual([
      ["'amphipods'", "Did you mean 'amphipod'?"],
      ["'whale'", undefined],
    ]);
    expect(problemsOf(() => taxonomy.restrictTo(['star', 'star'])).problems).toMatchObject([{ received: '1' }]);
  });
});

describe('any tree', () => {
  it('agrees with its lineages', () => {
    fc.assert(
      fc.property(lineages, fc.nat(), fc.nat(), (entries, i, j) => {
        const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'keep' });
        const tops = new Set(entries.map(({ lineage }) => lineage[0]));
        const above = tops.size > 1 ? [''] : [];
        const pathsTo = (lineage: readonly string[]) => [
          ...above,
          ...lineage.map((_, k) => lineage.slice(0, k + 1).join('>')),
        ];
        expect(taxonomy.classes.toSorted()).toEqual(entries.map(({ label }) => label).sort());
        expect(new Set(pathsOf(taxonomy))).toEqual(new Set(entries.flatMap(({ lineage }) => pathsTo(lineage))));
        for (const { label, lineage } of entries) {
          expect(taxonomy.leafOf(label)).toBe(lineage.join('>'));
          expect(taxonomy.lineage(taxonomy.leafOf(label))).toEqual(pathsTo(lineage));
        }
        for (const node of taxonomy.nodes()) {
          const below = entries.filter(({ lineage }) => pathsTo(lineage).includes(node.path));
          const depth = pathsTo((below[0]?.lineage ?? []).slice()).indexOf(node.path);
          expect(new Set(taxonomy.classesBelow(node.path))).toEqual(new Set(below.map(({ label }) => label)));
          expect(node.depth).toBe(depth);
          expect(node.height).toBe(Math.max(...below.map(({ lineage }) => pathsTo(lineage).length - 1 - depth)));
        }
        const [a, b] = [pathsOf(taxonomy)[i % taxonomy.nodes().length], pathsOf(taxonomy)[j % taxonomy.nodes().length]];
        const shared = taxonomy.lineage(a ?? '').filter((path) => taxonomy.lineage(b ?? '').includes(path));
        expect(taxonomy.lca(a ?? '', b ?? '')).toBe(shared.at(-1));
      }),
      { numRuns: 100 },
    );
  });

  it('does not depend on the order of its lineages', () => {
    fc.assert(
      fc.property(lineages, (entries) => {
        const [one, other] = [entries, entries.toReversed()].map((order) =>
          Taxonomy.fromLineages(order, { singleChild: 'keep' }).nodes(),
        );
        expect(one).toEqual(other);
      }),
      { numRuns: 100 },
    );
  });

  it('restricts to its classes: the same relations among them, no new single child', () => {
    fc.assert(
      fc.property(
        lineages.chain((entries) => fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: 2 }))),
        ([entries, some]) => {
          const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'collapse' });
          const labels = some.map(({ label }) => label);
          const restricted = taxonomy.restrictTo(labels);
          expect(restricted.classes.toSorted()).toEqual(labels.toSorted());
          for (const node of restricted.internalNodes()) expect(node.children.length).toBeGreaterThan(1);
          // Two classes have their LCA below another pair's in the one tree exactly if they have it in the other.
          const clade = (tree: Taxonomy, a: string, b: string) =>
            tree
              .classesBelow(tree.lca(tree.leafOf(a), tree.leafOf(b)))
              .filter((label) => labels.includes(label))
              .toSorted();
          for (const a of labels.slice(0, 4)) {
            for (const b of labels) expect(clade(restricted, a, b)).toEqual(clade(taxonomy, a, b));
          }
          expect(taxonomy.restrictTo(taxonomy.classes).nodes()).toEqual(taxonomy.nodes());
        },
      ),
      { numRuns: 100 },
    );
  });

  it('collapses to a tree without single children', () => {
    fc.assert(
      fc.property(lineages, (entries) => {
        const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'collapse' });
        expect(taxonomy.classes.toSorted()).toEqual(entries.map(({ label }) => label).sort());
        for (const node of taxonomy.internalNodes()) expect(node.children.length).toBeGreaterThan(1);
        expect(new Set(pathsOf(taxonomy)).size).toBe(taxonomy.nodes().length);
      }),
      { numRuns: 100 },
    );
  });
});

describe('size', () => {
  it('2,000 leaves, some 80 levels deep, take seconds at most', () => {
    const chain = Array.from({ length: 80 }, (_, i) => `level${i}`);
    const entries = Array.from({ length: 2000 }, (_, i) => ({
      label: `class${i}`,
      lineage: [...chain.slice(0, 1 + (i % 80)), `class${i}`],
    }));
    const start = performance.now();
    const taxonomy = Taxonomy.fromLineages(entries);
    expect(taxonomy.classes).toHaveLength(2000);
    expect(taxonomy.node(taxonomy.root).height).toBe(80);
    for (const label of taxonomy.classes) taxonomy.lca(taxonomy.leafOf('class79'), taxonomy.leafOf(label));
    expect(taxonomy.restrictTo(taxonomy.classes.slice(0, 1000)).classes).toHaveLength(1000);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('a chain of 3,000 nodes overflows nothing', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `${i}`);
    const entries = ['x', 'y'].map((label) => ({ label, lineage: [...chain, label] }));
    expect(Taxonomy.fromLineages(entries, { singleChild: 'keep' }).node('0').height).toBe(3000);
    expect(pathsOf(Taxonomy.fromLineages(entries, { singleChild: 'collapse' }))).toEqual(['2999', '2999>x', '2999>y']);
  });
});
