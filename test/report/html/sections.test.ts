import { describe, expect, it } from 'vitest';
import { findWeakSubtrees } from '../../../src/evaluation/attribution/weak-subtrees.js';
import { compareClassifiers } from '../../../src/evaluation/compare.js';
import { coverageAt, stopCurve } from '../../../src/evaluation/curves/stop-curve.js';
import { evaluate } from '../../../src/evaluation/evaluate.js';
import { reliability } from '../../../src/evaluation/reliability.js';
import { calibrationSection } from '../../../src/report/html/calibration.js';
import { classesPart } from '../../../src/report/html/classes.js';
import { confusionData, confusionPart } from '../../../src/report/html/confusion.js';
import { curvesSection } from '../../../src/report/html/curves.js';
import { numberText, shareText } from '../../../src/report/html/format.js';
import { typicalMistakes } from '../../../src/report/html/mistakes.js';
import { stoppingSection } from '../../../src/report/html/stopping.js';
import { thumbnail } from '../../../src/report/html/thumbnails.js';
import { treePart } from '../../../src/report/html/tree.js';
import { tuningSection } from '../../../src/report/html/tuning.js';
import { verdictSection } from '../../../src/report/html/verdict.js';
import { weakPart } from '../../../src/report/html/weak.js';
import { imagesOf, modelOf, predictionsOf, treeOf, tuningOf } from './sample.js';

const taxonomy = treeOf(4, 6);
const predictions = predictionsOf(taxonomy.classes, 480, 1);
const evaluation = evaluate(predictions, { taxonomy });

const plain = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
const matches = (text: string, pattern: RegExp) =>
  [...text.replaceAll('<wbr>', '').matchAll(pattern)].map(([, found = '']) => plain(found));

describe('verdict', () => {
  const named = [1, 2].map((salt) => ({
    name: `<m${salt}>`,
    predictions: predictionsOf(taxonomy.classes, 480, salt),
  }));
  const comparison = compareClassifiers(named, { taxonomy, seed: 1, resamples: 200 });
  const { text } = verdictSection(comparison);

  it('has the numbers of the comparison, the best of each column in bold', () => {
    for (const { accuracy, logLoss } of comparison.models) {
      expect(text).toContain(`>${shareText(accuracy)}</td>`);
      expect(text).toContain(`>${logLoss.toFixed(3)}</td>`);
    }
    const [a, b] = comparison.models.map(({ logLoss }) => logLoss) as [number, number];
    expect(text).toContain(`<td class="number best">${Math.min(a, b).toFixed(3)}</td>`);
    expect(text).toContain(`<td class="number">${Math.max(a, b).toFixed(3)}</td>`);
    expect(text).not.toContain('<m1>');
  });

  it('says which is better only where the test does, and less is better in log-loss', () => {
    const difference = { a: 'A', b: 'B', difference: 0.1, ci95: [0.05, 0.2] as const, p: 0.01 };
    const said = (metric: 'accuracy' | 'logLoss', p: number) =>
      verdictSection({ models: comparison.models, differences: [{ ...difference, metric, p }] }).text;
    expect(said('accuracy', 0.01)).toContain('A is better');
    expect(said('logLoss', 0.01)).toContain('B is better');
    expect(said('accuracy', 0.2)).toContain('no difference shown');
  });

  it('says what the intervals cover, and of classifiers of several seeds something else', () => {
    expect(text).toContain('other images of the same kind; training again with another seed may change the difference');
    const over = verdictSection(comparison, { severalSeeds: true }).text;
    expect(over).toContain('other images of the same kind; how much the seed changes shows between classifiers');
    expect(over).not.toContain('may change the difference');
  });

  it('of one model is a table alone', () => {
    const one = verdictSection(compareClassifiers(named.slice(0, 1), { taxonomy, seed: 1 })).text;
    expect(one).not.toMatch(/Differences|best|Intervals/);
  });
});

describe('fine-tuning', () => {
  const tuning = tuningOf(['all>group 000', 'all>group 001', '']);
  const section = (...models: Parameters<typeof tuningSection>[0]) => ({ text: tuningSection(models)?.text ?? '' });
  const { text } = section({ name: 'mended', tuning });
  const rows = text
    .split('<tr>')
    .filter((row) => row.includes('<th scope="row">'))
    .map((row) => plain(row.replaceAll('<wbr>', '')));

  it('has every attempt with the tree before and after it, and what became of it', () => {
    expect(plain(text)).toMatch(/3 new versions of nodes tried, 1 accepted/);
    expect(rows[0]).toMatch(
      /all>group 000[\s\S]*head, from its weights[\s\S]*1,234[\s\S]*70.0 % → 72.5 %[\s\S]*1.000 → 0.950[\s\S]*0.900 → 0.800[\s\S]*<b>accepted/,
    );
    expect(rows[1]).toMatch(/network, from random weights[\s\S]*70.0 % → 69.0 %[\s\S]*old version kept, best of 8/);
    expect(rows[2]).toMatch(/\(root\)[\s\S]*70.0 % → –[\s\S]*training diverged/);
  });

  it('is of the models that were tuned, by name where there are several', () => {
    expect(tuningSection([{ name: 'flat' }])).toBeUndefined();
    expect(text).not.toContain('mended');
    expect(section({ name: 'flat' }, { name: 'mended', tuning }).text).toMatch(/Fine-tuning <span[^>]*>mended</);
  });

  it('has the change on the test set with its interval, where there is one', () => {
    expect(rows[3]).toMatch(/tuned − before[\s\S]*\+2.1[\s\S]*\[\+0.4, \+3.8\][\s\S]*0.016[\s\S]*tuned is better/);
    expect(text).toContain('2,442 test images');
    const { text: none } = section({ name: 'mended', tuning: { ...tuning, from: undefined } });
    expect(none).toContain('No comparison on test images');
    expect(none).not.toContain('tuned − before');
  });
});

