/** `train specialists`, and what specialists are worth in the sweep of `group`. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { SHAPES } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const specialists = (...args: string[]) => cladenet(['train', 'specialists', ...args]);
const usual = () => ['--from', at('flat'), '--groups', at('groups.csv'), '--images', at('images')];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-specialists-cli-'));
  await writeShapes(at('images'), 40, 1);
  await writeFile(
    at('groups.csv'),
    'class,path\nbar-long,bars>bar-long\nbar-short,bars>bar-short\ndisc,disc\nring,ring\n',
  );
  await writeFile(at('alone.csv'), `class,path\n${SHAPES.map((name) => `${name},${name}`).join('\n')}\n`);
  await writeFile(at('fewer.csv'), 'class,path\nbar-long,bars>bar-long\nbar-short,bars>bar-short\ndisc,disc\n');
  await writeFile(at('twice.csv'), 'class,path\nbar-long,a>bar-long\nbar-long,b>bar-long\ndisc,disc\nring,ring\n');
  const training = ['--size', '24', '--epochs', '1', '--batch', '16', '--split', '0.6/0.3/0.1', '--out', at('flat')];
  const { code, stderr } = await cladenet(['train', 'flat', '--images', at('images'), ...training]);
  expect(code, stderr).toBe(0);
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('train specialists', () => {
  it('prints how each specialist compares inside its group, and saves a tree', async () => {
    const { code, stdout, stderr } = await specialists(
      ...usual(),
      '--epochs',
      '2',
      '--views',
      '1',
      '--out',
      at('heads'),
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/split by seed 1: 96 train, 48 validation, 16 test\n/);
    expect(stderr).toMatch(/1 specialist trained in /);
    expect(stdout).toMatch(
      /^group +classes +validation images +flat inside +specialist\nbars +2 +24 +[\d.]+ % +[\d.]+ % {2}(kept|dropped)\n/,
    );
    expect(stdout).toMatch(/\n\d of 1 specialist kept[\s\S]*\nspecialists on its 16 test images: accuracy /);
    const { description } = await loadClassifier(at('heads'));
    expect(description).toMatchObject({ kind: 'tree', trunk: 'shared', specialists: [{ node: 'bars', images: 24 }] });
    expect(existsSync(at('heads.partial'))).toBe(false);
  });

  it('goes on where Ctrl-C left it', async () => {
    const own = [...usual(), '--trunk', 'own', '--epochs', '20', '--batch', '16', '--out', at('own')];
    let waiting: NodeJS.Timeout | undefined;
    const stopped = await cladenet(['train', 'specialists', ...own], {
      onStderr(text, kill) {
        if (waiting !== undefined || !/split by seed/.test(text)) return;
        waiting = setInterval(() => {
          if (!existsSync(at('own.partial'))) return;
          clearInterval(waiting);
          kill('SIGINT');
        }, 10);
      },
    });
    expect(stopped.code, stopped.stderr).toBe(99);
    expect(stopped.stderr).toMatch(/no tree is saved; the same command resumes with what is in .*own\.partial/);
    expect(existsSync(at('own'))).toBe(false);
    const other = await specialists(...own, '--rate', '0.1');
    expect(other.stderr).toMatch(/The folder holds the checkpoint of another training/);
    const again = await specialists(...own);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/resuming from .*own\.partial/);
    expect(existsSync(at('own.partial'))).toBe(false);
  });

  it.each<[string, () => string[], RegExp]>([
    ['nothing to specialise in', () => ['--groups', at('alone.csv')], /all 4 classes as siblings/],
    ['groups that lack a class', () => ['--groups', at('fewer.csv')], /images of 'ring': expected a class of the tax/],
    ['a class in two groups', () => ['--groups', at('twice.csv')], /bar-long/],
    ['a tree to start from', () => ['--from', at('heads')], /--from: expected a flat classifier, received a tree/],
    [
      'images of fewer classes',
      () => ['--classes', 'disc,ring'],
      /its 4 classes, received none of bar-long, none of bar/,
    ],
    ['views of networks', () => ['--trunk', 'own', '--views', '2'], /--views: expected none/],
    ['another split', () => ['--split-seed', '9'], /would leak into validation or test/],
  ])('refuses %s before anything is trained', async (_, args, message) => {
    const { code, stdout, stderr } = await specialists(...usual(), '--out', at('none'), ...args());
    expect(stderr).toMatch(message);
    expect([code === 0, stdout]).toEqual([false, '']);
    expect(stderr).not.toMatch(/specialists? trained/);
    expect([existsSync(at('none')), existsSync(at('none.partial'))]).toEqual([false, false]);
  });
});

describe('group --sweep --specialists', () => {
  const sweep = (model: string, ...args: string[]) => cladenet(['group', model, '--soft', '--specialists', ...args]);

  it('says what specialists come to at each threshold, and that the same images chose and score', async () => {
    const { code, stdout, stderr } = await sweep(
      at('flat'),
      ...['--sweep', '--images', at('images'), '--json', at('sweep.json')],
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/specialists of \d+ thresholds trained in /);
    expect(stdout).toMatch(/stability +specialists +accuracy +sizes\n/);
    expect(stdout).toMatch(/the\s+48\s+validation\s+images[\s\S]*same\s+images\s+grouped\s+the\s+classes,/);
    const { sweep: points, specialists: found } = JSON.parse(await readFile(at('sweep.json'), 'utf8'));
    expect(found.images).toBe(48);
    expect(found.scores).toHaveLength(points.length);
    for (const [i, { specialists: all, accepted, accuracy }] of found.scores.entries()) {
      // A group of all classes leaves nothing to specialise in.
      expect(all).toBe(points[i].sizes[0] === 4 ? 0 : points[i].groups);
      expect(accepted).toBeLessThanOrEqual(all);
      if (accepted === 0) expect(accuracy).toBeCloseTo(found.flat.accuracy, 6);
    }
  });

  it('is refused without a sweep, without a classifier, and with a tree', async () => {
    const images = ['--images', at('images')];
    const idle = await sweep(at('flat'), ...images);
    expect([idle.code, idle.stderr]).toEqual([
      2,
      expect.stringMatching(/--specialists: expected none, only with --sweep/),
    ]);
    await writeFile(at('matrix.csv'), 'images,a,b\na,3,1\nb,1,4\n');
    const matrix = await cladenet(['group', at('matrix.csv'), '--sweep', '--specialists']);
    expect([matrix.code, matrix.stderr]).toEqual([2, expect.stringMatching(/--specialists: .*only with a classifier/)]);
    const tree = await sweep(at('heads'), '--sweep', ...images);
    expect([tree.code, tree.stderr]).toEqual([
      2,
      expect.stringMatching(/model: expected a flat classifier, with --spec/),
    ]);
  });
});
