import { describe, expect, it } from 'vitest';
import { compareMethods } from '../../../src/grouping/compare-methods.js';
import { type Confusion, confusionFromCounts } from '../../../src/grouping/confusion.js';
import { groupClasses } from '../../../src/grouping/group-classes.js';
import { namedGroups } from '../../../src/grouping/named-groups.js';
import { sweepBeta } from '../../../src/grouping/sweep.js';
import { confusionMatrixFigure } from '../../../src/report/figures/confusion-figure.js';
import { dendrogramFigure } from '../../../src/report/figures/dendrogram-figure.js';
import { groupingFigures } from '../../../src/report/figures/grouping-figures.js';
import { sweepFigure } from '../../../src/report/figures/sweep-figure.js';
import { agreementTable, groupsText, sweepTable } from '../../../src/report/tables/group-tables.js';
import { groupingText } from '../../../src/report/tables/grouping-text.js';
import { SEVEN } from '../../grouping/samples.js';
import { confusionOf, organisms, plankton } from '../samples.js';
import { expectSound, sizeOf, textsOf } from './svg.js';

function groupable(lineages = plankton() ?? organisms): Confusion {
  const { classes, counts } = confusionOf(lineages);
  const n = classes.length;
  const rows = classes.map((_, i) => Array.from({ length: n }, (_, j) => counts[i * n + j] ?? 0));
  return confusionFromCounts({ classes, counts: rows });
}

describe('dendrogramFigure', () => {
  it('names every class once and every group with its size, beta above all', async () => {
    const confusion = groupable();
    const grouping = groupClasses(confusion, { beta: 0.02 });
    const svg = await dendrogramFigure(grouping, { beta: 0.02, title: 'Merges', similarity: 'mean' });
    expectSound(svg);
    const texts = textsOf(svg);
    for (const name of confusion.classes) expect(texts.filter((text) => text === name)).toHaveLength(1);
    const groups = namedGroups(grouping);
    expect(groups.length).toBeGreaterThan(3);
    for (const { name, classes } of groups) expect(texts).toContain(`${name} (${classes.length})`);
    expect(texts).toEqual(expect.arrayContaining(['Merges', 'mean', 'beta = 0.02']));
    expect(sizeOf(svg).height).toBeGreaterThan(14 * confusion.classes.length);
    expect(sizeOf(svg).width).toBeLessThan(1600);
  });

  it('draws merges at 0, below 0, and none', async () => {
    const all = await dendrogramFigure(groupClasses(SEVEN, { beta: 0 }), { beta: 0 });
    const ward = groupClasses(SEVEN, { method: 'agglomerative', linkage: 'ward', groups: 1 });
    const none = await dendrogramFigure(groupClasses(SEVEN, { beta: 0.5 }), { beta: 0.5 });
    const without = await dendrogramFigure(groupClasses(SEVEN, { method: 'spectral', groups: 3 }));
    for (const svg of [all, await dendrogramFigure(ward), none, without]) expectSound(svg);
    expect(textsOf(all)).toContain('beta = 0');
    expect(textsOf(none).join()).toContain('0 groups of two or more at beta 0.5, 7 classes alone');
    expect(textsOf(without).some((text) => text.startsWith('beta'))).toBe(false);
  });

  it('stays a picture of sane size with very many classes', async () => {
    const classes = Array.from({ length: 1500 }, (_, i) => `class-${i}`);
    const merges = classes.flatMap((a, i) => (i % 3 === 0 ? [{ a, b: `class-${i + 1}`, height: 0.1 + i / 3000 }] : []));
    const paired = merges.map(({ a, b }) => [a, b]);
    const alone = classes.filter((_, i) => i % 3 === 2);
    const groups = [...paired, ...alone.map((name) => [name])];
    const svg = await dendrogramFigure({ classes, groups, merges, alone }, { beta: 0.05 });
    expect(textsOf(svg)).not.toContain('class-7');
    expect(sizeOf(svg).height).toBeLessThan(13_000);
  });
});

