import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listImages } from '../../../src/dataset/sources/list.js';
import { CladenetError } from '../../../src/errors.js';
import { temporaryFolder, write } from '../fixtures.js';

describe('folders', () => {
  it('uses the folder that directly holds an image as its class, at any depth', async () => {
    const root = temporaryFolder();
    write(root, {
      'copepod/b.jpg': '',
      'copepod/a.JPG': '',
      'copepod/notes.txt': '',
      'copepod/.hidden.jpg': '',
      '.cache/x.jpg': '',
      'protists/radiolaria/acantharia/1.png': '',
      'protists/radiolaria/2.tif': '',
    });
    const { records, classes, problems } = await listImages(root);
    expect(records).toEqual([
      { path: join(root, 'copepod/a.JPG'), label: 'copepod' },
      { path: join(root, 'copepod/b.jpg'), label: 'copepod' },
      { path: join(root, 'protists/radiolaria/2.tif'), label: 'radiolaria' },
      { path: join(root, 'protists/radiolaria/acantharia/1.png'), label: 'acantharia' },
    ]);
    expect(classes).toEqual(['acantharia', 'copepod', 'radiolaria']);
    expect(problems).toEqual([]);
  });

  it('sorts by whole path, not by folder', async () => {
    const root = temporaryFolder();
    write(root, { 'a/x.jpg': '', 'a-b/x.jpg': '', 'a0/x.jpg': '', 'a/\u{1f990}.jpg': '', 'a/\uff21.jpg': '' });
    const paths = (await listImages(root)).records.map(({ path }) => path.slice(root.length + 1));
    expect(paths).toEqual(['a-b/x.jpg', 'a/x.jpg', 'a/\uff21.jpg', 'a/\u{1f990}.jpg', 'a0/x.jpg']);
  });

  it('leaves images directly in the source without a class, and reports them beside classes', async () => {
    const root = temporaryFolder();
    write(root, { '1.jpg': '', '2.jpg': '' });
    expect(await listImages(root)).toMatchObject({ classes: [], problems: [], records: [{ label: undefined }, {}] });
    write(root, { 'copepod/3.jpg': '' });
    expect((await listImages(root)).problems).toMatchObject([{ where: join(root, '1.jpg') }]);
  });

  it('reports class folders with the same name and empty ones, and throws both with strict', async () => {
    const root = temporaryFolder();
    write(root, { 'copepods/other/1.jpg': '', 'worms/other/2.jpg': '', 'docs/readme.txt': '' });
    mkdirSync(join(root, 'empty'));
    const { problems, classes } = await listImages(root);
    expect(classes).toEqual(['other']);
    expect(problems.map(({ received }) => received).sort()).toEqual([
      '1 files, none with the extension of an image',
      '2 folders named other: their images are treated as one class',
      'an empty folder',
    ]);
    const failure = await listImages(root, { strict: true }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CladenetError);
    expect(failure).toMatchObject({ code: 'DATASET', problems: { length: 3 } });
  });

  it('reads a folder whose name ends like that of an image as a folder', async () => {
    const root = temporaryFolder();
    write(root, { 'a/1.jpg': '', 'stack.tif/1.jpg': '', 'stack.tif/2.jpg': '' });
    const { classes, records, problems } = await listImages(root);
    expect(classes).toEqual(['a', 'stack.tif']);
    expect(records.map(({ path }) => path)).toEqual(
      ['a/1.jpg', 'stack.tif/1.jpg', 'stack.tif/2.jpg'].map((x) => join(root, x)),
    );
    expect(problems).toEqual([]);
  });

  it('passes over folders that systems make', async () => {
    const root = temporaryFolder();
    write(root, {
      'a/1.jpg': '',
      'a/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.png': '',
      '@eaDir/a/x.jpg': '',
      '__MACOSX/a/._1.jpg': '',
      'lost+found/x.txt': '',
      '$RECYCLE.BIN/x.jpg': '',
    });
    const { classes, records, problems } = await listImages(root);
    expect([classes, records.length, problems]).toEqual([['a'], 1, []]);
  });

  it('reports a folder whose name is not UTF-8, and reads the others', async () => {
    const root = temporaryFolder();
    write(root, { 'a/1.jpg': '', 'b/1.jpg': '' });
    const latin = Buffer.concat([Buffer.from(`${root}/Cop`), Buffer.of(0xe9), Buffer.from('pode')]);
    mkdirSync(latin);
    const { classes, problems } = await listImages(root);
    expect(classes).toEqual(['a', 'b']);
    expect(problems).toMatchObject(
      [{ where: join(root, 'Cop\uFFFDpode'), remedy: /convmv/ }].map((x) => ({
        ...x,
        remedy: expect.stringMatching(x.remedy),
      })),
    );
    await expect(listImages(root, { strict: true })).rejects.toMatchObject({
      code: 'DATASET',
      problems: { length: 1 },
    });
  });

  it('follows links, but not in circles', async () => {
    const root = temporaryFolder();
    write(root, { 'data/a/1.jpg': '' });
    symlinkSync(join(root, 'data/a'), join(root, 'data/b'));
    symlinkSync(root, join(root, 'data/a/up'));
    symlinkSync(join(root, 'nowhere'), join(root, 'data/a/broken.jpg'));
    const paths = (await listImages(join(root, 'data'))).records.map(({ path }) => path.slice(root.length));
    expect(paths).toEqual(['/data/a/1.jpg', '/data/a/broken.jpg', '/data/b/1.jpg', '/data/b/broken.jpg']);
  });

  it('lists a single image', async () => {
    const root = temporaryFolder();
    write(root, { 'x.png': '' });
    expect((await listImages(join(root, 'x.png'))).records).toEqual([{ path: join(root, 'x.png'), label: undefined }]);
  });

  it('refuses a source that does not exist or holds no images', async () => {
    const root = temporaryFolder();
    write(root, { 'a.pdf': '', 'b/c.txt': '' });
    await expect(listImages(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'USAGE' });
    await expect(listImages(join(root, 'a.pdf'))).rejects.toMatchObject({ code: 'USAGE' });
    await expect(listImages(root)).rejects.toMatchObject({ code: 'DATASET', problems: [{ where: join(root, 'b/') }] });
    await expect(listImages(root, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('class names with numbers', () => {
  it('are taken without them where that is asked for', async () => {
    const root = temporaryFolder();
    write(root, { 'Copepoda__25828/1.jpg': '', 'Copepoda_001/2.jpg': '', 'Oithona_similis/3.jpg': '', '_7/4.jpg': '' });
    expect((await listImages(root, { stripNumbers: true })).classes).toEqual(['Copepoda', 'Oithona_similis', '_7']);
    expect((await listImages(root)).classes).toHaveLength(4);
  });
});