describe('taxonomy', () => {
  const { text } = treePart(taxonomy, evaluation);

  it('has every node in the order of the tree', () => {
    const names = matches(text, /<span class="text">([^<]*)/g);
    expect(names).toEqual(taxonomy.nodes().map(({ name }) => name));
  });

  it('counts images that add up: children to their parent, all to the evaluation', () => {
    const counts = matches(text, /<span class="number quiet">([\d,]+)/g).map((count) => Number(count.replace(',', '')));
    const images = new Map(taxonomy.nodes().map(({ path }, i) => [path, counts[i] ?? Number.NaN]));
    expect(images.get(taxonomy.root)).toBe(evaluation.images);
    for (const { path, children } of taxonomy.internalNodes()) {
      expect(children.reduce((sum, child) => sum + (images.get(child) ?? 0), 0)).toBe(images.get(path));
    }
  });

  it('shows the accuracy of nodes and the recall of classes', () => {
    const shares = matches(text, /<span class="number">([\d.]+ %)/g);
    const expected = taxonomy.nodes().map(({ path, label }) => {
      const found =
        label === undefined
          ? evaluation.perNode?.find((node) => node.path === path)?.accuracy
          : evaluation.perClass.find((score) => score.class === label)?.recall;
      return shareText(found ?? null);
    });
    expect(shares).toEqual(expected);
  });

  it('is unfolded where it is small, and folded where it has a thousand leaves', () => {
    expect(text).not.toMatch(/<details>/);
    const large = treeOf(50, 20);
    const many = treePart(large, evaluate(predictionsOf(large.classes, 2000, 1), { taxonomy: large })).text;
    expect(many.match(/<details open>/g)).toHaveLength(1);
    expect(many.match(/<details>/g)).toHaveLength(50);
  });
});

describe('confusion matrix', () => {
  const data = confusionData(evaluation.confusion, taxonomy);
  const triples = Array.from({ length: data.cells.length / 3 }, (_, i) => data.cells.slice(3 * i, 3 * i + 3));

  it('is in the order of the tree, and its cells add up to rows, images and accuracy', () => {
    expect(data.names).toEqual(taxonomy.classes);
    const [sums, hits] = [data.names.map(() => 0), { count: 0 }];
    for (const [row = 0, column = 0, count = 0] of triples) {
      sums[row] = (sums[row] ?? 0) + count;
      if (row === column) hits.count += count;
    }
    expect(sums).toEqual(data.images);
    expect(sums.reduce((a, b) => a + b, 0)).toBe(evaluation.images);
    expect(hits.count / evaluation.images).toBeCloseTo(evaluation.accuracy, 12);
  });

  it('outlines the inner nodes, and names nodes that do not overlap', () => {
    expect(data.blocks).toEqual([0, 6, 12, 18].map((first) => [first, 6]));
    expect(data.labels.map(([first, size]) => [first, size])).toEqual(data.blocks);
  });

  it('lists the most frequent mistakes with where they part', () => {
    const { text } = confusionPart(evaluation.confusion, taxonomy);
    const counts = triples.filter(([row, column]) => row !== column).map(([, , count = 0]) => count);
    const [first = ''] = matches(text, /<td class="number">(\d+)<\/td>/g);
    expect(Number(first)).toBe(Math.max(...counts));
    expect(matches(text, /<td class="quiet">([^<]*)/g)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^all(>group \d+)?$/)]),
    );
  });

  it('goes without a tree', () => {
    const { names, blocks, labels } = confusionData(evaluation.confusion, undefined);
    expect([names, blocks, labels]).toEqual([predictions.classes, [], []]);
  });
});

