import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { random } from '../../src/random.js';
import { toCsv } from '../../src/taxonomy/write.js';
import { itWhere, NEEDS } from '../fixtures/needs.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { shapesTaxonomy } from '../fixtures/shapes.js';
import { cladenet, cladenetProcess, type Outcome } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

/** Writes shapes as pictures of a few sizes, one folder per class. */
function writeImages(to: string, perClass: number, seed: number): Promise<void> {
  const draw = random(seed, 'sizes');
  return writeShapes(to, perClass, seed, () => 24 + draw.integer(24));
}

/** What the JSON of an evaluation holds, and so of each model of a comparison. */
const FIELDS = [
  'accuracy',
  'accuracyAtDepth',
  'accuracyAtRank',
  'ahd',
  'balancedAccuracy',
  'biological',
  'confusion',
  'hierarchical',
  'images',
  'logLoss',
  'name',
  'perClass',
  'perNode',
  'severity',
  'top5',
];

const small = ['--size', '24', '--epochs', '2', '--batch', '16'];
const trained: Record<string, Outcome> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-cli-'));
  await writeImages(at('images'), 40, 1);
  await writeImages(at('new'), 6, 2);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
  const images = ['--images', at('images')];
  trained.flat = await cladenet(['train', 'flat', ...images, ...small, '--out', at('flat')]);
  const tree = ['train', 'tree', ...images, '--taxonomy', at('tree.csv'), '--epochs', '2'];
  trained.tree = await cladenet([...tree, '--from', at('flat'), '--out', at('tree')]);
  trained.own = await cladenet([...tree, '--trunk', 'own', ...small, '--out', at('own')]);
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('train', () => {
  it('flat, and trees with a shared trunk and with own ones, each with its test score', () => {
    for (const [name, { code, stdout, stderr }] of Object.entries(trained)) {
      expect(code, `${name}: ${stderr}`).toBe(0);
      expect(stdout).toMatch(
        /^(flat|tree) on its 16 test images: accuracy [\d.]+ %, balanced .*, log-loss \d+\.\d+\n$/,
      );
    }
    expect(trained.flat?.stderr).toMatch(/split by seed 1: 128 train, 16 validation, 16 test/);
    expect(trained.flat?.stderr).toMatch(/epoch {3}2 {2}loss \d/);
    expect(existsSync(at('flat.partial'))).toBe(false);
  });

  it('a tree without --from trains the flat classifier first, and keeps it', async () => {
    const args = ['train', 'tree', '--images', at('images'), '--taxonomy', at('tree.csv'), ...small, '--epochs', '1'];
    const { code, stdout, stderr } = await cladenet([...args, '--out', at('alone')]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/no --from/);
    expect(stdout).toMatch(/^flat on its 16 test images: .*\ntree on its 16 test images: .*\n$/);
    expect(existsSync(at('alone-flat', 'classifier.json'))).toBe(true);
  });

  it('stops in order at SIGINT and goes on with the same command; a killed one leaves nothing half-written', async () => {
    const args = [
      'train',
      'flat',
      '--images',
      at('images'),
      '--size',
      '24',
      '--batch',
      '16',
      '--epochs',
      '4',
      '--out',
      at('stopped'),
    ];
    // As it comes from a terminal and once more from npx: still one Ctrl-C.
    const interrupts = { text: 'epoch   1 ', signals: ['SIGINT', 'SIGINT'] } as const;
    const stopped = await cladenetProcess(args, { signalAt: interrupts });
    expect(stopped.code).toBe(99);
    expect(stopped.stderr).toMatch(/stopping after this step[\s\S]*was stopped\./);
    expect(existsSync(at('stopped.partial'))).toBe(true);
    expect(existsSync(at('stopped'))).toBe(false);
    const killed = await cladenetProcess(args, { signalAt: { text: 'epoch   3 ', signals: ['SIGKILL'] } });
    expect(killed.code).toBe(null);
    expect(existsSync(at('stopped'))).toBe(false);
    const other = await cladenet([...args, '--seed', '2']);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(/--fresh/);
    await truncate(at('stopped.partial/checkpoint.bin'), 100);
    const done = await cladenet(args);
    expect(done.stderr).toMatch(/resuming from/);
    expect(done.stderr).toMatch(
      /newest checkpoint in .*stopped\.partial is damaged \(checkpoint\.bin: .*\); resuming from the one before/,
    );
    expect(done.stderr).not.toMatch(/epoch {3}1 /);
    expect(done.code).toBe(0);
    expect(existsSync(at('stopped.partial'))).toBe(false);
    // What a killed process leaves under temporary names is removed by the next.
    const left = (await readdir(folder)).filter((name) => name.startsWith('.'));
    expect(left).toEqual([]);
  });
});

