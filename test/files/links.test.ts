/** Links and special files: what they lead to is written, and they stay what they are. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { currentFolder, hasFolder, removeFolder, writeFileAtomic, writeFolderAtomic } from '../../src/files.js';
import { itWhere, NEEDS } from '../fixtures/needs.js';

let root: string;
const at = (...path: string[]) => join(root, ...path);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cladenet-links-'));
  await mkdir(at('store'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('a link to a file, or to nothing yet, stays, and its target is written', async () => {
  await writeFile(at('store', 'a.csv'), 'old');
  await symlink('store/a.csv', at('a.csv'));
  await symlink('store/new.csv', at('new.csv'));
  for (const name of ['a.csv', 'new.csv']) {
    await writeFileAtomic(at(name), 'new');
    expect(await readFile(at('store', name), 'utf8')).toBe('new');
    expect(await readlink(at(name))).toBe(`store/${name}`);
  }
  expect((await readdir(at('store'))).sort()).toEqual(['a.csv', 'new.csv']);
});

it('a link to a folder stays: its target is replaced, found and removed', async () => {
  await symlink('store/model', at('model'));
  for (const content of ['first', 'second']) {
    await writeFolderAtomic(`${at('model')}/`, (folder) => writeFile(join(folder, 'content'), content));
    expect(await readFile(join(await currentFolder(at('model')), 'content'), 'utf8')).toBe(content);
    expect([await readlink(at('model')), hasFolder(at('model'))]).toEqual(['store/model', true]);
  }
  await removeFolder(at('model'));
  expect([await readlink(at('model')), hasFolder(at('model'))]).toEqual(['store/model', false]);
});

it('a file is never replaced by a folder', async () => {
  await writeFile(at('file'), 'mine');
  const written = writeFolderAtomic(at('file'), (folder) => writeFile(join(folder, 'content'), ''));
  await expect(written).rejects.toMatchObject({
    code: 'OUTPUT',
    problems: [{ where: at('file'), received: 'a file' }],
  });
  expect(await readFile(at('file'), 'utf8')).toBe('mine');
});

itWhere(process.platform !== 'win32', NEEDS.posix)('a pipe and a device are written into', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  await symlink('pipe', at('to pipe'));
  for (const name of ['pipe', 'to pipe']) {
    const reader = spawn('cat', [at('pipe')]);
    let heard = '';
    reader.stdout.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
    });
    // Listened for before it is written: under load the reader may end before the write is heard of.
    const closed = once(reader, 'close');
    await writeFileAtomic(at(name), 'a,b\n'.repeat(50_000));
    await closed;
    expect(heard).toBe('a,b\n'.repeat(50_000));
  }
  expect((await lstat(at('pipe'))).isFIFO()).toBe(true);
  await writeFileAtomic('/dev/null', 'text');
  expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
});
