import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package-root.js';

const inFolder = (folder: string) =>
  readdirSync(join(PACKAGE_ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const DOCUMENTS = [...inFolder('.'), ...inFolder('docs'), ...inFolder('bench'), ...inFolder('taxonomy')];
const read = (file: string) => readFileSync(join(PACKAGE_ROOT, file), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

/** The first group of each match. */
const all = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), ([, found]) => found ?? '');

/** The folders of `src/` in the order of the table in CONTRIBUTING.md. */
const ROOMS = all(all(read('CONTRIBUTING.md'), /(\| `src\/cli\/`[\s\S]*?\n)\n/g).join(''), /`src\/(\w+)\/`/g);

/** The rooms that a room imports from. */
function importsOf(room: string): Set<string> {
  const files = readdirSync(join(PACKAGE_ROOT, 'src', room), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts')).map((file) => join('src', room, file));
  const imported = sources.flatMap((file) =>
    all(read(file), /(?:from|import\() ?'(\.[^']+)'/g).map((path) => normalize(join(dirname(file), path)).split(sep)),
  );
  return new Set(imported.flatMap(([, to = '', ...rest]) => (rest.length > 0 && to !== room ? [to] : [])));
}

describe('documents', () => {
  test('are those that are known', () => {
    expect(DOCUMENTS).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/results.md']),
    );
  });

  test.each(DOCUMENTS)('%s links to files that exist', (document) => {
    const links = all(read(document), /\]\(([^)#]+)[^)]*\)/g).filter((link) => !/^[a-z]+:/.test(link));
    expect(links.filter((link) => !existsSync(join(PACKAGE_ROOT, dirname(document), link)))).toEqual([]);
  });

  test.each(['CONTRIBUTING.md', 'docs/design-choices.md'])('%s names files and folders that exist', (document) => {
    const paths = all(read(document), /`((?:src|test|docs|examples|bench|\.ci)\/[a-z0-9./-]*)`/g);
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(PACKAGE_ROOT, path)))).toEqual([]);
  });

  test('rooms import only from those below them in the table of CONTRIBUTING.md', () => {
    const folders = readdirSync(join(PACKAGE_ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect([...ROOMS].sort()).toEqual(folders.map(({ name }) => name).sort());
    const upwards = ROOMS.flatMap((room, i) =>
      Array.from(importsOf(room)).flatMap((to) => (ROOMS.indexOf(to) > i ? [] : [`${room} -> ${to}`])),
    );
    expect(upwards).toEqual([]);
    expect([...importsOf('evaluation')].sort()).toEqual(['decision', 'taxonomy']);
  });

  test('tables that are taken over from docs/results.md are those', () => {
    const taken = all(read('docs/three-ways.md'), /<!-- results -->\n([\s\S]*?)<!-- end -->/g);
    expect(taken.map((table) => table.split('\n').length)).toEqual([expect.any(Number), expect.any(Number)]);
    for (const table of taken) expect(read('docs/results.md')).toContain(table);
  });

  test('the README has at most 200 lines', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
  });

  test('the changelog and the citation know this version', () => {
    expect(read('CHANGELOG.md')).toContain(`\n## ${version}\n`);
    expect(all(read('CITATION.cff'), /^version: (.*)$/gm)).toEqual([version]);
  });
});
