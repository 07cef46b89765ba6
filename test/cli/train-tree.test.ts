/** `train tree` called wrongly, called again, and called with taxonomies that do not fit. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cladenet, type Outcome } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-train-tree-'));
  for (const [name, shade] of Object.entries({ black: 20, dark: 80, light: 160, pale: 220 })) {
    await mkdir(at('images', name), { recursive: true });
    for (let i = 0; i < 10; i++) {
      const background = { r: shade + i, g: shade, b: shade };
      const image = sharp({ create: { width: 12, height: 10 + i, channels: 3, background } });
      await image.png().toFile(at('images', name, `${i}.png`));
    }
  }
  await writeFile(at('tree.csv'), 'class,path\nblack,low>black\ndark,low>dark\nlight,high>light\npale,high>pale\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const small = ['--size', '8', '--epochs', '1', '--batch', '8'];
const train = (out: string, tree: string, ...more: string[]): Promise<Outcome> =>
  cladenet(['train', 'tree', '--images', at('images'), '--taxonomy', at(tree), '--out', at(out), ...small, ...more]);

describe('a taxonomy', () => {
  it('of other classes is refused before any image is decoded', async () => {
    await writeFile(at('other.csv'), 'class,path\nblack,low>black\ndork,low>dork\nlight,high>light\nwide,high>wide\n');
    for (const trunk of ['shared', 'joint']) {
      const { code, stdout, stderr } = await train('other', 'other.csv', '--trunk', trunk);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(
        /^.*other\.csv: paths joined by >, .*\nThe taxonomy does not fit the images\n.*images of 'dark': .*\n +Did you mean 'dork'\?\n/,
      );
      expect(stderr).toMatch(/images of 'pale'/);
    }
    expect(['other', 'other-flat', 'other-flat.partial'].filter((name) => existsSync(at(name)))).toEqual([]);
  });

  it('of one class, or with a node of one child, is refused before images are looked for', async () => {
    await writeFile(at('one.csv'), 'class,path\nblack,low>black\n');
    await writeFile(at('chain.csv'), 'class,path\nblack,low>only>black\ndark,low>dark\nlight,light\npale,pale\n');
    const none = ['--images', at('none')];
    expect((await train('refused', 'one.csv', ...none)).stderr).toMatch(/at least 2 classes, received one, 'black'/);
    expect((await train('refused', 'chain.csv', ...none)).stderr).toMatch(/one below 'low>only'.*\n.*single-?child/i);
    const own = await train('refused', 'tree.csv', ...none, '--trunk', 'own', '--head-kind', 'path-sum');
    expect([own.code, own.stderr]).toEqual([2, expect.stringMatching(/expected conditional, with the trunk 'own'/)]);
  });

  it('with more classes than the images is cut down to them, which is said', async () => {
    const more = Array.from({ length: 7 }, (_, i) => `more${i},low>more>more${i}\n`).join('');
    await writeFile(at('more.csv'), `${await readFile(at('tree.csv'), 'utf8')}${more}`);
    const { code, stderr } = await train('more', 'more.csv', '--trunk', 'joint');
    expect(stderr).toMatch(/^7 classes of the taxonomy without images.*: more0, more1, more2, more3, more4, \.\.\.\n/m);
    expect(code).toBe(0);
    const { nodes } = JSON.parse(await readFile(at('more', 'classifier.json'), 'utf8')) as {
      nodes: { path: string }[];
    };
    expect(nodes.map(({ path }) => path)).toEqual(['', 'high', 'low']);
  });
});

describe('without --from, called again', () => {
  const BOTH = /^flat on its 4 test images: .*\ntree on its 4 test images: .*\n$/;

  it('does not train the flat classifier twice, unless that is wanted or another is', async () => {
    let sent = false;
    const args = [
      'train',
      'tree',
      '--images',
      at('images'),
      '--taxonomy',
      at('tree.csv'),
      '--out',
      at('tree'),
      ...small,
    ];
    const stopped = await cladenet(args, {
      onStderr(text, kill) {
        if (sent || !text.includes('saved to')) return;
        sent = true;
        kill('SIGINT');
      },
    });
    expect([stopped.code, stopped.stderr]).toEqual([
      99,
      expect.stringMatching(/no --from: first training .* into .*tree-flat\n/),
    ]);
    expect([existsSync(at('tree')), existsSync(at('tree-flat'))]).toEqual([false, true]);
    const weights = () => readFile(at('tree-flat', 'classifier.json'), 'utf8');
    const first = await weights();

    for (const _ of ['the tree was stopped', 'all is done']) {
      const again = await cladenet(args);
      expect(again.stderr).toMatch(/tree-flat is what this command would train first, and is used as it is \(--fresh/);
      expect(again.stderr).not.toMatch(/^epoch /m);
      expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(BOTH)]);
      expect(await weights()).toBe(first);
    }

    const fresh = await cladenet([...args, '--fresh']);
    expect(fresh.stderr).toMatch(/first training .* into .*tree-flat\n[\s\S]*epoch {3}1 /);
    expect([fresh.code, fresh.stdout]).toEqual([0, expect.stringMatching(BOTH)]);
  });

  it('leaves another classifier in its place alone, whether its options or its images are others', async () => {
    const description = () => readFile(at('tree-flat', 'classifier.json'), 'utf8');
    const before = await description();
    for (const [more, decodes] of [
      [['--rate', '0.0005'], false],
      [['--rate', '0.0005', '--fresh'], false],
      [['--limit-per-class', '8'], true],
    ] as const) {
      const { code, stderr } = await train('tree', 'tree.csv', ...more);
      expect(stderr).toMatch(/tree-flat: expected nothing yet, or the flat classifier of these images and options/);
      expect(stderr).toMatch(/give --from .*tree-flat\. To keep it, choose another --out\./);
      expect([code, stderr.includes('split by')]).toEqual([2, decodes]);
    }
    expect(await description()).toBe(before);
  });
});
