import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-taxonomy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

async function failure(reading: Promise<unknown>): Promise<CladenetError> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CladenetError) return error;
  throw new Error(`expected a CladenetError, received ${String(error)}`);
}

describe('readTaxonomy', () => {
  it('reads tables and JSON', async () => {
    const table = await file('tree.tsv', '\uFEFFclass\tpath\r\nx\tA>x\r\ny\tA>y\r\n');
    expect((await readTaxonomy(table)).classes).toEqual(['x', 'y']);
    expect((await readTaxonomy(await file('tree.json', '{"A": ["x", "y"]}'))).root).toBe('A');
    expect((await readTaxonomy(await file('nested', ' {"A": ["x", "y"]}'))).root).toBe('A');
  });

  it('throws every problem with its file and line', async () => {
    const path = await file('bad.csv', 'class,path\nx,A>x\nx,A>x\ny,A>>y\n');
    const { code, message, problems } = await failure(readTaxonomy(path));
    expect(code).toBe('TAXONOMY');
    expect(problems.map(({ where }) => where)).toEqual([`${path}, line 3`, `${path}, line 4`]);
    expect(message).toBe(
      `${path} is not a usable taxonomy.
  - ${path}, line 3: expected each class once, received 'x' a second time
      Remove this one or the first one (${path}, line 2).
  - ${path}, line 4: expected names that are not empty, without '>', control characters, or white space at their ends, received an empty name, in the path 'A>>y'`,
    );
  });

  it('refuses a file that does not exist, is not JSON, is empty, or is not UTF-8', async () => {
    expect((await failure(readTaxonomy(join(folder, 'nowhere.csv')))).message).toContain('no such file');
    expect((await failure(readTaxonomy(await file('not.json', 'class,path\n')))).message).toContain('expected JSON');
    expect((await failure(readTaxonomy(await file('empty.csv', '')))).message).toContain('an empty file');
    const latin = await failure(
      readTaxonomy(await file('latin.csv', Buffer.from('class,path\nx,A>x\né,A>é\n', 'latin1'))),
    );
    expect(latin.message).toContain('latin.csv, line 3: expected text in UTF-8');
  });
});

describe('nested folders', () => {
  it('are nodes, and classes where no folder is inside', async () => {
    const top = join(folder, 'images');
    for (const path of ['Copepod/calanoid', 'Copepod/cyclopoid', 'fish', 'Diatom/chain', 'Diatom/.cache/deep']) {
      await mkdir(join(top, path), { recursive: true });
    }
    await writeFile(join(top, 'README.txt'), '');
    await writeFile(join(top, 'fish/1.jpg'), '');
    await mkdir(join(folder, 'elsewhere/tube'), { recursive: true });
    await symlink(join(folder, 'elsewhere/tube'), join(top, 'Diatom/tube'));
    await symlink(join(folder, 'gone'), join(top, 'Diatom/gone'));
    const taxonomy = await readTaxonomy(top);
    expect(taxonomy.nodes().map(({ path }) => path)).toEqual([
      '',
      'Copepod',
      'Copepod>calanoid',
      'Copepod>cyclopoid',
      'Diatom',
      'Diatom>chain',
      'Diatom>tube',
      'fish',
    ]);
  });

  it('are refused with the folder of each problem', async () => {
    const top = join(folder, 'wrong');
    for (const path of ['A/other', 'A/x', 'B/other', 'C/D/y']) await mkdir(join(top, path), { recursive: true });
    await symlink(top, join(top, 'A/x/up'));
    const { problems } = await failure(readTaxonomy(top));
    expect(problems.map(({ where }) => where.slice(top.length))).toEqual(['/A/x/up', '/B', '/B/other', '/C']);
    expect(problems[0]?.received).toContain('cycle');
  });

  it('are passed over if systems make them, and refused if their names are not UTF-8', async () => {
    const top = join(folder, 'nas');
    for (const path of ['a', 'b/@eaDir/1.jpg', '@eaDir', '__MACOSX/a', 'lost+found']) {
      await mkdir(join(top, path), { recursive: true });
    }
    expect((await readTaxonomy(top)).classes).toEqual(['a', 'b']);
    await mkdir(Buffer.concat([Buffer.from(`${top}/Cop`), Buffer.of(0xe9), Buffer.from('pode')]));
    expect((await failure(readTaxonomy(top))).problems).toMatchObject([
      { where: join(top, 'Cop\uFFFDpode'), expected: 'a folder whose name is UTF-8' },
    ]);
  });

  it('are refused if there are none', async () => {
    const top = join(folder, 'bare');
    await mkdir(top);
    expect((await failure(readTaxonomy(top))).problems).toMatchObject([
      { expected: 'at least 2 classes', received: 'none' },
    ]);
  });
});
