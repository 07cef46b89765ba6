import { beforeAll, describe, expect, it } from 'vitest';
import { importanceFigure } from '../../../src/report/figures/importance-figure.js';
import { selectionRows, selectionText } from '../../../src/report/tables/selection-table.js';
import { type FeatureSelection, selectFeatures } from '../../../src/selecting/select-features.js';
import { organisms } from '../../selecting/fixtures.js';
import { expectSound, placesOf, textsOf } from './svg.js';

let selection: FeatureSelection;
beforeAll(async () => {
  selection = await selectFeatures(organisms(), { seeds: [1, 2, 3], trees: 20, searchTrees: 20, repeats: 1 });
  expect(selection.selected.map(({ name }) => name)).toEqual(['elongation']);
});

const points = (svg: string) => svg.match(/aria-roledescription="point"/g)?.length ?? 0;

describe('importanceFigure', () => {
  it('has the groups under their kinds, a ring for each seed, and numbers what was selected', async () => {
    const svg = await importanceFigure(selection, { title: 'Organisms' });
    expectSound(svg);
    const { kinds } = selection.importance;
    const heading = (k: number) => `${kinds[k]?.kind}, all together: ${kinds[k]?.together.logLoss.mean.toFixed(3)}`;
    const rows = placesOf(svg).filter(({ text }) => /together|area|elongation|noise/.test(text));
    const noise = selection.importance.groups.filter(({ kind }) => kind === 'other').map(({ name }) => name);
    expect(rows.sort((a, b) => a.y - b.y).map(({ text }) => text)).toEqual([
      ...[heading(0), 'area', heading(1), 'elongation and 1 more', heading(2)],
      ...noise,
    ]);
    expect(points(svg)).toBe(5 + 15);
    const texts = textsOf(svg);
    expect(texts).toEqual(expect.arrayContaining(['Organisms', 'gain of log-loss', '1']));
    expect(texts).not.toContain('2');
  });

  it('draws the most important groups, and those that were selected', async () => {
    const { importance } = selection;
    const reversed = { ...selection, importance: { ...importance, groups: [...importance.groups].reverse() } };
    expect(points(await importanceFigure(reversed, { top: 1 }))).toBe(2 + 6);
  });

  it('has one panel where nothing was selected, and no intervals for one seed', async () => {
    const data = organisms();
    const labels = Int32Array.from(data.labels, (_, row) => row % 4);
    const nothing = await selectFeatures({ ...data, labels }, { seeds: [1], trees: 10, searchTrees: 10, repeats: 1 });
    expect(nothing.selected).toEqual([]);
    const svg = await importanceFigure(nothing);
    expectSound(svg);
    expect(textsOf(svg).some((text) => text.startsWith('gain of'))).toBe(false);
    expect(textsOf(svg)).toContain('Validation images. One seed. Nothing is selected.');
    expect(points(svg)).toBe(5);
    const rows = selectionRows(nothing);
    expect(rows[1]?.slice(4, 6)).toEqual([undefined, undefined]);
    expect(rows[1]?.slice(9)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the table', () => {
  it('says what is important, what is selected, and what that is worth', () => {
    const text = selectionText(selection, { top: 2 });
    expect(text).toMatch(/^Importance: /);
    expect(text).toMatch(
      /\nelongation {2}shape {2}feret +\+\d\.\d{4} \(\+\d\.\d{4} to \+\d\.\d{4}\) {2}\+\d+\.\d\d \(/,
    );
    expect(text).toMatch(/\nand 3 more\n/);
    expect(text).toMatch(/\nsize {10}2 .*\nshape {9}1 .*\nother {9}3 /);
    expect(text).toMatch(/\nSelection by log-loss on the validation images, over 3 seeds\n/);
    expect(text).toMatch(
      /\n1 {6}elongation and 1 more +\+0\.\d{4} +\+0\.\d{4} +0\.\d{4} +\d\.\d{4}\n2 {6}not selected: /,
    );
    expect(text).toMatch(/\n1 selected: the best of the next groups adds no more than chance\n/);
    expect(text).toMatch(/\nwith selected - base +\+\d\d\.\d +\[/);
  });

  it('has a row a feature for a file', () => {
    const [head, ...rows] = selectionRows(selection);
    expect(head?.slice(0, 4)).toEqual(['feature', 'group', 'kind', 'log_loss_mean']);
    expect(rows.length).toBe(6);
    const [round] = selection.rounds;
    const { logLoss } = selection.importance.groups[0] ?? {};
    expect(rows.slice(0, 2).map((row) => row.slice(0, 4))).toEqual([
      ['elongation', 'elongation', 'shape', logLoss?.mean],
      ['feret', 'elongation', 'shape', logLoss?.mean],
    ]);
    expect(rows[1]?.slice(9)).toEqual([1, round?.gain, round?.gainOverShuffled, round?.bar]);
    expect(rows[2]?.slice(9)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
