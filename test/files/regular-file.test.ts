/** Only regular files of the expected size are read. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProblem, readRegularFile, readRegularFileSync } from '../../src/regular-file.js';
import { itWhere, NEEDS } from '../fixtures/needs.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-regular-'));
  await writeFile(join(folder, 'file'), 'twelve bytes');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bounds = { maxBytes: 12 };

/** What both functions say about a file. */
async function refusal(path: string, wanted: { maxBytes: number; exactBytes?: number } = bounds): Promise<string> {
  const problem = await readRegularFile(path, wanted).catch((error: unknown) => readProblem('here', error));
  let other: unknown;
  try {
    other = readRegularFileSync(path, wanted);
  } catch (error) {
    other = readProblem('here', error);
  }
  expect(other).toEqual(problem);
  if (!('expected' in problem)) return problem.toString();
  return `expected ${problem.expected}, received ${problem.received}`;
}

describe('a regular file', () => {
  it('is read, also through a link, if its size is allowed', async () => {
    await symlink(join(folder, 'file'), join(folder, 'link'));
    expect(await refusal(join(folder, 'file'))).toBe('twelve bytes');
    expect(await refusal(join(folder, 'link'), { maxBytes: 12, exactBytes: 12 })).toBe('twelve bytes');
  });

  it('of another size is refused before anything is read', async () => {
    await writeFile(join(folder, 'sparse'), '');
    await truncate(join(folder, 'sparse'), 2 ** 42);
    const most = 'expected a file of at most 12 bytes, received 4398046511104 bytes';
    expect(await refusal(join(folder, 'sparse'))).toBe(most);
    const exact = 'expected a file of 7 bytes, received 12 bytes: the file was truncated or replaced';
    expect(await refusal(join(folder, 'file'), { maxBytes: 12, exactBytes: 7 })).toBe(exact);
  });
});

describe('what is no regular file is refused', () => {
  it('nothing, and a folder', async () => {
    await mkdir(join(folder, 'folder'));
    expect(await refusal(join(folder, 'nothing'))).toBe('expected a file that can be read, received no such file');
    expect(await refusal(join(folder, 'folder'))).toMatch(/received (a folder|EISDIR.*)$/);
  });

  itWhere(process.platform !== 'win32', NEEDS.posix)('a device and a pipe, without waiting for them', async () => {
    await symlink('/dev/zero', join(folder, 'zero'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await refusal(join(folder, 'zero'))).toBe('expected a regular file, received a device');
    expect(await refusal(join(folder, 'pipe'))).toBe('expected a regular file, received a pipe');
  });
});

describe('the library', () => {
  /** They read what the system, the installation or this process wrote, or write, or sync what was written. */
  const OTHERS = [
    ...['regular-file.ts', 'sync.ts', 'package-root.ts', 'temporaries.ts', 'report/html/page.ts'],
    ...['special-files.ts', 'outputs/lock.ts', 'outputs/mounts.ts', 'outputs/probe.ts', 'dataset/pixel-file.ts'],
    ...['cluster/schedulers/local.ts', 'report/predictions/ifcb-writer.ts', 'report/predictions/scores/npy-scores.ts'],
  ];

  it('reads files only through these functions', () => {
    const source = join(import.meta.dirname, '../../src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const readers = files.filter((name) => {
      const text = readFileSync(join(source, name), 'utf8');
      const imports = text.match(/^import \{[^}]*\} from 'node:fs(\/promises)?';$/gm)?.join() ?? '';
      return /\b(readFile|readFileSync|open|openSync|createReadStream)\b/.test(imports);
    });
    const outside = readers.filter((name) => !name.startsWith('setup/') && !OTHERS.includes(name));
    expect(readers).toContain('regular-file.ts');
    expect(outside).toEqual([]);
  });
});
