/** Taxonomies that no one means are refused soon, with their place, whatever is large about them. */
import { isLeft } from 'fp-ts/lib/Either.js';
import { expect, it } from 'vitest';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';

const LEVELS = 100_000;
const EDGES = 30_000;
const chain = (edge: (i: number) => string) =>
  ['parent,child', ...Array.from({ length: EDGES }, (_, i) => edge(i)), 'n0,y'].join('\n');
const name = 'x'.repeat(100_000);

it.each([
  ['a path of 100,000 levels', `class,path\na,${'b>'.repeat(LEVELS)}a\nc,c`, 't, line 2', /16,000 characters/],
  ['a chain of edges', chain((i) => `n${i},n${i + 1}`), `t, line ${EDGES + 1}`, /5,000 levels/],
  ['the same from below', chain((i) => `n${EDGES - 1 - i},n${EDGES - i}`), 't, line 2', /5,000 levels/],
  ['nested objects', `${'{"a":'.repeat(LEVELS)}["x","y"]${'}'.repeat(LEVELS)}`, 't, line 1', /5,000 levels/],
  ['a name of 100,000 characters', `class,path\nx,A>x\n${name},A>y`, 't, line 3', /1,000 characters/],
  ['a name in JSON', `["y",\n"${name}"]`, 't, line 2', /1,000 characters/],
  [
    'many long paths',
    `${'{"a":'.repeat(4000)}[${Array.from({ length: 40_000 }, (_, i) => `"n${i}"`).join()}]${'}'.repeat(4000)}`,
    't',
    /20,000,000 names/,
  ],
])('%s', (_, text, where, expected) => {
  const started = process.cpuUsage();
  const result = parseTaxonomy(text, { source: 't', singleChild: 'keep' });
  expect(process.cpuUsage(started).user).toBeLessThan(5e6);
  const [problem] = isLeft(result) ? result.left : [];
  expect(problem).toMatchObject({ where, expected: expect.stringMatching(expected) });
  expect(problem?.received.length).toBeLessThan(200);
});

it('a string of JSON may be of any length', () => {
  const text = `{"name": "A", "note": "${'x'.repeat(20_000_000)}", "children": ["x", "y"]}`;
  expect(isLeft(parseTaxonomy(text))).toBe(false);
});
