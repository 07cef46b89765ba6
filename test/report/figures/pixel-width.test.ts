import { expect, it } from 'vitest';
import { textWidth } from '../../../src/report/figures/pixel-width.js';

it('adds up advance widths: of letters, of squares of ideographs, and none of combining marks', () => {
  expect(textWidth('', 10)).toBe(0);
  expect(textWidth('Wi', 10)).toBeCloseTo(9.44 + 2.22, 10);
  expect(textWidth('Wi', 10, true)).toBeCloseTo(1.08 * (9.44 + 2.22), 10);
  expect(textWidth('橈脚', 10)).toBe(20);
  expect(textWidth('e\u0301e', 10)).toBe(textWidth('ee', 10));
});
