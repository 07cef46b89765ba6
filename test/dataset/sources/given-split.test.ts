import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadImages } from '../../../src/dataset/load.js';
import { type ListOptions, listImages } from '../../../src/dataset/sources/list.js';
import { CladenetError } from '../../../src/errors.js';
import { zipOf } from '../../fixtures/zip.js';
import { grey, temporaryFolder, uniform, write } from '../fixtures.js';

const empty = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '']));

/** A folder of empty files. */
function folderOf(...names: string[]): string {
  const root = temporaryFolder();
  write(root, empty(...names));
  return root;
}

/** `train a 1.jpg` for each image. */
async function listed(root: string, options?: ListOptions): Promise<string[]> {
  const { records } = await listImages(root, options);
  return records.map(({ path, label, subset }) => [subset ?? '-', label ?? '-', path.slice(root.length + 1)].join(' '));
}

const failure = (root: string, options?: ListOptions) =>
  listImages(root, options).then(
    () => expect.fail('it was listed'),
    (error: unknown) => error as CladenetError,
  );

describe('folders of a split', () => {
  it('have the classes in them, whatever the names of the parts', async () => {
    const root = folderOf('train/a/1.jpg', 'train/b/2.jpg', 'val/a/3.jpg', 'test/b/4.jpg');
    expect(await listed(root)).toEqual([
      'test b test/b/4.jpg',
      'train a train/a/1.jpg',
      'train b train/b/2.jpg',
      'validation a val/a/3.jpg',
    ]);
    expect(await listImages(root)).toMatchObject({ classes: ['a', 'b'], problems: [] });
    const other = folderOf('Training/a/1.jpg', 'Valid/deep/b/2.jpg', 'testing/a/3.jpg');
    expect(await listed(other)).toEqual([
      'train a Training/a/1.jpg',
      'validation b Valid/deep/b/2.jpg',
      'test a testing/a/3.jpg',
    ]);
    expect(await listed(folderOf('train/a/1.jpg', 'validation/a/2.jpg'))).toEqual([
      'train a train/a/1.jpg',
      'validation a validation/a/2.jpg',
    ]);
  });

  it('are found in a zip file too, also below a folder that all is in', async () => {
    const root = temporaryFolder();
    const file = await uniform(2, 2, 9).png().toBuffer();
    const zipped = (...names: string[]) => names.map((name) => ({ name, file }));
    write(root, { 'data.zip': zipOf(zipped('data/train/a/1.png', 'data/test/a/2.png')) });
    const zip = join(root, 'data.zip');
    expect(await listed(zip)).toEqual(['test a data/test/a/2.png', 'train a data/train/a/1.png']);
    const { images } = await loadImages(await listImages(zip), grey(2), { cacheDir: false });
    expect(images.subsets).toEqual(['test', 'train']);
    write(root, { 'tables.zip': zipOf(zipped('train_labels.csv', 'test_labels.csv')) });
    expect((await failure(join(root, 'tables.zip'))).problems).toMatchObject([{ remedy: 'Unpack the file.' }]);
  });

  it('may have one class folder in each part, and two in one part are reported', async () => {
    const root = folderOf('train/x/a/1.jpg', 'train/y/a/2.jpg', 'test/a/3.jpg');
    const { problems } = await listImages(root);
    expect(problems).toMatchObject([
      {
        where: `${join(root, 'train/x/a/')}, ${join(root, 'train/y/a/')}`,
        received: '2 folders named a: their images are treated as one class',
      },
    ]);
  });

  it('are classes where there is no part for training, no other, or images directly in all of them', async () => {
    expect(await listed(folderOf('test/a/1.jpg', 'val/a/2.jpg'))).toEqual(['- a test/a/1.jpg', '- a val/a/2.jpg']);
    expect(await listed(folderOf('train/a/1.jpg', 'b/2.jpg'))).toEqual(['- b b/2.jpg', '- a train/a/1.jpg']);
    expect(await listed(folderOf('train/1.jpg', 'test/2.jpg'))).toEqual(['- test test/2.jpg', '- train train/1.jpg']);
  });

  it('that could be classes are refused, unless it is said what they are', async () => {
    const root = folderOf('train/a/1.jpg', 'train/2.jpg', 'test/3.jpg', 'tram/4.jpg', '5.jpg');
    const { code, message, problems } = await failure(root);
    expect(code).toBe('USAGE');
    expect(message).toContain(`It is not clear whether the folders of ${root} are a split or classes.`);
    expect(problems.map(({ received }) => received)).toEqual([
      '1 image beside these folders',
      '1 image in tram/',
      '1 image directly in it',
      '1 image directly in it',
    ]);
    expect(problems[0]?.remedy).toBe(
      "`givenSplit: 'always'` reads the folders as a split, `givenSplit: 'never'` as classes.",
    );
    expect(await listed(root, { givenSplit: 'never' })).toEqual([
      '- - 5.jpg',
      '- test test/3.jpg',
      '- train train/2.jpg',
      '- a train/a/1.jpg',
      '- tram tram/4.jpg',
    ]);
    const split = await listImages(root, { givenSplit: 'always' });
    expect(await listed(root, { givenSplit: 'always' })).toEqual([
      'test - test/3.jpg',
      'train - train/2.jpg',
      'train a train/a/1.jpg',
    ]);
    expect(split.problems.map(({ received }) => received)).toEqual([
      '1 image beside these folders; they are left out',
      '1 image in tram/; they are left out',
      '1 image directly in it; they are left out',
      '1 image directly in it; they are left out',
    ]);
  });

  it('are refused where two are for one part, or one is asked for that is not there', async () => {
    const twice = folderOf('train/a/1.jpg', 'val/a/2.jpg', 'valid/a/3.jpg');
    expect((await failure(twice)).problems).toEqual([
      { where: twice, expected: 'one part for validation', received: 'val and valid' },
    ]);
    const none = folderOf('a/1.jpg', 'b/2.jpg');
    expect((await failure(none, { givenSplit: 'always' })).problems).toMatchObject([{ where: 'givenSplit' }]);
  });

  it('do not matter where no labels are read', async () => {
    const root = folderOf('train/a/1.jpg', 'train/2.jpg', 'test/3.jpg');
    expect(await listed(root, { labelColumn: false })).toEqual([
      '- - test/3.jpg',
      '- - train/2.jpg',
      '- - train/a/1.jpg',
    ]);
  });
});