describe('classes', () => {
  it('have their scores, as text and to sort by, and what they are taken for', () => {
    const { text } = classesPart(evaluation, taxonomy);
    expect(text).not.toContain('<i class');
    const rows = text.split('<tr>').slice(2);
    expect(rows).toHaveLength(24);
    evaluation.perClass.forEach(({ support, recall }, c) => {
      const row = rows[c] ?? '';
      expect(row).toContain(`data-value="${support}">${support}<`);
      expect(row).toContain(`data-value="${recall ?? ''}">${shareText(recall)}<`);
      const others = (evaluation.confusion.counts[c] ?? []).filter((_, p) => p !== c);
      const most = Math.max(...others);
      if (most > 0) expect(row).toContain(`<span class="quiet">${most}</span>`);
      else expect(row).not.toMatch(/<td>[^<]+ <span class="quiet">/);
    });
    const mistaken = evaluation.confusion.counts.filter((row, c) => row.some((count, p) => p !== c && count > 0));
    expect(mistaken.length).toBeGreaterThan(0);
  });
});

describe('weak sub-trees', () => {
  const weak = { on: 'validation images', predictions, images: imagesOf(predictions) };
  const ranking = findWeakSubtrees(predictions, { taxonomy });

  it('are those of findWeakSubtrees, in its order, with pictures', async () => {
    const { text } = await weakPart(ranking, weak, taxonomy, 3);
    const paths = matches(text, /<span class="path">([^<]*)/g);
    expect(paths).toEqual(ranking.nodes.slice(0, 3).map(({ path }) => path));
    expect(text.match(/data:image\/webp;base64,/g)).toHaveLength(24);
    expect(text).toContain(`${ranking.mistakes} mistakes on 480 validation images`);
    expect(text).not.toContain('/somewhere/');
  });

  it('show mistakes charged to the node, of the frequent confusions more', () => {
    const mistakes = typicalMistakes(predictions, { taxonomy }, 8);
    expect(mistakes.size).toBeGreaterThan(1);
    for (const [path, own] of mistakes) {
      expect(own.length).toBeLessThanOrEqual(8);
      expect(new Set(own.map(({ image }) => image)).size).toBe(own.length);
      for (const { image, truth, decided, probability } of own) {
        expect(truth).toBe(taxonomy.classes[predictions.labels[image] ?? -1]);
        expect(taxonomy.lca(taxonomy.leafOf(truth), taxonomy.leafOf(decided))).toBe(path);
        const row = predictions.probabilities.slice(image * 24, (image + 1) * 24);
        expect(probability).toBe(Math.max(...row));
      }
    }
    const all = typicalMistakes(predictions, { taxonomy }, 10_000);
    expect(ranking.nodes.some(({ caused }) => caused > 8)).toBe(true);
    for (const { path, caused } of ranking.nodes) expect(all.get(path)?.length ?? 0).toBe(caused);
  });

  it('have thumbnails that are WebP files of less than two kilobytes', async () => {
    const address = await thumbnail(weak.images, 3);
    const bytes = Buffer.from(address.replace('data:image/webp;base64,', ''), 'base64');
    expect(bytes.subarray(8, 12).toString()).toBe('WEBP');
    expect(bytes.length).toBeLessThan(2000);
  });
});

describe('calibration', () => {
  it('compares before and after where there are temperatures', async () => {
    const model = modelOf('m', taxonomy, 240, 1);
    const { predictions: own } = model.variants[0];
    const uncalibrated = Float32Array.from(own.probabilities, () => 1 / 24);
    const { text } = await calibrationSection([
      { ...model, uncalibrated },
      { ...model, uncalibrated: undefined },
    ]);
    const cells = matches(text, /<td class="number">([^<]*)/g);
    const ece = shareText(reliability(own).ece);
    const before = shareText(reliability({ ...own, probabilities: uncalibrated }).ece);
    expect([cells[0], cells[1], cells[4], cells[5]]).toEqual([before, ece, '–', ece]);
    expect(text.match(/<img /g)).toHaveLength(2);
  });
});

describe('deciding above the class', () => {
  it('shows what is kept at each share of right decisions, by every rule, and draws it', async () => {
    const model = modelOf('m', taxonomy, 240, 1);
    const { text } = await stoppingSection([model], taxonomy);
    const cells = matches(text, /<td class="number">([^<]*)/g);
    expect(cells).toHaveLength(3 * 4);
    const curve = stopCurve(model.variants[0].predictions, { taxonomy, rule: 'rejection' });
    expect(cells.slice(0, 4)).toEqual([
      ...[0.9, 0.95, 0.99].map((right) => shareText(coverageAt(curve, right))),
      numberText(curve.area),
    ]);
    expect(text.match(/<img /g)).toHaveLength(1);
  });
});

describe('learning curves', () => {
  it('draw whole models together, and nodes trained by themselves apart, the weakest first', async () => {
    const { name, history } = modelOf('<m>', taxonomy, 24, 1);
    const section = await curvesSection([{ name, history, nodes: ['all>group 001', 'all>group 003'] }]);
    const { text } = section ?? { text: '' };
    expect(matches(text, /alt="Loss and accuracy over the epochs: ([^"]*)"/g)).toEqual([
      '<m>',
      'all>group 001, all>group 000',
    ]);
    expect(await curvesSection([{ name, nodes: [] }])).toBeUndefined();
  });
});