describe('predict, evaluate, compare', () => {
  it('predict writes one row an image, unreadable ones reported and left out', async () => {
    await writeFile(at('new', 'disc', 'broken.png'), 'not an image');
    const { code, stdout, stderr } = await cladenet(['predict', at('tree'), at('new'), '--out', at('predictions.csv')]);
    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/1 image that cannot be used is left out:[\s\S]*broken\.png/);
    const [head, ...rows] = (await readFile(at('predictions.csv'), 'utf8')).trim().split('\n');
    expect(head).toBe('path,class,probability,lineage,top5');
    expect(rows).toHaveLength(24);
    expect(rows[0]).toMatch(/\.png,[a-z-]+,0\.\d+,(bars|round)>[a-z-]+,.*=0\.\d+; /);
    expect((await cladenet(['predict', at('tree'), at('new'), '--out', at('p.csv'), '--strict'])).code).toBe(1);
    expect(existsSync(at('p.csv'))).toBe(false);
    const named = ['ring', 'disc'].flatMap((name) => [at('new', name, `${name === 'disc' ? 2 : 3}.png`)]);
    const some = [...named, at('new', 'disc', 'broken.png'), '--out', at('some.csv')];
    const byName = await cladenet(['predict', at('tree'), ...some]);
    expect(byName.stderr).toMatch(/^2 images \(3 decoded\)/);
    expect((await readFile(at('some.csv'), 'utf8')).trim().split('\n')).toHaveLength(3);
    await rm(at('new', 'disc', 'broken.png'));
  });

  it('predict goes on: an empty folder, a broken one, labels that differ, images given twice', async () => {
    const [one, two] = [at('new', 'disc', '2.png'), at('new', 'ring', '3.png')];
    await mkdir(at('nothing', 'within'), { recursive: true });
    await mkdir(at('broken'));
    await writeFile(at('broken', '1.png'), 'not an image');
    await writeFile(at('opinions.csv'), `where,label\n${one},disc\n${one},ring\n${two},ring\n`);
    const to = ['--out', at('on.csv'), '--path-column', 'where'];
    const sources = [at('nothing'), at('broken'), at('opinions.csv'), at('new', 'disc'), one];
    const { code, stderr } = await cladenet(['predict', at('flat'), ...sources, ...to]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/nothing\/within\/: an empty folder/)]);
    expect(stderr).toMatch(/2 images given more than once: one row each/);
    expect(stderr).toMatch(/1 image that cannot be used is left out:[\s\S]*broken\/1\.png/);
    const paths = (await readFile(at('on.csv'), 'utf8')).trim().split('\n').slice(1);
    const named = paths.map((row) => row.split(',')[0]);
    expect(new Set(named).size).toBe(named.length);
    expect(named).toHaveLength(1 + 6);
    await rm(at('on.csv'));
    const none = await cladenet(['predict', at('flat'), at('broken'), at('nothing'), '--out', at('on.csv')]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/nothing is written/)]);
    const empty = await cladenet(['predict', at('flat'), at('nothing'), '--out', at('on.csv')]);
    expect([empty.code, empty.stderr]).toEqual([1, expect.stringMatching(/No images were found/)]);
    expect(existsSync(at('on.csv'))).toBe(false);
  });

  it('one picture in two classes is reported where classifiers are judged, and stops --strict', async () => {
    await cp(at('new'), at('twice'), { recursive: true });
    await cp(at('new', 'disc', '2.png'), at('twice', 'ring', 'copy.png'));
    const images = ['--images', at('twice')];
    const told = /1 picture is in several classes: .*disc\/2\.png and .*ring\/copy\.png \(disc, ring\)/;
    const judged = [
      ['evaluate', at('flat')],
      ['compare', at('flat'), at('tree')],
      ['weak', at('tree'), '--on', 'unseen'],
      ['confusion', at('flat'), '--out', at('twice.csv')],
    ];
    for (const call of judged) {
      const { stderr } = await cladenet([...call, ...images]);
      expect(stderr, call.join(' ')).toMatch(told);
      const strict = await cladenet([...call, ...images, '--strict']);
      expect([strict.code, strict.stderr]).toEqual([1, expect.stringMatching(/the same picture in 2 classes/)]);
    }
  });

  it('evaluate leaves out what was trained on, and its JSON has every measure', async () => {
    const { code, stdout, stderr } = await cladenet([
      'evaluate',
      at('tree'),
      '--images',
      at('images'),
      '--json',
      at('e.json'),
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/144 images left out/);
    expect(stdout).toMatch(/accuracy[\s\S]*├─ bars/);
    const json = JSON.parse(await readFile(at('e.json'), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(json).sort()).toEqual([...FIELDS, 'stopping'].sort());
    expect(json.images).toBe(16);
    expect(Object.keys(json.hierarchical as object)).toEqual(['precision', 'recall', 'f1']);
    expect(json.perClass).toHaveLength(4);
    expect((json.perNode as { path: string; images: number }[]).map(({ path, images }) => [path, images])).toEqual([
      ['', 16],
      ['bars', 8],
      ['round', 8],
    ]);
    const own = trained.tree?.stdout.match(/accuracy ([\d.]+) %/)?.[1];
    expect((100 * (json.accuracy as number)).toFixed(1)).toBe(own);
    const seen = await cladenet(['evaluate', at('flat'), '--images', at('images'), '--seen', '--json', at('s.json')]);
    expect(seen.code).toBe(0);
    const whole = JSON.parse(await readFile(at('s.json'), 'utf8')) as Record<string, unknown>;
    expect([whole.images, whole.ahd]).toEqual([160, null]);
  });

  it('evaluate refuses classes that the classifier does not know', async () => {
    await mkdir(at('new', 'rings'), { recursive: true });
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'white' } })
      .png()
      .toFile(at('new', 'rings', '1.png'));
    const { code, stderr } = await cladenet(['evaluate', at('flat'), '--images', at('new')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/images of rings[\s\S]*Did you mean 'ring'\?/);
    await rm(at('new', 'rings'), { recursive: true });
  });

  it('compare puts all side by side, with a difference for each pair and metric', async () => {
    const models = [at('flat'), at('tree'), at('own')];
    const { code, stdout } = await cladenet(['compare', ...models, '--images', at('new'), '--json', at('c.json')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/tree \(\w+\)[\s\S]*own \(\w+\)[\s\S]*flat - tree \(\w+\)/);
    const { models: scored, differences } = JSON.parse(await readFile(at('c.json'), 'utf8')) as {
      models: Record<string, unknown>[];
      differences: Record<string, unknown>[];
    };
    // Several trees: each by what it chose on its validation set.
    const routing = (tree: string) =>
      (JSON.parse(readFileSync(at(tree, 'classifier.json'), 'utf8')) as { decision: { routing: string } }).decision
        .routing;
    expect(scored.map(({ name }) => name)).toEqual(['flat', `tree (${routing('tree')})`, `own (${routing('own')})`]);
    for (const model of scored) expect(Object.keys(model).sort()).toEqual(FIELDS);
    expect(scored).toAllSatisfy(({ images, ahd }) => images === 24 && typeof ahd === 'number');
    expect(Object.keys(differences[0] ?? {}).sort()).toEqual(['a', 'b', 'ci95', 'difference', 'metric', 'p']);
    expect(differences.filter(({ metric }) => metric === 'accuracy')).toHaveLength(3);
    const one = await cladenet(['compare', at('flat'), at('tree'), '--images', at('new')]);
    expect(one.stdout).toMatch(/^flat [\s\S]*^tree \(combined\)/m);
    for (const way of ['combined', 'product', 'greedy']) expect(one.stdout).toContain(`tree (${way})`);
    expect(one.stderr.match(/24 images/g), one.stderr).toHaveLength(1);
    const by = await cladenet(['compare', ...models, '--images', at('new'), '--decide', 'lca', '--tta', '2']);
    expect(by.stdout, by.stderr).toMatch(/^ +accuracy[\s\S]*\nflat [\s\S]*\ntree [\s\S]*\nown /);
  });

  it('predict stops at an ancestor where it is not sure enough, and says why', async () => {
    const to = ['--out', at('stops.csv')];
    const rows = async () => parse(await readFile(at('stops.csv')), { columns: true }) as Record<string, string>[];
    const sure = await cladenet(['predict', at('tree'), at('new'), ...to, '--min-confidence', '0.9']);
    expect(sure.code, sure.stderr).toBe(0);
    for (const { node, node_probability: probability, depth, why } of await rows()) {
      if (why === 'sure of the class') expect(Number(probability)).toBeGreaterThanOrEqual(0.9);
      else expect(why).toMatch(/ has 0\.\d{4}, less than 0\.9000$/);
      expect(Number(depth)).toBe(node === '(root)' ? 0 : (node?.split('>').length ?? 0));
    }
    const promised = ['--target-accuracy', '0.6', '--images', at('images')];
    const target = await cladenet(['predict', at('tree'), at('new'), ...to, ...promised]);
    expect(target.stderr).toMatch(
      /for 60 %: nodes with a probability of [01]\.\d{4} \(\d+ of 16 validation images wrong\)/,
    );
    expect(Object.keys((await rows())[0] ?? {})).toContain('why');
    const stopped = await rows();
    const alone = await cladenet(['predict', at('tree'), at('new'), ...to, '--target-accuracy', '0.6']);
    const threshold = /for 60 %: .*/;
    expect(alone.stderr.match(threshold)?.[0], alone.stderr).toBe(target.stderr.match(threshold)?.[0]);
    expect(await rows()).toEqual(stopped);
    const turned = await cladenet(['predict', at('tree'), at('new'), ...to, '--target-accuracy', '0.6', '--tta', '2']);
    expect([turned.code, turned.stderr]).toEqual([
      2,
      expect.stringMatching(/--images: expected the images the classifier was trained with.*\n.*--tta 1/),
    ]);
    const tooMuch = ['--target-accuracy', '0.99', '--images', at('images')];
    const refused = await cladenet(['predict', at('tree'), at('new'), ...to, ...tooMuch]);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/99 %: 16 validation images are too few to promise it/),
    ]);
    const flat = await cladenet(['predict', at('flat'), at('new'), ...to, '--min-confidence', '0.9']);
    expect([flat.code, flat.stderr]).toEqual([
      2,
      expect.stringMatching(/--taxonomy: expected a taxonomy with nodes to stop at/),
    ]);
  });

  it('predict stops by information, by a threshold that the validation images choose', async () => {
    const by = ['--out', at('info.csv'), '--target-accuracy', '0.6', '--stop-by', 'information'];
    const chosen = await cladenet(['predict', at('tree'), at('new'), ...by, '--images', at('images')]);
    expect(chosen.code, chosen.stderr).toBe(0);
    expect(chosen.stderr).toMatch(
      /for 60 %: nodes chosen by information at [01]\.\d{4} \(\d+ of 16 validation images wrong\)/,
    );
    const rows = parse(await readFile(at('info.csv')), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(24);
    expect(rows).toAllSatisfy(({ why = '' }) => /^sure of the class$|, too little for what it says$/.test(why));
    const none = await cladenet(['predict', at('tree'), at('new'), ...by]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/--images: expected the images/)]);
    const idle = await cladenet(['predict', at('tree'), at('new'), '--out', at('i.csv'), '--stop-by', 'information']);
    expect([idle.code, idle.stderr]).toEqual([
      2,
      expect.stringMatching(
        /--stop-by: expected none without --min-confidence, --target-accuracy or --class-thresholds/,
      ),
    ]);
  });

  it('predict and evaluate favour rare classes as the validation images choose', async () => {
    const images = ['--images', at('images')];
    const chosen = await cladenet([
      'predict',
      at('tree'),
      at('new'),
      '--out',
      at('b.csv'),
      '--max-loss',
      '0.5',
      ...images,
    ]);
    expect(chosen.code, chosen.stderr).toBe(0);
    expect(chosen.stderr).toMatch(/balance [\d.]+: accuracy [\d.]+ %, balanced [\d.]+ % on validation images/);
    const alone = await cladenet(['predict', at('tree'), at('new'), '--out', at('b.csv'), '--balance', '1']);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringMatching(/--images: expected the images/)]);
    const both = await cladenet([
      'predict',
      at('tree'),
      at('new'),
      '--out',
      at('b.csv'),
      '--balance',
      '1',
      '--max-loss',
      '0.1',
    ]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/--balance: expected none beside --max-loss/)]);
    const judge = ['evaluate', at('tree'), ...images, '--balance', '0.5', '--balance-vs-accuracy'];
    const judged = await cladenet([...judge, '--figures', at('drawn'), '--json', at('b.json')]);
    expect(judged.code, judged.stderr).toBe(0);
    expect(judged.stdout).toMatch(/balance +accuracy +balanced +accuracy lost, points\n +0\.0 .* 0\.0 \+\/- 0\.0\n/);
    expect(judged.stdout).toMatch(/information kept where +90 % are right[\s\S]*the class or nothing/);
    expect((await readdir(at('drawn'))).sort()).toEqual(['balance.png', 'stopping.png']);
    const { stopping, balance } = JSON.parse(await readFile(at('b.json'), 'utf8')) as Record<
      string,
      { rule: string }[]
    >;
    expect(stopping?.map(({ rule }) => rule)).toEqual(['rejection', 'probability', 'information']);
    expect(balance).toHaveLength(25);
  });

  it('train tree, all of it as one network', async () => {
    for (const [trunk, head] of [
      ['joint', 'path-sum'],
      ['layered', 'conditional'],
    ] as const) {
      const args = ['train', 'tree', '--images', at('images'), '--taxonomy', at('tree.csv'), ...small, '--fresh'];
      const made = await cladenet([...args, '--trunk', trunk, '--head-kind', head, '--out', at(trunk)]);
      expect(made.code, made.stderr).toBe(0);
      expect(made.stderr).toMatch(new RegExp(`decides by (greedy|${head === 'path-sum' ? head : 'product'}) routing`));
      expect(existsSync(at(`${trunk}.partial`))).toBe(false);
      const routing = head === 'path-sum' ? 'product' : 'path-sum';
      const wrong = await cladenet(['evaluate', at(trunk), '--images', at('new'), '--routing', routing]);
      expect(wrong.stderr).toMatch(/routing: expected .*greedy/);
    }
  });
});

