import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../../src/errors.js';
import { confusionMatrixFigure } from '../../../src/report/figures/confusion-figure.js';
import { learningCurves } from '../../../src/report/figures/learning-curves.js';
import { type TaxonomyFigureNode, taxonomyFigure } from '../../../src/report/figures/taxonomy-figure.js';
import { describeWhere, NEEDS } from '../../fixtures/needs.js';
import { confusionOf, historyOf, type Lineages, organisms, plankton, treeOf } from '../samples.js';
import { expectSound, placesOf, sizeOf, textsOf } from './svg.js';

const cases: [string, Lineages | undefined][] = [
  ['the 30 organisms', organisms],
  ['the 121 plankton classes', plankton()],
];

for (const [name, lineages] of cases) {
  describeWhere(lineages !== undefined, NEEDS.sharedData)(name, () => {
    const set = lineages ?? organisms;

    it('have a confusion matrix that names each class twice, in groups, and is as large as it must be', async () => {
      const parents = [...new Set(set.paths.map((path) => path.at(-2) ?? ''))];
      const groups = parents.map((parent) => ({
        name: `of ${parent}`,
        classes: set.classes.filter((_, i) => set.paths[i]?.at(-2) === parent),
      }));
      const svg = await confusionMatrixFigure(confusionOf(set), { groups, title: 'Mistakes' });
      expectSound(svg);
      const texts = textsOf(svg);
      for (const name of set.classes) expect(texts.filter((text) => text === name)).toHaveLength(2);
      for (const group of groups) expect(texts).toContain(group.name);
      expect(texts).toContain('Mistakes');
      const { width, height } = sizeOf(svg);
      expect(width).toBeGreaterThan(9 * set.classes.length);
      expect(width).toBeLessThan(2400);
      expect(height).toBeLessThan(2400);
    });

    it('have a tree that names every node, with its value', async () => {
      const svg = await taxonomyFigure(treeOf(set), { title: 'Relatives' });
      expectSound(svg);
      const texts = textsOf(svg);
      for (const name of set.classes) expect(texts).toContain(name);
      for (const path of set.paths) {
        for (const inner of path.slice(0, -1)) {
          expect(
            texts.some((text) => text.startsWith(`${inner} `) && text.endsWith('%')),
            inner,
          ).toBe(true);
        }
      }
      expect(sizeOf(svg).height).toBeGreaterThan(12 * set.classes.length);
      expect(sizeOf(svg).width).toBeLessThan(2400);
    });
  });
}

describe('confusionMatrixFigure', () => {
  const classes = ['a', 'b & <c>', 'none'];
  const counts = [3, 1, 0, 0, 199, 1, 0, 0, 0];

  it('shows percentages of the row, small ones too, recalls, images, and the accuracy of all', async () => {
    const texts = textsOf(await confusionMatrixFigure({ classes, counts }));
    expect(texts).toEqual(expect.arrayContaining(['75', '25', '100', '1', 'b & <c>', '75.0 %', '99.5 %', '200', '–']));
    expect(texts.join()).toContain('204 images, accuracy 99.0 %');
    const rare = textsOf(await confusionMatrixFigure({ classes: ['a', 'b'], counts: [999, 1, 0, 1] }));
    expect(rare).toContain('<1');
  });

  it('draws an empty matrix and one of a single class', async () => {
    expectSound(await confusionMatrixFigure({ classes, counts: new Float64Array(9) }));
    expectSound(await confusionMatrixFigure({ classes: ['only'], counts: [2] }));
  });

  it('leaves names out where there are too many classes for them, and stays a picture of sane size', async () => {
    const many = Array.from({ length: 400 }, (_, i) => `class-${i}`);
    const identity = Float64Array.from({ length: 400 * 400 }, (_, i) => (i % 401 === 0 ? 5 : 0));
    const groups = [{ name: 'the first', classes: many.slice(0, 50) }];
    const svg = await confusionMatrixFigure({ classes: many, counts: identity }, { groups });
    expect(textsOf(svg)).not.toContain('class-7');
    expect(textsOf(svg)).toContain('the first');
    expect(sizeOf(svg).width).toBeLessThan(2400);
  });

  it('puts classes in the given order, groups first', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const svg = await confusionMatrixFigure(
      { classes: names, counts: new Float64Array(16) },
      { order: ['d', 'c', 'b', 'a'], groups: [{ name: 'pair', classes: ['a', 'c'] }] },
    );
    expect(
      textsOf(svg)
        .filter((text) => names.includes(text))
        .slice(0, 4),
    ).toEqual(['c', 'a', 'd', 'b']);
  });

  it('reports every misfit at once', async () => {
    const wrong = confusionMatrixFigure(
      { classes: ['copepod', 'detritus'], counts: [1, -1, Number.NaN, 2] },
      { order: ['copepods', 'detritus'], groups: [{ name: 'g', classes: ['detritus', 'detritus'] }] },
    );
    const error = await wrong.catch((reason: unknown) => reason);
    if (!(error instanceof CladenetError)) throw new Error('no CladenetError');
    expect(error.code).toBe('EVALUATION');
    expect(error.problems.map(({ where }) => where)).toEqual([
      'counts[1] (copepod predicted as detritus)',
      'counts[2] (detritus predicted as copepod)',
      'order[0]',
      'groups[0] (g)',
    ]);
    expect(error.message).toContain("Did you mean 'copepod'?");
    await expect(confusionMatrixFigure({ classes: ['a'], counts: [1, 2] })).rejects.toThrow('1 x 1 = 1 numbers');
  });
});

