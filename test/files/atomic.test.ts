/** Atomic writes beside what others left: interrupted replacements, abandoned temporaries, content that cannot be read. */
import { mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  currentFolder,
  hasFolder,
  isNotFound,
  pendingOf,
  readIfThere,
  removeFolder,
  writeFileAtomic,
  writeFolderAtomic,
} from '../../src/files.js';
import { temporaryBeside } from '../../src/temporaries.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cladenet-files-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const write = (path: string, content: string) =>
  writeFolderAtomic(path, (folder) => writeFile(join(folder, 'content'), content));
const read = async (path: string) => readFile(join(await currentFolder(path), 'content'), 'utf8');

/** A folder whose replacement was interrupted: with the old content in place, or already moved away. */
async function interrupted(name: string, hasOld: boolean): Promise<string> {
  const path = join(root, name, 'model');
  await write(path, 'new');
  await rename(path, pendingOf(path));
  if (hasOld) {
    await mkdir(path);
    await writeFile(join(path, 'content'), 'old');
  }
  return path;
}

describe('an interrupted replacement of a folder', () => {
  it('is completed by a reader where the old folder is gone, also when it is named with a slash at its end', async () => {
    for (const [name, slash] of [
      ['gone', ''],
      ['gone-slash', '/'],
    ] as const) {
      const path = await interrupted(name, false);
      expect(hasFolder(path + slash)).toBe(true);
      expect(await read(path + slash)).toBe('new');
      expect(await readdir(join(root, name))).toEqual(['model']);
    }
  });

  it('leaves the old folder to readers where it is in place, and is completed by the next writer', async () => {
    const path = await interrupted('there', true);
    expect(await read(path)).toBe('old');
    await write(path, 'newer');
    expect(await read(path)).toBe('newer');
    expect(await readdir(join(root, 'there'))).toEqual(['model']);
  });

  it('does not bring back a folder that is removed', async () => {
    for (const hasOld of [true, false]) {
      const path = await interrupted(`removed ${hasOld}`, hasOld);
      await removeFolder(path);
      expect(hasFolder(path)).toBe(false);
      expect(await readdir(join(root, `removed ${hasOld}`))).toEqual([]);
      await removeFolder(path);
    }
  });
});

describe('writers of one folder at once', () => {
  it('leave the whole content of one of them, and nothing else', async () => {
    const path = join(root, 'at once', 'model');
    for (let round = 0; round < 10; round++) {
      const all = Array.from({ length: 6 }, (_, i) => `${round} ${i}`);
      await Promise.all(all.map((content) => write(path, content)));
      expect(all).toContain(await read(path));
      expect(await readdir(join(root, 'at once'))).toEqual(['model']);
    }
  });
});

describe('what a process left under a temporary name', () => {
  it('is removed by the next writer once that process has ended, on this machine, or after a day on another', async () => {
    const folder = join(root, 'abandoned');
    await mkdir(folder);
    const own = basename(temporaryBeside(join(folder, 'x'), 'tmp'));
    const [, machine = '', pid = '', start = '', ...id] = own.slice(1).split('-');
    const named = (host: string, process: string, since: string) =>
      `.${['cladenet', host, process, since, ...id].join('-')}`;
    const foreign = machine.replace(/./g, (digit) => (digit === '0' ? '1' : '0'));
    const ofReusedId = named(machine, pid, `${start}1`);
    const ofEnded = named(machine, '4194305', start);
    const ofOther = named(foreign, '4194305', start);
    const names = [own, ofReusedId, ofEnded, ofOther, '.cladenet-notes.tmp', '.other.tmp'];
    for (const name of names) await writeFile(join(folder, name), '');
    await writeFileAtomic(join(folder, 'written'), '');
    const kept = [own, ofOther, '.cladenet-notes.tmp', '.other.tmp', 'written'];
    expect((await readdir(folder)).sort()).toEqual(kept.sort());
    await utimes(join(folder, ofOther), 0, 0);
    await writeFileAtomic(join(folder, 'written'), '');
    expect((await readdir(folder)).sort()).toEqual(kept.filter((name) => name !== ofOther).sort());
  });
});

describe('a failing write', () => {
  it('leaves what was there, and nothing temporary', async () => {
    const folder = join(root, 'failing');
    await write(join(folder, 'model'), 'old');
    const fill = () => Promise.reject(new Error('no space left'));
    await expect(writeFolderAtomic(join(folder, 'model'), fill)).rejects.toThrow('no space left');
    await expect(writeFileAtomic(join(folder, 'model'), 'text')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(await read(join(folder, 'model'))).toBe('old');
    expect(await readdir(folder)).toEqual(['model']);
  });
});

describe('readIfThere', () => {
  it('is undefined only where there is nothing', async () => {
    await writeFile(join(root, 'text'), 'text');
    expect((await readIfThere(join(root, 'text'), 'MODEL'))?.toString()).toBe('text');
    expect(await readIfThere(join(root, 'none'), 'MODEL')).toBeUndefined();
    await expect(readIfThere(root, 'MODEL')).rejects.toMatchObject({
      code: 'MODEL',
      problems: [{ where: root, received: 'a folder' }],
    });
    const codes = ['ENOENT', 'EACCES', 'EIO', 'ESTALE'];
    expect(codes.filter((code) => isNotFound(Object.assign(new Error(code), { code })))).toEqual(['ENOENT']);
  });
});