describe('weak', () => {
  const weak = (...args: string[]) => cladenet(['weak', ...args]);

  it('judges the nodes on the validation set, in a table, a tree and JSON that add up', async () => {
    for (const routing of ['product', 'greedy']) {
      const asked = [at('tree'), '--images', at('images'), '--routing', routing, '--json', at('w.json')];
      const { code, stdout, stderr } = await weak(...asked);
      expect(code, stderr).toBe(0);
      expect(stderr).toMatch(/16 validation images of 160\n[\s\S]*too few images to judge any node: 16 arrive/);
      expect(stdout).toMatch(new RegExp(`mistakes? \\([\\d.]+ % right\\) on 16 validation images, ${routing} routing`));
      expect(stdout).toMatch(/\(root\) +[\d.]+ % +\d+.*\n├─ bars +([\d.]+ %|-).*\n└─ round/);
      expect(stdout.split('\n')).toAllSatisfy((line) => line.length <= 100);
      const { nodes, ...rest } = JSON.parse(await readFile(at('w.json'), 'utf8')) as {
        mistakes: number;
        nodes: { path: string; images: number; arrived: number; caused: number; inherited: number }[];
      };
      expect(rest).toMatchObject({ name: 'tree', on: 'validation', routing, images: 16 });
      expect(nodes.map(({ path }) => path).sort()).toEqual(['', 'bars', 'round']);
      const fields = 'path images arrived accuracy caused inherited recoverable recoverableBelow'.split(' ');
      for (const node of nodes) {
        expect(Object.keys(node)).toEqual(expect.arrayContaining(fields));
        expect(node.images).toBe(node.arrived + node.inherited);
        expect(node).toMatchObject({ enough: false, children: [{ training: expect.any(Number) }, {}] });
      }
      expect(nodes.reduce((sum, { caused }) => sum + caused, 0)).toBe(rest.mistakes);
      const root = nodes.find(({ path }) => path === '');
      expect(root).toMatchObject({ images: 16, recoverableBelow: rest.mistakes });
      expect(root).toMatchObject({ children: [{ training: 64 }, { training: 64 }] });
    }
  });

  it('judges on the test set or unseen images when asked, and a flat classifier by a taxonomy', async () => {
    const test = await weak(at('own'), '--images', at('images'), '--on', 'test');
    expect([test.code, test.stderr]).toEqual([0, expect.stringMatching(/test images are for the final measurement/)]);
    expect(test.stdout).toMatch(/on 16 test images/);
    const unseen = await weak(at('flat'), '--images', at('new'), '--on', 'unseen', '--taxonomy', at('tree.csv'));
    expect(unseen.stdout).toMatch(/on 24 unseen images, product routing[\s\S]*├─ bars/);
    expect(unseen.code).toBe(0);
  });

  it('refuses a flat classifier without a taxonomy, images without a validation set, and unknown classes', async () => {
    const flat = await weak(at('flat'), '--images', at('images'), '--json', at('none.json'));
    expect([flat.code, flat.stderr]).toEqual([2, expect.stringMatching(/has no sub-trees[\s\S]*--taxonomy/)]);
    const foreign = await weak(at('tree'), '--images', at('new'), '--json', at('none.json'));
    expect([foreign.code, foreign.stdout]).toEqual([1, '']);
    expect(foreign.stderr).toMatch(/expected validation images .*\(it has 16\), received 24 images, none of these/);
    const other = at('other-classes.csv');
    await writeFile(
      other,
      `path,label\n${at('images', 'ring', '3.png')},rings\n${at('images', 'disc', '2.png')},disc\n`,
    );
    const unknown = await weak(at('tree'), '--images', other, '--json', at('none.json'));
    expect([unknown.code, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toMatch(/images of rings[\s\S]*Did you mean 'ring'\?/);
    await writeFile(at('wrong.csv'), 'class,path\ndisc,a>disc\nrung,a>rung\nbar-long,b\nbar-short,c\n');
    const tree = await weak(at('tree'), '--images', at('images'), '--taxonomy', at('wrong.csv'));
    expect([tree.code, tree.stderr]).toEqual([1, expect.stringMatching(/does not fit the classifier[\s\S]*ring/)]);
    expect(existsSync(at('none.json'))).toBe(false);
  });
});

describe('the other commands', () => {
  it('taxonomy draws the tree with counts, and names every class that does not fit', async () => {
    const { code, stdout } = await cladenet(['taxonomy', at('tree.csv'), '--images', at('images')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\(root\) ·+ 160[\s\S]*bars ·+ 80[\s\S]*ring ·+ 40/);
    await writeFile(at('other.csv'), 'class,path\ndisc,a>disc\nrung,a>rung\nbar-long,bar-long\nbar-short,bar-short\n');
    const wrong = await cladenet(['taxonomy', at('other.csv'), '--images', at('images')]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toMatch(/ring[\s\S]*rung/);
  });

  it('taxonomy says which columns it reads, of the taxonomy and of the images, and takes them', async () => {
    await writeFile(at('two.csv'), 'Class,Path,note\na,T>a,x\nb,T>b,y\n');
    await writeFile(at('list.csv'), 'where,what,label\n1.png,a,p\n2.png,b,q\n');
    const columns = ['--path-column', 'where', '--label-column', 'what'];
    const { code, stderr } = await cladenet(['taxonomy', at('two.csv'), '--images', at('list.csv'), ...columns]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/two\.csv: paths joined by >, in columns 'Class', 'Path'; 2 rows\n/);
    expect(stderr).toMatch(/list\.csv: paths in column 'where' and labels in column 'what'; 2 rows, 2 images\n/);
    const alone = await cladenet(['taxonomy', at('two.csv'), ...columns]);
    expect([alone.code, alone.stderr]).toEqual([
      2,
      expect.stringMatching(/--path-column: expected none, only with --images/),
    ]);
    const folder = await cladenet(['taxonomy', at('two.csv'), '--images', at('images'), ...columns]);
    expect([folder.code, folder.stderr]).toEqual([
      2,
      expect.stringMatching(/--label-column: expected none, only with a table/),
    ]);
    await writeFile(at('three.csv'), 'class,path\na,T>a\nb,T>b\nc,T>c\n');
    const missing = await cladenet(['taxonomy', at('three.csv'), '--images', at('list.csv'), ...columns]);
    expect(missing.stderr).toMatch(/class 'c': .*\n +Add images of it, or remove it from the taxonomy\.\n/);
  });

  it('network prints layers, shapes and weights', async () => {
    const { code, stdout } = await cladenet(['network', 'report']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/95 x 95 x 32[\s\S]*total +1,452,009/);
    expect((await cladenet(['network', 'reprot'])).stderr).toMatch(/Did you mean 'report'\?/);
  });

  it('doctor finds nothing wrong after set-up', async () => {
    const { code, stdout } = await cladenet(['doctor']);
    expect(stdout).toMatch(/TensorFlow[\s\S]*oneDNN[\s\S]*All checks passed/);
    expect(code).toBe(0);
  });

  const hasGpu = existsSync('/proc/driver/nvidia/version');
  itWhere(!hasGpu, NEEDS.noDriver)('asking for a GPU that is not there is an error, not a run on the CPU', async () => {
    const { code, stderr } = await cladenetProcess([
      'train',
      'flat',
      '--images',
      at('images'),
      '--out',
      at('g'),
      ...small,
      '--gpu',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/GPU/);
    expect(existsSync(at('g'))).toBe(false);
  });
});
