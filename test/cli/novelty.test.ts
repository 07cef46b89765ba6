/** `--hold-out`, `novelty`, `predict --novel` and `evaluate --novel-classes`: species that nobody labelled, from training to report. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeShapes } from '../fixtures/shape-files.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const images = () => ['--images', at('images')];
const all = () => [...images(), '--taxonomy', at('tree.csv')];

// Below `shape` two classes stay known, `ring` chooses, and `disc` judges; `pair` keeps one class and loses one.
const TREE = [
  'bar-long,All>shape>bar-long',
  'bar-short,All>shape>bar-short',
  'ring,All>shape>ring',
  'disc,All>shape>disc',
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-novelty-cli-'));
  await writeShapes(at('images'), 40);
  await writeFile(at('tree.csv'), ['class,path', ...TREE, 'other,All>other', ''].join('\n'));
  const small = ['--size', '16', '--epochs', '3', '--batch', '16', '--split', '0.5/0.25/0.25'];
  const trained = await cladenet([
    'train',
    'flat',
    ...images(),
    '--hold-out',
    'ring,disc',
    ...small,
    '--out',
    at('flat'),
  ]);
  expect(trained.code, trained.stderr).toBe(0);
  const chosen = ['--choose-on', 'ring', '--method', 'siblings', '--out', at('rule.json')];
  const rule = await cladenet(['novelty', at('flat'), ...all(), ...chosen]);
  expect(rule.code, rule.stderr).toBe(0);
  expect(rule.stdout).toMatch(
    /^method +AUC +known decided on their class +new at their parent +threshold\nsiblings +[01]\.\d{3} /,
  );
  expect(rule.stderr).toMatch(
    /chosen on 20 validation images and 40 images of 1 held-out class: siblings at \d\.\d{4}/,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a rule for new children', () => {
  it('says what it was chosen on, and holds the tree of the known classes', async () => {
    const rule = JSON.parse(await readFile(at('rule.json'), 'utf8')) as Record<string, unknown>;
    expect(rule).toMatchObject({
      format: 'cladenet-novelty',
      method: 'siblings',
      chosenOn: { classes: ['ring'], images: { known: 20, unseen: 40 } },
    });
    expect((rule.lineages as { label: string }[]).map(({ label }) => label)).toEqual(['bar-long', 'bar-short']);
  });

  it('adds the node, whether it is new, how probable that is, and why, to predictions', async () => {
    const out = ['--novel', at('rule.json'), '--out', at('predictions.csv')];
    const { code, stderr } = await cladenet(['predict', at('flat'), at('images'), ...out]);
    expect(code, stderr).toBe(0);
    const [head, ...rows] = (await readFile(at('predictions.csv'), 'utf8')).trim().split('\n');
    expect(head).toBe('path,class,probability,lineage,top5,novel_node,is_new,new_probability,novel_why');
    expect(rows).toHaveLength(160);
    const { threshold } = JSON.parse(await readFile(at('rule.json'), 'utf8')) as { threshold: number };
    for (const row of rows) {
      const [, name = '', probability = '', , , node, isNew, p] = row.split(',');
      expect(Number(p)).toBeGreaterThan(0);
      expect(Number(p)).toBeLessThan(1);
      const isKnown = Number(probability) >= threshold;
      if (Math.abs(Number(probability) - threshold) < 1e-5) continue;
      expect([isNew, node?.split('>').at(-1)]).toEqual(isKnown ? ['no', name] : ['yes', 'shape']);
      expect(row).toMatch(
        isKnown ? /sure enough of the class: / : /and the classes of .*shape the most together, less than /,
      );
    }
  });

  it('is judged on other classes, beside all methods, with figure and JSON', async () => {
    const judged = ['--novel-classes', 'disc', '--novel', at('rule.json')];
    const outputs = ['--json', at('novel.json'), '--figures', at('figures')];
    const { code, stdout, stderr } = await cladenet(['evaluate', at('flat'), ...all(), ...judged, ...outputs]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/40 images of 1 class never seen, where 50 and 70 % of 20 known images get their class:/);
    expect(stdout).toMatch(/the rule, siblings at \d\.\d{4}: .* of the known get their class/);
    const { images: count, novelty } = JSON.parse(await readFile(at('novel.json'), 'utf8')) as {
      images: number;
      novelty: { novelClasses: string[]; methods: { method: string; unseen: number; auc: number }[]; rule: object };
    };
    expect(count).toBe(20);
    expect(novelty.novelClasses).toEqual(['disc']);
    expect(novelty.methods.map(({ method }) => method)).toEqual([
      'probability',
      'information',
      'siblings',
      'entropy',
      'doubt',
    ]);
    expect(novelty.methods).toAllSatisfy(({ unseen, auc }) => unseen === 40 && auc >= 0 && auc <= 1);
    expect(novelty.rule).toMatchObject({ method: 'siblings' });
    expect(existsSync(at('figures', 'novelty.png'))).toBe(true);
  });

  it('is on the page of a report, whose other sections leave these classes out', async () => {
    const out = at('report.html');
    const made = await cladenet(['report', at('flat'), ...all(), '--novel-classes', 'ring,disc', '--out', out]);
    expect(made.code, made.stderr).toBe(0);
    const page = await readFile(out, 'utf8');
    expect(page).toContain(
      '80 images of 2 classes that no model was trained on, beside 20 images of known classes: ring, disc.',
    );
    expect(page).toMatch(/<th scope="row">flat<\/th><td>siblings<\/td>/);
    expect(page).toContain('1 model on 20 images that no model was trained or chosen on, 2 classes.');
    const json = at('same.json');
    await cladenet(['evaluate', at('flat'), ...all(), '--novel-classes', 'ring,disc', '--json', json]);
    const { novelty } = JSON.parse(await readFile(json, 'utf8')) as {
      novelty: { methods: { method: string; auc: number; at50: { unseenDistance: number } | null }[] };
    };
    const siblings = novelty.methods.find(({ method }) => method === 'siblings');
    expect(page).toContain(`<td>siblings</td><td class="number">${siblings?.auc.toFixed(3)}</td>`);
    const refused = await cladenet(['report', at('flat'), ...all(), '--novel-classes', 'ring,bar-long', '--out', out]);
    expect(refused.stderr).toMatch(/--novel-classes: expected classes that the classifier was not trained on/);
  });

  it('is refused where it cannot be', async () => {
    const refused = async (pattern: RegExp, ...args: string[]) => {
      const { code, stderr } = await cladenet(args);
      expect(stderr).toMatch(pattern);
      expect(code).not.toBe(0);
    };
    const out = ['--out', at('never.json')];
    const choose = (names: string) => ['novelty', at('flat'), ...all(), '--choose-on', names, ...out];
    await refused(
      /--choose-on: expected classes that the classifier was not trained on, received 'bar-long'/,
      ...choose('bar-long'),
    );
    await refused(/--choose-on: expected classes of the images, received 'other'/, ...choose('other'));
    await refused(
      /expected classes that chose nothing, received 'ring'/,
      'evaluate',
      at('flat'),
      ...all(),
      '--novel-classes',
      'ring',
      '--novel',
      at('rule.json'),
    );
    await refused(
      /expected a taxonomy over the known classes and the new ones, received none/,
      'novelty',
      at('flat'),
      ...images(),
      '--choose-on',
      'ring',
      ...out,
    );
    await refused(
      /--hold-out: expected classes that remain to be learned, received all 4/,
      'train',
      'flat',
      ...images(),
      '--hold-out',
      'bar-long,bar-short,disc,ring',
      '--out',
      at('none'),
    );
    await refused(
      /--novel: expected none, only with --format table/,
      'predict',
      at('flat'),
      at('images'),
      '--novel',
      at('rule.json'),
      '--format',
      'ecotaxa',
      '--out',
      at('x'),
    );
    await writeFile(
      at('lonely.csv'),
      'class,path\nbar-long,All>a>bar-long\nring,All>a>ring\nbar-short,All>bar-short\ndisc,All>disc\n',
    );
    await refused(
      /at least two known children, by which a new one can be recognised, received 'ring' of All>a/,
      ...['novelty', at('flat'), ...images(), '--taxonomy', at('lonely.csv'), '--choose-on', 'ring', ...out],
    );
    await refused(
      /--hold-out: expected children of nodes with at least two known children, .* received 'ring' of All>a/,
      ...['train', 'tree', ...images(), '--taxonomy', at('lonely.csv'), '--hold-out', 'ring', '--out', at('none')],
    );
    await writeFile(at('broken.json'), '{"format": "cladenet-novelty"}');
    await refused(
      /This is no rule for new children/,
      'predict',
      at('flat'),
      at('images'),
      '--novel',
      at('broken.json'),
      '--out',
      at('x.csv'),
    );
    expect(existsSync(at('never.json'))).toBe(false);
  });
});
