import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NO_SUCH_FILE } from '../../src/dataset/metadata.js';
import { explainMissing } from '../../src/dataset/missing-files.js';
import { temporaryFolder, write } from './fixtures.js';

const listing = { source: 'x', records: [], classes: [], problems: [] };
const missing = (where: string) => ({ where, expected: 'an image file that can be read', received: NO_SUCH_FILE });
const remedies = (paths: readonly string[], of = listing) =>
  explainMissing(paths.map(missing), of).map((one) => one.remedy);

it('says how a missing file is most likely meant, each remedy once', () => {
  const root = temporaryFolder();
  write(root, { 'a.png': '', 'B.JPG': '', 'c.txt': '' });
  const at = (name: string) => join(root, name);
  expect(remedies([at('a'), at('b.jpg'), at('c'), at('none/x'), 'base\\a.png', 'base\\b.png'])).toEqual([
    'a.png exists: add the ending.',
    'B.JPG exists: upper and lower case differ.',
    undefined,
    undefined,
    'Paths with \\: written on Windows? Write / instead.',
    undefined,
  ]);
  const other = { where: at('a'), expected: 'an image', received: 'a folder' };
  expect(explainMissing([other], listing)).toEqual([other]);
});

it('finds paths that are relative to the working folder instead of the table', () => {
  const table = { pathColumn: 'path', labelColumn: undefined, rows: 1, images: 1 };
  const [remedy] = remedies(['tables/package.json'], { ...listing, source: 'tables/t.csv', ...{ table } });
  expect(remedy).toBe('package.json exists, but paths are relative to the folder of the table: tables.');
});

it('looks for a bounded number of files', () => {
  const root = temporaryFolder();
  write(root, Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.png`, ''])));
  const found = remedies(Array.from({ length: 30 }, (_, i) => join(root, `${i}`)));
  expect(found.filter((remedy) => remedy !== undefined)).toHaveLength(20);
});
