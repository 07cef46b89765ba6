import { describe, expect, it } from 'vitest';
import { stopCurve } from '../../../src/evaluation/curves/stop-curve.js';
import { balanceFigure } from '../../../src/report/figures/balance-figure.js';
import { noveltyFigure } from '../../../src/report/figures/novelty-figure.js';
import { operatingCurves } from '../../../src/report/figures/operating-curves.js';
import { ruleCurves, stoppingTable } from '../../../src/report/tables/stopping-table.js';
import { classes, labels, probabilities, smallTree } from '../../decision/small-tree.js';
import { expectSound, textsOf } from './svg.js';

const predictions = { classes, labels, probabilities };

describe('operatingCurves', () => {
  it('draws a line for each series in both panels, with its area', async () => {
    const curve = stopCurve(predictions, { taxonomy: smallTree });
    const svg = await operatingCurves([
      { name: 'climbing', curve },
      { name: 'climbing', curve },
    ]);
    expectSound(svg);
    const area = `(area ${curve.area.toFixed(3)})`;
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining([`climbing ${area}`, `climbing [2] ${area}`, 'information kept', 'right']),
    );
    expect(svg.match(/aria-roledescription="line mark"/g)).toHaveLength(4);
  });

  it('stacks the panels where there is little width', async () => {
    const series = [{ name: 'climbing', curve: stopCurve(predictions, { taxonomy: smallTree }) }];
    const sizeOf = (svg: string) =>
      (/<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []).slice(1).map(Number);
    const [wide = [], narrow = []] = await Promise.all(
      [false, true].map(async (stacked) => sizeOf(await operatingCurves(series, { stacked }))),
    );
    expect(wide[0]).toBeGreaterThan(700);
    expect(narrow[0]).toBeLessThan(460);
    expect(narrow[1]).toBeGreaterThan(wide[1] ?? 0);
  });
});

describe('balanceFigure', () => {
  it('draws a point for each tau, and names every fourth', async () => {
    const curve = [0, 0.25, 0.5, 0.75, 1].map((tau) => ({
      ...{ tau, accuracy: 0.7 - tau / 20, balancedAccuracy: 0.5 + tau / 10 },
      ...{ loss: tau / 20, lossError: 0 },
    }));
    const svg = await balanceFigure(curve, { title: 'plankton' });
    expectSound(svg);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['plankton', '0.0', '1.0', 'accuracy', 'balanced accuracy']));
    expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(5);
  });
});

describe('noveltyFigure', () => {
  it('draws a line for each series, with its AUC, from no known image to all of them', async () => {
    const point = (knownAccuracy: number, exactParent: number) => ({
      ...{ knownAccuracy, exactParent, threshold: 0.5, detected: 0.5, unseenDistance: 1 },
    });
    const curve = { auc: 0.75, points: [point(0, 0.2), point(0.5, 0.4), point(0.8, 0)] };
    const svg = await noveltyFigure([{ name: 'climbing', curve }]);
    expectSound(svg);
    const texts = ['climbing (AUC 0.750)', 'known images decided on their class', 'unseen images at their true parent'];
    expect(textsOf(svg)).toEqual(expect.arrayContaining(texts));
    expect(svg.match(/aria-roledescription="line mark"/g)).toHaveLength(1);
  });

  it('draws a curve of many images by 200 of its points, as a page can hold several', async () => {
    const points = Array.from({ length: 5000 }, (_, i) => ({
      ...{ knownAccuracy: i / 5000, exactParent: 1 - i / 5000, threshold: i / 5000, detected: 0.5, unseenDistance: 1 },
    }));
    expect((await noveltyFigure([{ name: 'climbing', curve: { auc: 0.5, points } }])).length).toBeLessThan(20_000);
  });
});

describe('stoppingTable', () => {
  it('has the information kept at each share of right decisions, and the area', () => {
    const lines = stoppingTable(ruleCurves(predictions, smallTree)).split('\n');
    expect(lines[0]).toMatch(/^information kept where +90 % are right +95 % are right +99 % are right +area$/);
    expect(lines).toHaveLength(4);
    // Where the class or nothing is said, 1 of 4 images can be right alone: 0.6 is right, 0.5 wrong.
    expect(lines[1]).toMatch(/^the class or nothing +25\.0 % +25\.0 % +25\.0 % +0\.4792$/);
  });
});
