import { expect, it } from 'vitest';
import { countFigure } from '../../../src/report/figures/count-figure.js';

it('draws a ring, a point and an interval for each taxon, and the diagonal', async () => {
  const svg = await countFigure([
    { truth: 0, raw: 2, adjusted: 0.5, ci95: [0, 3] },
    { truth: 100, raw: 80, adjusted: 97, ci95: [85, 110] },
  ]);
  expect(svg.match(/aria-roledescription="point"/g)).toHaveLength(4);
  const [, rules = ''] = /<g class="mark-rule role-mark[^>]*>(.*?)<\/g>/s.exec(svg) ?? [];
  expect(rules.match(/<line/g)).toHaveLength(2);
  expect(svg).toContain('true number of images');
});
