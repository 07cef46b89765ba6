import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';

const parse = (text: string, notes: string[] = []) => {
  const result = parseTaxonomy(text, { source: 't.nwk', singleChild: 'keep', onNote: (note) => notes.push(note) });
  return isLeft(result) ? result.left.map(({ remedy: _, ...problem }) => problem) : result.right;
};
const pathsOf = (text: string, notes: string[] = []) => {
  const result = parse(text, notes);
  return 'nodes' in result ? result.nodes().map(({ path }) => path) : result;
};

describe('Newick', () => {
  it('is recognised: names, quotes, comments, a root with or without a name', () => {
    expect(pathsOf("((Acartia_clausi,'it''s, one')Calanoida,\n [a (comment]Oithona)Copepoda;")).toEqual([
      'Copepoda',
      'Copepoda>Calanoida',
      'Copepoda>Calanoida>Acartia_clausi',
      "Copepoda>Calanoida>it's, one",
      'Copepoda>Oithona',
    ]);
    expect(pathsOf('(a,(b,c)d);')).toEqual(['', 'a', 'd', 'd>b', 'd>c']);
  });

  it('leaves lengths of branches out, and says so', () => {
    const notes: string[] = [];
    expect(pathsOf('(a:0.1,b:1e-3)T:0;', notes)).toEqual(['T', 'T>a', 'T>b']);
    expect(notes).toEqual(['Lengths of branches are left out.']);
  });

  it('is refused with line and column', () => {
    const cases: [string, string, string, string][] = [
      ['((a,b)T;', 't.nwk, line 1, column 8', "')'", "';'"],
      ['(a,b)T', 't.nwk, line 1, column 7', "';' at the end of the tree", 'the end of the text'],
      ['(a,\nb c)T;', 't.nwk, line 2, column 3', "',' or ')' after a name", "'c'"],
      ["(a,'b)T;", 't.nwk, line 1, column 4', 'a closing quote', "a ' that is never closed"],
      ['(a,b)T;(c,d)U;', 't.nwk, line 1, column 8', "one tree, and nothing behind its ';'", "'('"],
      ['(a,b:x)T;', 't.nwk, line 1, column 6', "a number behind ':'", "'x'"],
      ['(a,b))T;', 't.nwk, line 1, column 6', "no ')' without '('", "')'"],
    ];
    for (const [text, where, expected, received] of cases) expect(parse(text)).toEqual([{ where, expected, received }]);
    expect(parse('((a,)x,\n(b,c))T;')).toEqual([
      { where: 't.nwk, line 1, column 5', expected: 'a name', received: 'none' },
      { where: 't.nwk, line 2, column 5', expected: 'a name for every inner node', received: 'none' },
    ]);
  });
});
