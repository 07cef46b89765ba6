/** `.ci/skipped.mjs` on reports as vitest writes them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { NEEDS } from '../fixtures/needs.js';

const SCRIPT = fileURLToPath(new URL('../../.ci/skipped.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cladenet-skipped-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the script prints, and how it ends, for tests of these names that were skipped beside one that passed. */
function judge(...skipped: string[]): { status: number | null; stdout: string } {
  const tests = [
    { fullName: 'passes', status: 'passed' },
    ...skipped.map((fullName) => ({ fullName, status: 'skipped' })),
  ];
  const report = join(folder, 'report.json');
  writeFileSync(report, JSON.stringify({ testResults: [{ assertionResults: tests }] }));
  const { status, stdout } = spawnSync(process.execPath, [SCRIPT, report], { encoding: 'utf8' });
  return { status, stdout };
}

it('nothing skipped is fine', () => {
  expect(judge()).toEqual({ status: 0, stdout: 'skipped tests: none\n' });
});

it('a skipped browser test fails', () => {
  const { status, stdout } = judge(`the report in Chromium [${NEEDS.chromium}] opens`, `[${NEEDS.chromium}] prints`);
  expect(status).toBe(1);
  expect(stdout).toMatch(/^skipped tests:\n {4}2: needs Chromium .* \(TOO MANY: 0 on this machine\)\n/);
});

it('a test that is skipped without a reason fails, by name', () => {
  const { status, stdout } = judge('some test');
  expect(status).toBe(1);
  expect(stdout).toContain('    1: no reason given: some test (TOO MANY');
});

it('what this user or processor cannot run is counted, up to the known number', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `${i} [${NEEDS.ordinaryUser}]`);
  const root = process.getuid?.() === 0;
  expect(judge(...names(1))).toMatchObject({
    status: root ? 0 : 1,
    stdout: expect.stringContaining('    1: needs a user'),
  });
  expect(judge(...names(3)).status).toBe(1);
});
