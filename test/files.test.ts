import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readJsonObject, requireWritable, writeJson } from '../src/files.js';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-files-'));
  await writeFile(at('a.json'), '{"a": 1}');
  await writeFile(at('list.json'), '[1]');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a file that is to be written', () => {
  it('may exist, or lie in folders that do not', async () => {
    await expect(requireWritable('json', at('a.json'))).resolves.toBeUndefined();
    await expect(requireWritable('json', at('new/folder/a.json'))).resolves.toBeUndefined();
    await expect(requireWritable('json', undefined)).resolves.toBeUndefined();
  });

  it('is refused where it is a folder, or below a file', async () => {
    const refused = (received: string) => ({
      code: 'USAGE',
      problems: [expect.objectContaining({ where: 'json', received })],
    });
    await expect(requireWritable('json', folder)).rejects.toMatchObject(refused(`${folder}: a folder`));
    const below = at('a.json/b.json');
    await expect(requireWritable('json', below)).rejects.toMatchObject(refused(`${below}: ${at('a.json')} is a file`));
  });
});

describe('a file that cannot be looked at', () => {
  it('is refused with the reason, and not taken for missing', async () => {
    await symlink(at('loop'), at('loop'));
    for (const name of ['loop', 'loop/b.json']) {
      await expect(requireWritable('json', at(name))).rejects.toThrow(/received .*ELOOP/);
    }
  });
});

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
