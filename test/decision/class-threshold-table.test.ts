import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { readClassThresholds, writeClassThresholds } from '../../src/decision/class-threshold-table.js';

const classes = ['=a', 'Copépode', 'b'];
const hash = 'f'.repeat(64);
let file: string;
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-thresholds-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  file = join(folder, 'thresholds.csv');
});

it('is written for people and spreadsheets, and reads back without loss', async () => {
  const thresholds = [
    { name: '=a', threshold: 0.8999999761581421, images: 20, named: 15, right: 14 },
    { name: 'Copépode', threshold: Number.POSITIVE_INFINITY, images: 3, named: 0, right: 0 },
    { name: 'b', threshold: 0, images: 9, named: 9, right: 9 },
  ];
  await writeClassThresholds(file, thresholds, { rule: { precision: 0.9 }, classifier: hash });
  expect(readFileSync(file, 'utf8')).toBe(
    `class,threshold,images,named,right,rule,classifier
'=a,0.8999999761581421,20,15,14,precision:0.9,${hash}
Copépode,never,3,0,0,precision:0.9,${hash}
b,0,9,9,9,precision:0.9,${hash}
`,
  );
  expect(await readClassThresholds(file, classes)).toEqual({
    thresholds: [0.8999999761581421, Number.POSITIVE_INFINITY, 0],
    classifier: hash,
  });
});

it('is read as people write it: other columns and orders, a decimal comma', async () => {
  writeFileSync(file, 'sep=;\nNote;Threshold;CLASS\n;0,25;b\nx;1;Copépode\n;inf;=a\n');
  expect(await readClassThresholds(file, classes)).toEqual({
    thresholds: [Number.POSITIVE_INFINITY, 1, 0.25],
    classifier: undefined,
  });
});

it('is refused with all that is wrong, by line', async () => {
  const problemsOf = async (text: string) => {
    writeFileSync(file, text);
    const error = await readClassThresholds(file, classes).then(
      () => undefined,
      (thrown: unknown) => thrown as { problems: { where: string; received: string; remedy?: string }[] },
    );
    return error?.problems.map(({ where, received, remedy }) => [where.replace(file, ''), received, remedy]);
  };
  expect(await problemsOf('class,threshold\nb,1.5\nb,0.5\nCopepode,0.1\n=a,\n')).toEqual([
    [':2', "'1.5'", undefined],
    [':3', "'b' again (first in line 2)", undefined],
    [':4', "'Copepode'", "Did you mean 'Copépode'?"],
    [':5', 'nothing', undefined],
    ['', 'none', 'Add a row; the threshold 0 names the class whenever it is decided on.'],
  ]);
  expect(await problemsOf('class,p\nb,1\n')).toEqual([[':1', 'class, p', undefined]]);
  expect(await problemsOf('')).toEqual([
    [':1', 'an empty file', undefined],
    [':1', 'an empty file', undefined],
  ]);
  await expect(readClassThresholds(`${file}.gone`, classes)).rejects.toMatchObject({
    code: 'USAGE',
    problems: [{ expected: 'f1, precision: and a share, or a table of thresholds', received: 'no such file' }],
  });
});
