import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { binReliability } from '../../../src/evaluation/reliability.js';
import { reliabilityDiagram } from '../../../src/report/figures/reliability-diagram.js';
import { figurePng } from '../../../src/report/figures/write-figure.js';

/** Confidences spread evenly, right as often as `accuracy` says. */
function sample(accuracy: (confidence: number) => number) {
  const confidences = Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
  return binReliability(
    confidences,
    confidences.map((p, i) => ((i * 7) % 10) / 10 < accuracy(p)),
  );
}

const before = { name: 'before', reliability: sample((p) => p / 2) };
const after = { name: 'after & <scaling>', reliability: sample((p) => p) };

/** Every text of the picture, as it is read. */
function textsOf(svg: string): string[] {
  const entities: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) =>
    text.replace(/&(lt|gt|amp);/g, (entity) => entities[entity] ?? entity),
  );
}

/** How many bins were drawn as points. */
function pointsOf(svg: string): number {
  return svg.match(/aria-roledescription="point"/g)?.length ?? 0;
}

function expectSound(svg: string): void {
  expect(svg).toMatch(/^<svg/);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|null/);
}

describe('reliabilityDiagram', () => {
  it('names each series with its calibration error, and both axes', async () => {
    const svg = await reliabilityDiagram([before, after], { title: 'Flat' });
    expectSound(svg);
    const texts = textsOf(svg);
    const error = (ece: number) => `${(100 * ece).toFixed(1)} %`;
    expect(before.reliability.ece).toBeGreaterThan(0.2);
    expect(texts).toEqual(
      expect.arrayContaining([
        'Flat',
        'confidence',
        'accuracy',
        'share of images',
        'overconfident',
        'underconfident',
        `before (calibration error ${error(before.reliability.ece)})`,
        `after & <scaling> (calibration error ${error(after.reliability.ece)})`,
      ]),
    );
    expect(pointsOf(svg)).toBe(30);
  });

  it('leaves empty bins out and draws no series, one without images, and one of a single bin', async () => {
    const empty = { ece: 0, bins: [{ images: 0, confidence: null, accuracy: null }] };
    expectSound(await reliabilityDiagram([]));
    expectSound(await reliabilityDiagram([{ name: 'none', reliability: empty }]));
    const svg = await reliabilityDiagram([{ name: 'sure', reliability: binReliability([0.95, 0.96], [1, 1]) }]);
    expectSound(svg);
    expect(pointsOf(svg)).toBe(1);
  });

  it('distinguishes two series of one name', async () => {
    const texts = textsOf(await reliabilityDiagram([after, { ...before, name: after.name }]));
    expect(texts.filter((text) => text.startsWith(after.name))).toHaveLength(2);
    expect(texts.some((text) => text.includes('[2]'))).toBe(true);
  });

  it('is of sane size', async () => {
    const { width, height } = await sharp(await figurePng(await reliabilityDiagram([before, after]))).metadata();
    expect(width).toBeGreaterThan(800);
    expect(width).toBeLessThan(1500);
    expect(height).toBeGreaterThan(800);
    expect(height).toBeLessThan(1500);
  });
});
