import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { randomTaxonomy } from '../../src/taxonomy/control-taxonomies.js';
import { editTaxonomy } from '../../src/taxonomy/edit.js';
import { markNonBiological } from '../../src/taxonomy/mark-non-biological.js';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { toCsv, toJson } from '../../src/taxonomy/write.js';

const parse = (text: string): Taxonomy => {
  const parsed = parseTaxonomy(text);
  if (isLeft(parsed)) throw new Error(JSON.stringify(parsed.left));
  return parsed.right;
};
const problemsOf = (text: string) => {
  const parsed = parseTaxonomy(text);
  return isLeft(parsed) ? parsed.left : [];
};
const marked = ({ nonBiological }: Taxonomy) => [...nonBiological];

const CSV = `class,path,biological
calanoid,living>calanoid,yes
diatom,living>diatom,
bubble,other>bubble,No
fibre,other>detritus>fibre,0
flake,other>detritus>flake,FALSE
`;

describe('classes that are no organisms', () => {
  it('are marked by a column', () => {
    expect(marked(parse(CSV))).toEqual(['bubble', 'fibre', 'flake']);
    expect(marked(parse('class,path\na,a\nb,b\n'))).toEqual([]);
  });

  it('are all classes below a marked child of a table of edges', () => {
    const text =
      'parent,child,biological\nlife,calanoid,\nlife,diatom,yes\nother,detritus,no\nother,foam,\ndetritus,fibre,yes\ndetritus,flake,\n';
    expect(marked(parse(text))).toEqual(['fibre', 'flake']);
  });

  it('are all classes below a marked node of JSON', () => {
    const text =
      '[{"name": "life", "children": ["calanoid", "diatom"]}, {"name": "other", "biological": false, ' +
      '"children": [{"name": "bubble"}, {"name": "fibre", "biological": true}]}]';
    expect(marked(parse(text))).toEqual(['bubble', 'fibre']);
  });

  it('stay marked when the taxonomy is written, cut, edited, shuffled and made again from its lineages', () => {
    const taxonomy = parse(CSV);
    const all = ['bubble', 'fibre', 'flake'];
    expect(marked(parse(toCsv(taxonomy)))).toEqual(all);
    expect(marked(parse(toJson(taxonomy)))).toEqual(all);
    expect(marked(Taxonomy.fromLineages(taxonomy.lineages()))).toEqual(all);
    expect(marked(taxonomy.restrictTo(['calanoid', 'flake']))).toEqual(['flake']);
    const edits = [
      { kind: 'add', label: 'copepod', parent: 'living' },
      { kind: 'move', node: 'bubble', parent: 'living' },
    ] as const;
    expect(new Set(marked(editTaxonomy(taxonomy, edits)))).toEqual(new Set(all));
    expect(new Set(marked(randomTaxonomy(taxonomy, 3)))).toEqual(new Set(all));
  });

  it('are marked below nodes by name, and unknown names are all reported', () => {
    const taxonomy = parse(CSV.replaceAll(/,(No|0|FALSE)\n/g, ',\n'));
    expect(marked(markNonBiological(taxonomy, ['detritus', 'other>bubble']))).toEqual(['bubble', 'fibre', 'flake']);
    expect(() => markNonBiological(taxonomy, ['detrits', 'nothing'])).toThrow(/detrits[\s\S]*nothing/);
  });

  it('are refused where a mark is neither yes nor no, with the line', () => {
    expect(problemsOf(CSV.replace(',No', ',maybe'))).toEqual([
      {
        where: 'taxonomy, line 4',
        expected: "yes or no (true or false, 1 or 0) in the column 'biological'",
        received: "'maybe'",
      },
    ]);
    expect(problemsOf('[{"name": "a", "biological": "no"},\n{"name": "b", "biological": []}]')).toEqual([
      { where: 'taxonomy, line 1', expected: "true or false as 'biological'", received: 'a string' },
      { where: 'taxonomy, line 2', expected: "true or false as 'biological'", received: 'a list' },
    ]);
  });
});
