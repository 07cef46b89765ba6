import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { acceptedClasses, withAcceptedLabels } from '../../../src/classifier/data/accepted-labels.js';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { parseTaxonomy } from '../../../src/taxonomy/parse.js';
import type { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { shapes } from '../../fixtures/shapes.js';

function read(text: string): Taxonomy {
  const parsed = parseTaxonomy(text, { singleChild: 'collapse' });
  if (isLeft(parsed)) throw new Error(JSON.stringify(parsed.left));
  return parsed.right;
}

const taxa = read(
  [
    'taxonID,parentNameUsageID,scientificName,taxonomicStatus,acceptedNameUsageID',
    '1,,T,accepted,',
    '2,1,bars,accepted,',
    '3,2,bar-long,accepted,',
    '4,2,bar-short,accepted,',
    '5,1,disc,accepted,',
    '6,,ring,synonym,5',
    '7,,sticks,synonym,2',
    '8,,twice,synonym,3',
    '9,,twice,synonym,4',
    '10,,disc,synonym,3',
    '11,,bar-long,synonym,3',
  ].join('\n'),
);
const images = shapes(10);
const named = (...classes: string[]) => ({ ...images, classes });

describe('labels of images', () => {
  it('that are synonyms become the accepted names, of classes and of inner nodes', () => {
    const { images: accepted, notes } = withAcceptedLabels(named('bar-long', 'bar-short', 'ring', 'sticks'), taxa);
    expect(accepted.classes).toEqual(['bar-long', 'bar-short', 'bars', 'disc']);
    expect([...accepted.labels].slice(0, 4)).toEqual([0, 1, 3, 2]);
    expect(notes).toEqual([
      "10 images of 'ring' taken as 'disc', its accepted name",
      "10 images of 'sticks' taken as 'bars', its accepted name",
    ]);
    const { truth, split } = prepareData(named('bar-long', 'bar-short', 'ring', 'sticks'), { seed: 1, taxonomy: taxa });
    expect([truth.classes, truth.groups]).toEqual([
      ['bar-long', 'bar-short', 'disc'],
      [{ name: 'bars', classes: [0, 1] }],
    ]);
    expect(split.notes).toEqual(notes);
  });

  it('join the images that have the accepted name', () => {
    const joined = withAcceptedLabels(named('bar-long', 'bar-short', 'box', 'ring'), taxa).images;
    expect(joined.classes).toEqual(['bar-long', 'bar-short', 'box', 'disc']);
    const classes = acceptedClasses(['bar-long', 'ring', 'ring'], taxa);
    expect(classes).toEqual(['bar-long', 'disc']);
  });

  it('that are homonyms are refused, all of them', () => {
    expect(() => withAcceptedLabels(named('bar-long', 'disc', 'ring', 'twice'), taxa)).toThrow(
      /homonyms\n.*images of 'disc': expected the name of one taxon, received that of a class, and a synonym of 'bar-long'\n.*\n.*images of 'twice': .*received a synonym of 'bar-long' and 'bar-short'\n.*accepted name/,
    );
  });

  it('stay as they are without a taxonomy, or where they are accepted', () => {
    expect(withAcceptedLabels(images, undefined).images).toBe(images);
    expect(withAcceptedLabels(named('bar-long', 'bar-short', 'a', 'b'), taxa).images.classes).toContain('a');
  });

  it('of WoRMS records have synonyms too', () => {
    const record = (id: number, name: string, valid: number) => ({
      AphiaID: 1,
      rank: 'Class',
      scientificname: 'T',
      child: { AphiaID: id, rank: 'Genus', scientificname: name, valid_AphiaID: valid, child: null },
    });
    const worms = read(JSON.stringify([record(2, 'new', 2), record(3, 'old', 2), record(4, 'other', 4)]));
    expect([...worms.synonyms]).toEqual([['old', ['new']]]);
  });

  it('of classes that a grouping table leaves out are in no subset, which is said', () => {
    const groups = read('class,level0\nbar-long,bars\nbar-short,bars\ndisc,round\nring,\n');
    const { split, truth, images: kept } = prepareData(images, { seed: 1, taxonomy: groups });
    expect([split.train.length + split.validation.length + split.test.length, truth.classes]).toEqual([
      30,
      ['bar-long', 'bar-short', 'disc'],
    ]);
    expect(kept.labels.filter((label) => label < 0)).toHaveLength(10);
    expect(split.notes[0]).toBe("10 images of 'ring' left out, as the taxonomy leaves out the class");
  });
});
