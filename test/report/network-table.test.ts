import { expect, it } from 'vitest';
import { presets } from '../../src/network/presets.js';
import { networkTable } from '../../src/report/tables/network-table.js';

it("the table of the report's network has its shapes and its 1,452,009 weights", () => {
  const lines = networkTable(presets.report, 121).split('\n');
  expect(lines[0]).toMatch(/^layer +output +weights$/);
  expect(lines[1]).toMatch(/^image, grey +95 x 95 x 1 +0$/);
  expect(lines.at(-1)).toMatch(/^total +1,452,009$/);
  const sum = lines.slice(1, -1).reduce((all, line) => all + Number(line.split(/ +/).at(-1)?.replaceAll(',', '')), 0);
  expect(sum).toBe(1_452_009);
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
});
