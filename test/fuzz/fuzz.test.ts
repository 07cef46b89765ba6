/** A short form of `npm run test:fuzz`: each reader gets mutated inputs for a moment. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fuzz } from './harness.js';
import { readers } from './readers.js';

/** Enough to reach each kind of mutation. */
const CASES = 60;

describe.skipIf(process.platform === 'win32')('mutated inputs are read or refused, without other effects', () => {
  it.each(readers.map((reader) => [reader.name, reader] as const))('%s', async (_, reader) => {
    const folder = mkdtempSync(join(tmpdir(), 'cladenet-fuzz-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { cases, accepted, refused, findings } = await fuzz(reader, { folder, seed: 1, cases: CASES });
    expect(findings).toEqual([]);
    expect(cases).toBe(CASES);
    expect(Object.values(refused).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(CASES / 10);
    expect(accepted).toBeLessThan(cases);
  });
});