describe('sweepFigure', () => {
  it('has four panels, the recommended beta in each, and the one that was taken', async () => {
    const sweep = sweepBeta(groupable(organisms), { resamples: 3 });
    const texts = textsOf(await sweepFigure(sweep, { title: 'Thresholds', beta: 0.111 }));
    expect(texts).toContain('Thresholds');
    const headings = ['Number of groups', 'Classes in the largest group', 'Share inside groups'];
    expect(texts).toEqual(expect.arrayContaining([...headings, 'Quality of the groups']));
    const times = (text: string) => new Set(texts.flatMap((other, i) => (other === text ? [i] : []))).size;
    // Once on paper of its own, once in ink.
    expect(times(`recommended: ${sweep.recommended.beta}`)).toBe(8);
    expect(times('chosen: 0.111')).toBe(8);
    expect(texts.some((text) => text.startsWith('stability'))).toBe(true);
  });

  it('does without stability, with a threshold of 0, and with one threshold alone', async () => {
    for (const betas of [undefined, [0, 0.05], [0], [0.1]]) {
      const svg = await sweepFigure(sweepBeta(SEVEN, { betas }));
      expectSound(svg);
      expect(textsOf(svg).some((text) => text.startsWith('stability'))).toBe(false);
    }
  });
});

describe('confusionMatrixFigure of probabilities and shares', () => {
  it('leaves what is next to nothing white, and calls nothing accuracy that is none', async () => {
    const counts = [3.99, 0.009, 0.001, 1.5, 4.5, 0, 0, 0, 1];
    const svg = await confusionMatrixFigure({ classes: ['a', 'b', 'c'], counts }, { unit: 'probabilities' });
    const texts = textsOf(svg);
    expect(texts.join('\n')).toMatch(/^11 images, mean probability of the true class 86\.3 %/m);
    expect(texts.join('\n')).toMatch(/white: below 0\.5 %$/m);
    expect(texts).toEqual(expect.arrayContaining(['true class', 'images', '4', '6', '25', '75']));
    expect(texts).not.toContain('<1');
  });

  it('shows recalls, and no images where there are none to count', async () => {
    const { classes, shares } = SEVEN;
    const texts = textsOf(await confusionMatrixFigure({ classes, counts: shares }, { unit: 'shares' }));
    expect(texts.join()).toContain('7 classes, mean recall 60.7 %');
    expect(texts).toContain('recall');
    expect(texts).not.toContain('images');
  });
});

describe('text of groups', () => {
  const counts = [
    [6, 3, 1],
    [2, 18, 0],
    [0, 2, 8],
  ];
  const confusion = confusionFromCounts({ classes: ['fish_a', 'fish_b', 'c'], counts });

  it('names groups, sizes and mistakes inside', () => {
    const text = groupsText(confusion, groupClasses(confusion, { beta: 0.15 }));
    expect(text).toBe(
      [
        '1 group of two classes or more with 62.5 % of all mistakes inside; 1 of 3 classes alone.',
        '',
        '      classes  of all mistakes  of its own',
        'fish        2           62.5 %      83.3 %',
        '    fish_a, fish_b',
        'alone',
        '    c',
      ].join('\n'),
    );
    expect(groupsText(confusion, groupClasses(confusion, { beta: 0.9 }))).toMatch(
      /^0 groups .* 0\.0 % .*; 3 of 3 classes alone\.\n\nalone\n {4}fish_a, fish_b, c$/,
    );
  });

  it('stays within the width', () => {
    const many = groupable();
    const text = groupsText(many, groupClasses(many, { beta: 0.01 }), { width: 70 });
    const lists = text.split('\n').filter((line) => /^ {4}\S/.test(line));
    expect(lists.length).toBeGreaterThan(1);
    for (const line of lists) {
      expect(line.length).toBeLessThanOrEqual(70);
    }
    for (const name of many.classes) expect(text).toContain(name);
  });

  it('of a sweep has a line a threshold, with the recommended one marked', () => {
    const sweep = sweepBeta(confusion, { betas: [0.05, 0.15, 0.9], resamples: 0 });
    const lines = sweepTable(sweep).split('\n');
    expect(lines.map((line) => line.trim().split(/ {2,}/))).toEqual([
      'beta,groups,largest,alone,mistakes inside,pairs inside,modularity,stability,sizes'.split(','),
      expect.arrayContaining(['1', '2', '62.5 %', '33.3 %', '-']),
      expect.arrayContaining(['0.15*']),
      ['0.9', '0', '0', '3', '0.0 %', '0.0 %', expect.any(String), '-'],
      [''],
      ['* recommended'],
    ]);
  });

  it('of methods has a line and a column each', () => {
    const lines = agreementTable(compareMethods(SEVEN, { beta: 0.05 })).split('\n');
    expect(lines[0]).toBe('               groups  beta  agglomerative  kmeans  spectral');
    expect(lines[1]).toBe('beta                4  1.00           1.00    1.00      1.00');
    expect(lines).toHaveLength(5);
  });
});

