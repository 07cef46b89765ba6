import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeJson } from '../src/files.js';
import { readJsonObject } from '../src/json-config.js';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-files-'));
  await writeFile(at('a.json'), '{"a": 1}');
  await writeFile(at('list.json'), '[1]');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a JSON object', () => {
  it('is written whole, or not at all without a path', async () => {
    await writeJson(at('new.json'), { b: [2] });
    expect(await readJsonObject(at('new.json'), 'options')).toEqual({ b: [2] });
    await expect(writeJson(undefined, { b: 2 })).resolves.toBeUndefined();
  });

  it('is read from a file, and anything else refused', async () => {
    expect(await readJsonObject(at('a.json'), 'options')).toEqual({ a: 1 });
    for (const name of ['list.json', 'none.json']) {
      await expect(readJsonObject(at(name), 'options')).rejects.toThrow(/expected a JSON object of options/);
    }
  });
});