describe('tables of a split', () => {
  const tables = {
    'train_labels.csv': 'id,img_path,label\n1,images/1.jpg,a\n2,images/2.jpg,b\n',
    'valid_labels.csv': 'id;img_path;label\n3;images/3.jpg;a\n',
    'test_labels.csv': 'id,img_path,label\n4,images/4.jpg,b\n',
  };

  it('are read in place of the folders beside them', async () => {
    const root = folderOf('images/1.jpg', 'images/2.jpg', 'images/3.jpg', 'images/4.jpg', 'images/unlisted.jpg');
    write(root, tables);
    expect(await listed(root)).toEqual([
      'train a images/1.jpg',
      'train b images/2.jpg',
      'validation a images/3.jpg',
      'test b images/4.jpg',
    ]);
    const { table, problems } = await listImages(root);
    expect(problems).toEqual([]);
    expect(table).toEqual({ pathColumn: 'img_path', labelColumn: 'label', rows: 4, images: 4 });
    expect(await listed(root, { givenSplit: 'never' })).toEqual([
      '- a images/1.jpg',
      '- b images/2.jpg',
      '- a images/3.jpg',
      '- b images/4.jpg',
    ]);
  });

  it('may be named training_labels or val_labels; one alone is no split', async () => {
    const root = folderOf('images/1.jpg', 'images/3.jpg');
    write(root, { 'training_labels.csv': tables['train_labels.csv'], 'Val_labels.tsv': tables['valid_labels.csv'] });
    expect((await listed(root)).map((line) => line.split(' ')[0])).toEqual(['train', 'train', 'validation']);
    const single = folderOf('images/1.jpg');
    write(single, { 'train_labels.csv': 'path,label\nimages/1.jpg,a\n' });
    expect(await listed(single)).toEqual(['- images images/1.jpg']);
    expect(await listed(single, { givenSplit: 'always' })).toEqual(['train a images/1.jpg']);
  });

  it('that list an image twice leave it to the later part, and out where its classes differ', async () => {
    const root = folderOf('images/1.jpg', 'images/2.jpg');
    write(root, {
      'train_labels.csv': 'path,label\nimages/1.jpg,a\nimages/2.jpg,b\nimages/5.jpg,a\n',
      'test_labels.csv': 'path,label\n./images/1.jpg,a\nimages/2.jpg,a\n',
    });
    const { records, problems } = await listImages(root);
    expect(records.map(({ path, subset }) => [path, subset])).toEqual([
      [join(root, 'images/1.jpg'), 'test'],
      [join(root, 'images/5.jpg'), 'train'],
    ]);
    const [train, test] = ['train_labels.csv', 'test_labels.csv'].map((name) => join(root, name));
    expect(problems.map(({ where, received }) => [where.slice(root.length + 1), received])).toEqual([
      ['images/1.jpg', `one in ${train} and in ${test}; it stays in test only`],
      ['images/2.jpg', `one in ${train} (b) and in ${test} (a); it is left out`],
    ]);
  });

  it('are refused as other tables are, and where a part has two', async () => {
    const root = folderOf();
    write(root, { ...tables, 'val_labels.csv': '' });
    expect((await failure(root)).problems).toMatchObject([{ received: 'val_labels.csv and valid_labels.csv' }]);
    const broken = folderOf();
    write(broken, { 'train_labels.csv': 'name,label\n1,a\n', 'test_labels.csv': 'name,label\n1,a\n' });
    const error = await failure(broken);
    expect(error).toBeInstanceOf(CladenetError);
    expect(error.problems).toMatchObject([{ where: `${join(broken, 'train_labels.csv')}:1` }]);
  });
});
