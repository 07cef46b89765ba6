import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sha256, sha256OfFile, sha256OfJson } from '../src/hash.js';

const folder = mkdtempSync(join(tmpdir(), 'cladenet-hash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** FIPS 180-2, appendix B.1. */
const OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

it('is the SHA-256 of a text, of its bytes and of a file that holds them', async () => {
  const file = join(folder, 'abc');
  writeFileSync(file, 'abc');
  expect(sha256('abc')).toBe(OF_ABC);
  expect(sha256(Buffer.from('abc'))).toBe(OF_ABC);
  expect(await sha256OfFile(file)).toBe(OF_ABC);
});

it("is that of a value's JSON, in which undefined keys do not appear", () => {
  expect(sha256OfJson({ a: 1, b: undefined })).toBe(sha256('{"a":1}'));
  expect(sha256OfJson({ a: 1 })).not.toBe(sha256OfJson({ a: 2 }));
});
