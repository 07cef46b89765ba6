import { isLeft, isRight } from 'fp-ts/lib/Either.js';
import { expect, it } from 'vitest';
import { matchClasses } from '../../src/taxonomy/match-classes.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

const taxonomy = Taxonomy.fromLineages(
  [
    ['T', 'Copepod', 'calanoid'],
    ['T', 'Copepod', 'cyclopoid'],
    ['T', 'fish'],
  ].map((lineage) => ({ label: lineage.at(-1) ?? '', lineage })),
);

it('returns the taxonomy itself if the classes are the same', () => {
  const result = matchClasses(taxonomy, ['fish', 'calanoid', 'fish', 'cyclopoid']);
  expect(isRight(result) && result.right).toBe(taxonomy);
});

it('lists what only one side has, with the nearest name of the other', () => {
  const result = matchClasses(taxonomy, ['fish', 'Calanoid', 'whale', 'Copepod']);
  expect(isLeft(result) && result.left).toEqual([
    {
      where: "images of 'Calanoid'",
      expected: 'a class of the taxonomy',
      received: 'one that it does not have',
      remedy: "Did you mean 'calanoid'?",
    },
    {
      where: "images of 'Copepod'",
      expected: 'a class of the taxonomy',
      received: "its inner node 'T>Copepod'",
      remedy: undefined,
    },
    {
      where: "images of 'whale'",
      expected: 'a class of the taxonomy',
      received: 'one that it does not have',
      remedy: undefined,
    },
    {
      where: "taxonomy, class 'calanoid'",
      expected: 'images of it',
      received: 'none',
      remedy: "Did you mean 'Calanoid'?",
    },
    {
      where: "taxonomy, class 'cyclopoid'",
      expected: 'images of it',
      received: 'none',
      remedy: expect.stringContaining('allowMissing'),
    },
  ]);
});

it('restricts the taxonomy if classes may be without images, but not the other way round', () => {
  const result = matchClasses(taxonomy, ['fish', 'calanoid'], { allowMissing: true });
  expect(isRight(result) && result.right.nodes().map(({ path }) => path)).toEqual(['T', 'T>calanoid', 'T>fish']);
  const unknown = matchClasses(taxonomy, ['fish', 'calanoid', 'whale'], { allowMissing: true });
  expect(isLeft(unknown) && unknown.left).toMatchObject([{ where: "images of 'whale'" }]);
});

it('refuses images of fewer than two classes', () => {
  const result = matchClasses(taxonomy, ['fish', 'fish'], { allowMissing: true });
  expect(isLeft(result) && result.left).toMatchObject([{ where: 'images', received: 'fish' }]);
});

it('refuses 1,000 classes that fit nowhere within seconds', () => {
  const names = (prefix: string) => Array.from({ length: 1000 }, (_, i) => `${prefix} of a long enough name ${i}`);
  const tree = Taxonomy.fromLineages(names('species').map((label) => ({ label, lineage: ['T', label] })));
  const start = performance.now();
  const result = matchClasses(tree, names('quite another thing'));
  expect(isLeft(result) && result.left).toHaveLength(2000);
  expect(performance.now() - start).toBeLessThan(10_000);
});