describe('groupingFigures', () => {
  it('has the figures that method and sweep allow', async () => {
    const sweep = sweepBeta(SEVEN, { resamples: 0 });
    const { beta } = sweep.recommended;
    const byBeta = groupClasses(SEVEN, { beta });
    const all = await groupingFigures(SEVEN, byBeta, { symmetrize: 'mean', beta, sweep });
    expect([...all.keys()]).toEqual(['confusion', 'dendrogram', 'sweep']);
    for (const svg of all.values()) expectSound(svg);
    expect(textsOf(all.get('confusion') ?? '')).toContain(`Confusion by groups at beta ${beta}`);
    expect(textsOf(all.get('dendrogram') ?? '').join()).toContain('C made symmetric by mean');
    const clusters = groupClasses(SEVEN, { method: 'kmeans', groups: 3 });
    expect([...(await groupingFigures(SEVEN, clusters, { symmetrize: 'mean' })).keys()]).toEqual(['confusion']);
  });
});

describe('groupingText', () => {
  const sweep = sweepBeta(SEVEN, { resamples: 0 });
  const { beta } = sweep.recommended;
  const grouping = groupClasses(SEVEN, { beta });
  const how = { method: 'beta', symmetrize: 'mean' } as const;

  it('says how groups were found, why this threshold, and what they hold', () => {
    const text = groupingText(SEVEN, { grouping, beta, sweep }, how);
    const [first, second, ...rest] = text.split('\n');
    expect(first).toBe('beta on 7 classes (number of images unknown), C made symmetric by mean');
    expect(second).toBe(`beta ${beta}, recommended:`);
    expect(rest.join('\n').replace(/^( {4}.*\n)+\n/, '')).toBe(groupsText(SEVEN, grouping));
    const other = groupingText(SEVEN, { grouping, beta: 0.05, sweep }, how);
    expect(other.split('\n')[1]).toBe('beta 0.05');
  });

  it('counts images and mistakes, and has the tables asked for', () => {
    const counts = [
      [6, 3, 1],
      [2, 18, 0],
      [0, 2, 8],
    ];
    const confusion = confusionFromCounts({ classes: ['fish_a', 'fish_b', 'c'], counts });
    const small = sweepBeta(confusion, { betas: [0.05, 0.15], resamples: 0 });
    const results = {
      grouping: groupClasses(confusion, { beta: 0.05 }),
      beta: 0.05,
      sweep: small,
      comparison: compareMethods(confusion, { beta: 0.05 }),
      specialists: {
        images: 20,
        flat: { accuracy: 0.75, logLoss: 1 },
        scores: small.points.map(() => ({ specialists: 2, accepted: 1, accuracy: 0.8, logLoss: 1 })),
      },
    };
    const text = groupingText(confusion, results, { ...how, showSweep: true, width: 80 });
    expect(text).toContain('3 classes (40 images, 8 mistakes)');
    expect(text).toContain(sweepTable(small, { specialists: results.specialists }));
    expect(text).toContain(agreementTable(results.comparison));
    const words = text.replaceAll('\n', ' ');
    expect(words).toContain('20 validation images of the flat classifier, which alone reaches 75.0 %');
    expect(words).toContain('The same images grouped the classes, chose the epochs');
    const apart = groupingText(confusion, results, { ...how, outOfFold: true });
    expect(apart.replaceAll('\n', ' ')).toContain('The same images chose the epochs');
    expect(apart).not.toContain('* recommended');
  });
});
