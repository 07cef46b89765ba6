/** Calls that are wrong: said before any work, all at once, with what was meant; exit code 2, nothing on standard output. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cladenet, cladenetProcess } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-calls-'));
  for (const [name, shade] of Object.entries({ dark: 40, light: 200 })) {
    await mkdir(at('images', name), { recursive: true });
    for (let i = 0; i < 10; i++) {
      const background = { r: shade + i, g: shade, b: shade };
      const image = sharp({ create: { width: 12 + i, height: 12, channels: 3, background } });
      await image.png().toFile(at('images', name, `${i}.png`));
    }
  }
  await writeFile(at('tree.csv'), 'class,path\ndark,dark\nlight,light\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const wrong: readonly [what: string, args: () => string[], said: RegExp][] = [
  ['no command', () => [], /Usage: cladenet/],
  ['an unknown command', () => ['tarin'], /unknown command 'tarin'\s+\(Did you mean train\?\)/],
  ['an unknown kind of training', () => ['train', 'flatt'], /Did you mean flat\?/],
  ['an unknown option', () => ['train', 'flat', '--epoch', '3'], /Did you mean --epochs\?/],
  ['no arguments', () => ['evaluate'], /missing required argument 'model'/],
  [
    'nothing that is required',
    () => ['train', 'tree'],
    /--images: expected a folder, a table or a zip file, received nothing[\s\S]*--out: [\s\S]*--taxonomy: /,
  ],
  [
    'many wrong values',
    () => 'train flat --images x --out y --preset compakt --epochs 0 --seed x --split 0.9/0.3 --rate=-1'.split(' '),
    new RegExp(
      [
        '--split: expected three fractions that sum to 1, like 0.8/0.1/0.1, received 0.9/0.3',
        "--preset: expected report, compact, .* or resnet34, received compakt\\s+Did you mean 'compact'\\?",
        '--epochs: expected a whole number from 1 to 100000, received 0',
        '--rate: expected a number above 0, received -1',
        '--seed: expected a whole number from 0 to 2147483647, received x',
      ].join('[\\s\\S]*'),
    ),
  ],
  [
    'a name of an earlier version',
    () => 'train tree --images x --taxonomy t --out y --head path-sum --plain-share 0.2'.split(' '),
    /--head: .*\s+It is called --head-kind now\.\s+- --plain-share: .*\s+It is called --unaugmented-share now\./,
  ],
  [
    'a class that there is not',
    () => ['train', 'flat', '--images', at('images'), '--out', at('x'), '--classes', 'drak,light'],
    /received 'drak'\s+Did you mean 'dark'\?/,
  ],
  [
    'images that there are not',
    () => ['train', 'flat', '--images', at('none'), '--out', at('x')],
    /no images at .*\n.*none: expected a folder of class folders, .*received no such file\n/,
  ],
  ['an unknown preset', () => ['network', 'reprot'], /Did you mean 'report'\?/],
  ['an unknown routing', () => ['evaluate', 'm', '--images', 'x', '--routing', 'gredy'], /Did you mean 'greedy'\?/],
  ['an unknown part', () => ['weak', 'm', '--images', 'x', '--on', 'validaton'], /Did you mean 'validation'\?/],
  ['a wrong choice', () => ['taxonomy', at('tree.csv'), '--single-child', 'colapse'], /Did you mean 'collapse'\?/],
  ['a wrong seed', () => ['demo', '--seed', 'one'], /--seed: expected a whole number/],
  [
    'a model beside itself',
    () => ['compare', at('m'), `${at('m')}/`, '--images', at('images')],
    /expected different ones/,
  ],
  [
    'a file name that is too long to write',
    () => ['confusion', '--predictions', at('labels.csv'), '--out', at(`${'x'.repeat(300)}.csv`)],
    /--out: expected a file that can be written, received .*ENAMETOOLONG/,
  ],
  [
    'a folder of other things to save into',
    () => ['train', 'flat', '--images', at('images'), '--out', at('images')],
    /expected a new or empty folder, or an older classifier, received .*images: a folder with dark, light/,
  ],
  [
    'the same for a tree',
    () => ['train', 'tree', '--images', at('images'), '--taxonomy', at('tree.csv'), '--out', at('images')],
    /expected a new or empty folder/,
  ],
  [
    'a file where the demo writes a folder',
    () => ['demo', '--out', at('tree.csv')],
    /--out: expected a new or empty folder, or that of a demo, received .*tree\.csv: a file/,
  ],
  [
    'a folder to write a file to',
    () => ['predict', at('m'), at('images'), '--out', at('images')],
    /--out: expected a file that can be written, received .*: a folder/,
  ],
  [
    'a file below a file',
    () => ['evaluate', at('m'), '--images', at('images'), '--json', at('tree.csv', 'e.json')],
    /--json: .*tree\.csv is a file/,
  ],
];

describe('a wrong call', () => {
  it.each(wrong)('%s', async (_, args, said) => {
    const { code, stdout, stderr } = await cladenet(args());
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/\n\s+at |split by/);
    // Arguments of the library are no words of the command line.
    expect(stderr).not.toMatch(/`[a-z]+[A-Z]\w*`|`\w+: /);
  });

  it('work that fails ends with 1, also without a trace', async () => {
    await mkdir(at('foreign'), { recursive: true });
    await writeFile(at('labels.csv'), 'true,predicted\na,a\nb,a\n');
    await writeFile(at('foreign', 'classifier.json'), '{"format":"other","version":1}');
    const calls = [
      [['evaluate', at('none'), '--images', at('images')], /not a classifier that cladenet saved/],
      [['predict', at('foreign'), at('images'), '--out', at('p.csv')], /received other of version 1/],
      [['taxonomy', at('none.csv')], /not a usable taxonomy/],
      [['evaluate', at('x'.repeat(300)), '--images', at('images')], /The system refused: .*ENAMETOOLONG/],
    ] as const;
    for (const [args, said] of calls) {
      const { code, stdout, stderr } = await cladenet(args);
      expect(stderr).toMatch(said);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('help and version are results', async () => {
    const version = await cladenetProcess(['--version']);
    expect(version).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
    const help = await cladenet(['train', 'tree', '--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout.split('\n')).toAllSatisfy((line) => line.length <= 80);
  });

  it('the process ends with the exit code of the call', async () => {
    expect(await cladenetProcess(['--help'])).toMatchObject({ code: 0, stderr: '' });
    expect(await cladenetProcess(['tarin'])).toMatchObject({ code: 2, stdout: '' });
    expect(await cladenetProcess(['taxonomy', at('none.csv')])).toMatchObject({ code: 1, stdout: '' });
  });

  it('a reader that leaves early (`| head -1`) ends nothing but the printing', async () => {
    const outcome = await cladenetProcess(['network', 'compact'], { deaf: true });
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('a configuration file', () => {
  it('holds the same options, those of the command line win', async () => {
    const config = { images: at('images'), out: at('config'), size: 8, epochs: 3, batch: 8, augment: false, seed: 7 };
    await writeFile(at('config.json'), JSON.stringify(config));
    const training = async (...args: string[]) => {
      const { code, stderr } = await cladenet(['train', 'flat', '--config', at('config.json'), ...args]);
      expect(code, stderr).toBe(0);
      const { training } = JSON.parse(await readFile(at('config', 'classifier.json'), 'utf8')) as {
        training: Record<string, unknown>;
      };
      return training;
    };
    expect(await training('--epochs', '1')).toMatchObject({ epochs: 1, batch: 8, seed: 7, augmentation: null });
    const varied = await training('--epochs', '1', '--augment', '--limit-per-class', '9', '--unaugmented-share', '0.5');
    expect(varied).toMatchObject({ augmentation: { flip: true }, unaugmentedShare: 0.5, precision: 'float32' });
  });

  it('has no names but those of the options, whatever JavaScript knows by them', async () => {
    await writeFile(at('odd.json'), '{"constructor": "x", "toString": "y", "__proto__": {"epochs": 3}, "epoch": 3}');
    const { code, stderr } = await cladenet(['train', 'flat', '--config', at('odd.json')]);
    expect(code).toBe(2);
    for (const name of ['constructor', 'toString', '__proto__']) {
      expect(stderr).toContain(`odd.json: ${name}: expected a known option`);
    }
    expect(stderr).toMatch(/odd\.json: epoch: .*\n +Did you mean epochs\?/);
  });

  it('asks for no arithmetic that the machine does not have, and says so before it decodes', async () => {
    const args = ['train', 'flat', '--images', at('images'), '--out', at('rounded'), '--precision', 'bfloat16'];
    const { code, stderr } = await cladenetProcess(args, { env: { TF_ENABLE_ONEDNN_OPTS: '0' } });
    expect(stderr).toMatch(/^Convolutions cannot be trained in bfloat16 here\.\n.*oneDNN switched off/s);
    expect([code, existsSync(at('rounded')), existsSync(at('rounded.partial'))]).toEqual([1, false, false]);
    const misspelt = await cladenet([...args.slice(0, -1), 'half']);
    expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringMatching(/float32.*bfloat16.*half/s)]);
  });

  it('is checked like the command line', async () => {
    const config = { image: 'x', out: 3, size: 7, epochs: null, augment: 'no', split: { train: 1 }, labelSmoothing: 1 };
    await writeFile(at('bad.json'), JSON.stringify(config));
    const { code, stderr } = await cladenet(['train', 'flat', '--config', at('bad.json'), '--batch', 'many']);
    expect(code).toBe(2);
    const problems = stderr.matchAll(/^ {2}- (?:.*bad\.json: )?(\S+):/gm);
    expect([...problems].map(([, name]) => name)).toEqual(
      expect.arrayContaining(['image', 'images', 'out', 'size', 'epochs', 'augment', 'split', 'labelSmoothing']),
    );
    expect(stderr).toMatch(/bad\.json: image: expected a known option, received image\s+Did you mean images\?/);
    expect(stderr).toMatch(/- --batch: expected a whole number from 1 to 65536, received many/);
    expect(stderr).toMatch(/bad\.json: size: expected a whole number from 8 to 1024, received 7/);
    expect((await cladenet(['train', 'flat', '--config', at('none.json')])).code).toBe(2);
    expect(existsSync(at('none.json'))).toBe(false);
  });
});
