/** `cladenet grow` as a process: what it says before it trains, what it writes, and what it refuses. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTaxonomy } from '../../src/taxonomy/write.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { SHAPES, shapesTaxonomy } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const grow = (...args: string[]) => cladenet(['grow', at('tree'), '--images', at('images'), ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-grow-cli-'));
  await writeShapes(at('images'), 60);
  await writeTaxonomy(shapesTaxonomy, at('four.csv'));
  await writeTaxonomy(shapesTaxonomy.restrictTo(SHAPES.slice(0, 3)), at('three.csv'));
  const images = ['--images', at('images'), '--classes', SHAPES.slice(0, 3).join(',')];
  const options = ['--taxonomy', at('three.csv'), '--size', '16', '--epochs', '1', '--batch', '16'];
  const tree = await cladenet(['train', 'tree', ...images, ...options, '--out', at('tree')]);
  expect(tree.code, tree.stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('grow', () => {
  it('says which nodes it will train and why, trains them, and says what became of the old classes', async () => {
    const { code, stdout, stderr } = await grow(
      '--add',
      'ring=(root)',
      '--out',
      at('grown'),
      '--json',
      at('grown.json'),
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/1 of 2 nodes decide differently than before and are trained:\n {2}\(root\): gains ring\n/);
    expect(stderr).toMatch(/1 node keeps its weights/);
    expect(stderr.indexOf('gains ring')).toBeLessThan(stderr.indexOf('node trained in'));
    expect(stdout).toMatch(/^tree on its 24 test images: accuracy/);
    expect(stdout).toMatch(/accuracy on the 18 test images of classes known before: \S+ % before, \S+ % now/);
    const result = JSON.parse(await readFile(at('grown.json'), 'utf8')) as object;
    expect(result).toMatchObject({
      grownFrom: { name: 'tree', added: ['ring'], trained: [''], kept: ['bars'] },
      trained: [{ path: '', isNew: false, gained: ['ring'], lost: [] }],
      known: { images: 18 },
    });
    expect(existsSync(at('grown.partial'))).toBe(false);
    const evaluated = await cladenet(['evaluate', at('grown'), '--images', at('images')]);
    expect(evaluated.code, evaluated.stderr).toBe(0);
    expect(evaluated.stderr).toMatch(/216 images left out/);
    // Its split was not drawn in one go, so drawing it again would not give it: the tree knows its images.
    const options = ['--node', '(root)', '--epochs', '1', '--views', '0', '--out', at('tuned')];
    const tuned = await cladenet(['tune', at('grown'), '--images', at('images'), ...options]);
    expect(tuned.code, tuned.stderr).toBe(0);
    expect(tuned.stderr).toMatch(/1 node tried/);
  });

  it('lets a class join by a prototype, and trains it when the same tree is grown again', async () => {
    const options = ['--add', 'ring=(root)', '--prototypes', '--max-loss', '0.1'];
    const joined = await grow(...options, '--out', at('joined'), '--json', at('joined.json'));
    expect(joined.code, joined.stderr).toBe(0);
    expect(joined.stderr).toMatch(/ring, below \(root\), is the mean of 48 images: finds \d+ of them from the others/);
    expect(joined.stdout).toMatch(/accuracy on the 18 test images of classes known before/);
    expect(JSON.parse(await readFile(at('joined.json'), 'utf8'))).toMatchObject({
      grownFrom: { added: ['ring'], trained: [], kept: ['', 'bars'] },
      prototypes: [{ name: 'ring', node: '', images: 48 }],
    });
    const again = await cladenet(['grow', at('joined'), '--images', at('images'), '--out', at('taught')]);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/1 of 2 nodes decide differently than before and are trained:/);
    const flat = await cladenet([
      ...['grow', at('tree-flat'), '--images', at('images'), '--prototypes', '--out', at('flat-joined')],
      ...['--json', at('flat.json')],
    ]);
    expect(flat.code, flat.stderr).toBe(0);
    expect(flat.stderr).toMatch(/ring is the mean of 48 images/);
    expect(JSON.parse(await readFile(at('flat.json'), 'utf8'))).toMatchObject({
      prototypes: [{ name: 'ring', node: null, images: 48 }],
      known: { images: 18 },
    });
    const { nodes } = JSON.parse(await readFile(at('taught', 'classifier.json'), 'utf8')) as { nodes: object[] };
    expect(nodes).toHaveLength(2);
    for (const node of nodes) expect(node).not.toHaveProperty('prototypes');
  });

  it('takes the whole taxonomy instead', async () => {
    const { code, stderr } = await grow('--taxonomy', at('four.csv'), '--out', at('whole'));
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/2 of 3 nodes decide differently.*\n {2}\(root\): gains ring\n {2}round: new, 2 children\n/);
  });

  it('refuses what cannot be, before any image is decoded, and writes nothing', async () => {
    const before = (await readdir(folder)).sort();
    const refused = async (pattern: RegExp, ...args: string[]) => {
      const { code, stderr } = await grow('--out', at('never'), ...args);
      expect(stderr).toMatch(pattern);
      expect(stderr).not.toMatch(/decoded/);
      expect(code).not.toBe(0);
    };
    await refused(/changes to the tree, or the new taxonomy, received neither/);
    await refused(/received both/, '--add', 'ring=bars', '--taxonomy', at('four.csv'));
    await refused(/--add: expected CLASS=PARENT, received ring/, '--add', 'ring');
    await refused(
      /move disk below bars[\s\S]*Did you mean 'disc'\?[\s\S]*add ring below brs/,
      '--move',
      'disk=bars',
      '--add',
      'ring=brs',
    );
    await refused(/--epochs: expected none with --prototypes/, '--prototypes', '--epochs', '3', '--add', 'ring=bars');
    await refused(/--max-loss: expected none without --prototypes/, '--max-loss', '0.01', '--add', 'ring=bars');
    await refused(/changes to the tree, or the new taxonomy, received neither/, '--prototypes');
    await refused(/images of 'ring'/, '--move', 'disc=bars');
    await refused(/class 'star'[\s\S]*images of it/, '--add', 'ring=(root)', '--add', 'star=(root)');
    expect((await readdir(folder)).sort()).toEqual(before);
    const onto = await cladenet([
      'grow',
      at('tree'),
      '--images',
      at('images'),
      '--add',
      'ring=bars',
      '--out',
      at('tree'),
    ]);
    expect(onto.stderr).toMatch(/--out: expected a folder other than `tree`, received/);
  });
});
