import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readJsonObject } from '../src/json-config.js';

const folder = mkdtempSync(join(tmpdir(), 'cladenet-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'c.json');
const read = (content: string | Uint8Array) => {
  writeFileSync(file, content);
  return readJsonObject(file, 'options');
};

it('reads UTF-8 and UTF-16, with a byte order mark or without', async () => {
  const text = '{"a": {"b": [1, "ü"]}}';
  for (const content of [text, `\uFEFF${text}`, Buffer.from(`\uFEFF${text}`, 'utf16le')]) {
    expect(await read(content)).toEqual({ a: { b: [1, 'ü'] } });
  }
});

it.each([
  ['{"a": 1,\n "b": {"c": 1, "c": 2},\n "a": 3}', ["3: 'a' again (first in line 1)", "2: 'c' again (first in line 2)"]],
  ['{"a": 1,\n}', ["2: '}'"]],
  ['[1]', ['1: JSON that is not an object']],
  [' ', [' an empty file']],
  [`{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, ['1: more']],
  [Buffer.from('{"a":\n "\xe9"}', 'latin1'), [expect.stringMatching(/^2: bytes of another encoding/)]],
])('refuses %j with its lines', async (content, expected) => {
  const error = await read(content).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'USAGE' });
  const { problems } = error as { problems: { where: string; received: string }[] };
  expect(
    problems.map(({ where, received }) => `${where.slice(file.length + 1)}: ${received}`.replace(/^: /, ' ')),
  ).toEqual(expected);
});
