import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { nodeProbabilities } from '../../src/decision/node-probabilities.js';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';

const HEADER = 'taxonID,parentNameUsageID,scientificName,taxonRank,taxonomicStatus,acceptedNameUsageID';
const table = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`;

function read(text: string, onNote?: (note: string) => void): Taxonomy {
  const result = parseTaxonomy(text, { source: 'taxa.csv', singleChild: 'keep', onNote });
  if (isLeft(result)) throw new Error(JSON.stringify(result.left, undefined, 1));
  return result.right;
}
function problemsOf(text: string) {
  const result = parseTaxonomy(text, { source: 'taxa.csv', singleChild: 'keep' });
  return isLeft(result) ? result.left.map(({ remedy: _, ...problem }) => problem) : [];
}
const shown = (taxonomy: Taxonomy) => taxonomy.nodes().map(({ path, id, rank }) => [path, id, rank]);

describe('a Darwin Core Taxon table', () => {
  it('is recognised, in any order of its rows, with ids of whole numbers as a data frame writes them', () => {
    const text = table(
      '104251.0,104108.0,Acartia clausi,Species,accepted,',
      '104108,1100.0,Acartia,Genus,accepted,104108.0',
      '1100,1080,Calanoida,Order,accepted,',
      '1080,,Copepoda,Class,accepted,',
      '106656,1080.0,Oithona similis,Species,,',
    );
    const rows = [
      ['Copepoda', '1080', 'class'],
      ['Copepoda>Calanoida', '1100', 'order'],
      ['Copepoda>Calanoida>Acartia', '104108', 'genus'],
      ['Copepoda>Calanoida>Acartia>Acartia clausi', '104251', 'species'],
      // Its genus, its family and its order are skipped.
      ['Copepoda>Oithona similis', '106656', 'species'],
    ];
    expect(shown(read(text))).toEqual(rows);
    const asTerms = text
      .replaceAll(',', '\t')
      .replace('taxonID', 'dwc:taxonID')
      .replace('scientificName', 'http://rs.tdwg.org/dwc/terms/scientificName');
    expect(shown(read(asTerms))).toEqual(rows);
  });

  it('gives several names of one taxon to the accepted one, also as a parent, along chains of synonyms', () => {
    const notes: string[] = [];
    const text = table(
      '1,,Copepoda,class,accepted,',
      '2,1,Calanus,genus,accepted,',
      '3,2,Calanus finmarchicus,species,accepted,3',
      '4,2,Monoculus finmarchicus,species,synonym,3',
      '5,2,Cetochilus septentrionalis,species,unaccepted,4',
      '6,7,Calanus hyperboreus,species,valid,',
      '7,1,Cetochilus,genus,junior synonym,2',
    );
    expect(shown(read(text, (note) => notes.push(note))).map(([path]) => path)).toEqual([
      'Copepoda',
      'Copepoda>Calanus',
      'Copepoda>Calanus>Calanus finmarchicus',
      'Copepoda>Calanus>Calanus hyperboreus',
    ]);
    expect(notes).toEqual([
      "Synonyms stand for their accepted names: 'Monoculus finmarchicus' is 'Calanus finmarchicus', " +
        "'Cetochilus septentrionalis' is 'Calanus finmarchicus', 'Cetochilus' is 'Calanus'.",
    ]);
  });

  it('keeps homonyms as two nodes, and tells their classes apart', () => {
    const taxonomy = read(
      table(
        '1,,Copepoda,,,',
        '2,,Bacillariophyceae,,,',
        '3,1,Navicula,,,',
        '4,2,Navicula,,,',
        '5,1,Oithona,,,',
        '6,2,Nitzschia,,,',
      ),
    );
    expect(taxonomy.leafOf('Navicula<Copepoda')).toBe('Copepoda>Navicula');
    expect(taxonomy.node('Copepoda>Navicula').id).toBe('3');
    expect(taxonomy.node('Bacillariophyceae>Navicula').id).toBe('4');
  });

  it('takes the authorship off a name where it has its own column', () => {
    const text =
      'taxonID;parentNameUsageID;scientificName;scientificNameAuthorship\n1;;T;\n2;1;Acartia clausi Giesbrecht, 1889;Giesbrecht, 1889\n3;1;Oithona;\n';
    expect(read(text).classes).toEqual(['Acartia clausi', 'Oithona']);
  });

  it('of ragged depth has probabilities that sum to 1 at every level', () => {
    const taxonomy = read(
      table('1,,T,,,', '2,1,A,,,', '3,1,B,,,', '4,2,A1,,,', '5,2,A2,,,', '6,4,A1a,,,', '7,4,A1b,,,'),
    );
    const probabilities = Float64Array.of(0.1, 0.2, 0.3, 0.4);
    const nodes = nodeProbabilities(probabilities, taxonomy.classes, taxonomy);
    const all = taxonomy.nodes();
    for (let depth = 0; depth <= taxonomy.node('T').height; depth++) {
      // A leaf above the level stands for itself.
      const level = all.flatMap((node, i) =>
        node.depth === depth || (node.depth < depth && node.height === 0) ? [i] : [],
      );
      expect(level.reduce((sum, i) => sum + (nodes.probabilities[i] ?? 0), 0)).toBeCloseTo(1, 12);
    }
  });

  it('is refused with all that is wrong in it, each with its line and column', () => {
    const text = table(
      '1,,Copepoda,class,accepted,',
      '2,1,Acartia,genus,accepted,',
      '2,1,Temora,genus,accepted,',
      '3,99,Oithona,genus,accepted,',
      '4,5,Loop one,,,',
      '5,4,Loop two,,,',
      '6,1,Old name,species,unaccepted,',
      '7,1,Other name,species,synonym,98',
      '8,1,Both,species,accepted,2',
      '9,1,Round,,synonym,10',
      '10,1,About,,synonym,9',
      '1.23E+05,1,Short,,,',
      ',1,Nameless,,,',
      '12,1,,,,',
    );
    expect(problemsOf(text)).toEqual([
      {
        where: "taxa.csv, line 4, column 'taxonID'",
        expected: 'each taxonID on one row',
        received: "'2' for 'Temora' and for 'Acartia' (line 3)",
      },
      {
        where: "taxa.csv, line 5, column 'parentNameUsageID'",
        expected: "the taxonID of a row, the parent of 'Oithona'",
        received: "'99', which no row has",
      },
      {
        where: "taxa.csv, line 7, column 'parentNameUsageID'",
        expected: 'a tree',
        received: 'a cycle: Loop two > Loop one > Loop two',
      },
      {
        where: "taxa.csv, line 8, column 'acceptedNameUsageID'",
        expected: "the taxonID of the accepted name of 'Old name'",
        received: "none, where taxonomicStatus is 'unaccepted'",
      },
      {
        where: "taxa.csv, line 9, column 'acceptedNameUsageID'",
        expected: "the taxonID of a row, the accepted name of 'Other name'",
        received: "'98', which no row has",
      },
      {
        where: "taxa.csv, line 10, column 'acceptedNameUsageID'",
        expected: "no other accepted name, where taxonomicStatus is 'accepted'",
        received: "'2'",
      },
      {
        where: "taxa.csv, line 12, column 'acceptedNameUsageID'",
        expected: 'an accepted name',
        received: 'a cycle: Round > About > Round',
      },
      { where: "taxa.csv, line 13, column 'taxonID'", expected: 'an id in full', received: "'1.23E+05'" },
      { where: "taxa.csv, line 14, column 'taxonID'", expected: "an id for 'Nameless'", received: 'an empty cell' },
      { where: "taxa.csv, line 15, column 'scientificName'", expected: 'a name', received: 'an empty cell' },
    ]);
  });

  it('refuses a class that has taxa below it', () => {
    const text = 'taxonID,parentNameUsageID,scientificName,label\n1,,Copepoda,copepods\n2,1,Acartia,\n3,1,Oithona,\n';
    expect(problemsOf(text)).toEqual([
      {
        where: 'taxa.csv, line 2',
        expected: 'a class only at a leaf',
        received: "'copepods' at 'Copepoda', which has nodes below it (taxa.csv, line 3)",
      },
    ]);
  });
});