describe('learningCurves', () => {
  const LINES = ['solid: validation images; dot: best epoch', 'dashed: training images'];

  it('has nothing beside what explains its lines, so that no font makes texts run into each other', async () => {
    const models = ['flat', 'a tree with a long name'].map((name) => historyOf(name, 12));
    const places = placesOf(await learningCurves(models));
    const explained = places.filter(({ text }) => LINES.includes(text) || text.includes('(best: '));
    expect(explained).toHaveLength(4);
    for (const { text, y } of explained) {
      expect(places.filter((other) => Math.abs(other.y - y) < 10).map((other) => other.text)).toEqual([text]);
    }
  });

  for (const epochs of [1, 2, 30, 500]) {
    it(`draws ${epochs} epochs of one and of three models`, async () => {
      const one = await learningCurves([historyOf('flat', epochs)]);
      const three = await learningCurves(['flat', 'tree', 'flat'].map((name) => historyOf(name, epochs)));
      for (const svg of [one, three]) {
        expectSound(svg);
        expect(textsOf(svg)).toEqual(expect.arrayContaining(['Loss', 'Accuracy', ...LINES]));
        expect(sizeOf(svg).width).toBeGreaterThan(600);
        expect(sizeOf(svg).width).toBeLessThan(1400);
        expect(sizeOf(svg).height).toBeLessThan(700);
      }
      expect(textsOf(three).filter((text) => /^(flat|tree|flat \[2\]) \(best: /.test(text))).toHaveLength(3);
    });
  }

  it('names the best epoch', async () => {
    const texts = textsOf(await learningCurves([historyOf('flat', 7)]));
    expect(texts).toContain('flat (best: 80.0 % at epoch 6)');
  });

  it('names the epoch whose weights are kept: of equally accurate ones that with the lowest validation loss', async () => {
    const epochs = [0.9, 0.4, 0.5].map((validationLoss, i) => ({
      epoch: i + 1,
      loss: 1,
      accuracy: 0.5,
      validationLoss,
      validationAccuracy: 0.75,
    }));
    expect(textsOf(await learningCurves([{ name: 'flat', epochs }]))).toContain('flat (best: 75.0 % at epoch 2)');
  });

  it('of a network grown level by level: the best epoch is of the last level, and lines break between levels', async () => {
    const epochs = [0.9, 0.95, 0.5, 0.6].map((validationAccuracy, i) => ({
      epoch: i + 1,
      level: i < 2 ? 1 : 2,
      loss: 1,
      accuracy: 0.5,
      validationLoss: 1,
      validationAccuracy,
    }));
    const svg = await learningCurves([{ name: 'tree', epochs }]);
    expect(textsOf(svg)).toContain('tree, 2 levels (best: 60.0 % at epoch 4)');
    const whole = await learningCurves([{ name: 'tree', epochs: epochs.map(({ level, ...epoch }) => epoch) }]);
    const lines = (drawn: string) => drawn.match(/aria-roledescription="line mark"/g)?.length;
    expect([lines(whole), lines(svg)]).toEqual([4, 8]);
  });

  it('draws no history, one without epochs, one that never changes, and one with gaps', async () => {
    const constant = { loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5 };
    const gap = { epoch: 3, loss: Number.NaN, accuracy: 0.6, validationLoss: Infinity, validationAccuracy: Number.NaN };
    const steady = [1, 2].map((epoch) => ({ epoch, ...constant }));
    expectSound(await learningCurves([]));
    expectSound(await learningCurves([{ name: 'empty', epochs: [] }]));
    const svg = await learningCurves([{ name: 'steady', epochs: [...steady, gap] }]);
    expectSound(svg);
    expect(textsOf(svg)).toContain('steady (best: 50.0 % at epoch 1)');
  });
});

const leaves = (node: TaxonomyFigureNode): TaxonomyFigureNode[] => node.children?.flatMap(leaves) ?? [node];

describe('taxonomyFigure', () => {
  it('draws a root alone, and nodes without values or images', async () => {
    expectSound(await taxonomyFigure({ name: 'only' }));
    const svg = await taxonomyFigure({ name: 'top', children: [{ name: 'x', value: Number.NaN }, { name: 'y & z' }] });
    expectSound(svg);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['top', 'x', 'y & z', '2 classes, 1 inner nodes']));
    expect(textsOf(svg)).not.toContain('accuracy');
  });

  it('draws 1,000 classes as sub-trees, and 1,000 classes of one node as they are', async () => {
    const binary = (first: number, end: number): TaxonomyFigureNode => {
      const name = `${first}-${end}`;
      if (end - first === 1) return { name, value: 0.5, images: 1 };
      const middle = Math.ceil((first + end) / 2);
      const children = [binary(first, middle), binary(middle, end)];
      return { name, value: 0.7, images: end - first, children };
    };
    const svg = await taxonomyFigure(binary(0, 1000));
    expectSound(svg);
    const texts = textsOf(svg);
    expect(texts).toContain('1000 classes, 999 inner nodes; sub-trees of up to 4 classes are one row');
    expect(texts).toContain('0-4 (4 classes)');
    expect(texts).not.toContain('0-1');
    expect(sizeOf(svg).height).toBeLessThan(300 * 14 + 200);

    const flat = textsOf(await taxonomyFigure({ name: 'top', children: binary(0, 1000).children?.flatMap(leaves) }));
    expect(flat).toContain('1000 classes, 1 inner nodes');
    expect(flat).toEqual(expect.arrayContaining(['0-1', '999-1000']));
  });

  it('names the value it shows', async () => {
    const svg = await taxonomyFigure({ name: 'top', value: 0.5, children: [{ name: 'x' }] }, { valueName: 'recall' });
    expect(textsOf(svg)).toContain('recall');
  });
});
