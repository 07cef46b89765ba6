/** Every table that is written goes through formatCsv, which keeps cells from being formulas. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join('src', name), 'utf8') }));
const withText = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name);

it('has one writer of cells', () => {
  expect(withText(/from 'csv-stringify/)).toEqual(['csv.ts']);
  // Cells joined by hand: a comma or a tab without a blank behind it, and a row that ends a line. EcoTaxa takes cells as they are,
  // so an apostrophe in front would name another taxon.
  expect(withText(/join\((['"`])(?:,|;|\\t)\1\)[^;]*\\n/)).toEqual(['formats/ecotaxa/write.ts']);
  const writers = withText(/writeFileAtomic\([^;]*csv/i);
  expect(writers.length).toBeGreaterThan(2);
  for (const name of writers) expect(withText(/formatCsv|ToCsv|toCsv/), name).toContain(name);
});
