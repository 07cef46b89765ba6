/** Classifiers as folders. Nothing is trained or predicted here, so TensorFlow is never loaded. */
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveNetwork } from '../../../src/classifier/configuration.js';
import { FlatClassifier } from '../../../src/classifier/flat.js';
import { TRUNK_MODULE } from '../../../src/classifier/modules.js';
import { type FlatDescription, FORMAT, FORMAT_VERSION, type TreeDescription } from '../../../src/classifier/schema.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import type { HistoryLine } from '../../../src/classifier/store/store.js';
import { TreeClassifier } from '../../../src/classifier/tree.js';
import { pendingOf } from '../../../src/files.js';
import { initialise } from '../../../src/network/initialise.js';
import { createHead, createTrunk } from '../../../src/network/network.js';
import type { MakeProgram } from '../../../src/tensorflow/device.js';
import { SHAPES, shapesTaxonomy, tinyNetwork } from '../../fixtures/shapes.js';

const make: MakeProgram = () => {
  throw new Error('saving and loading compute nothing');
};
const { spec, config } = resolveNetwork(tinyNetwork, { epochs: 2 });
const trunk = createTrunk(spec.trunk);
const epoch = (n: number) => ({
  epoch: n,
  loss: 1 / n,
  accuracy: 0.5,
  validationLoss: null,
  validationAccuracy: null,
  rate: 0.01,
  seconds: 0.1 + 0.2,
});
const summary = { seconds: 1, epochs: 2, best: epoch(2) };
const shared = {
  format: FORMAT,
  version: FORMAT_VERSION,
  cladenet: '0.0.0',
  classes: [...SHAPES],
  preprocessing: { size: 16, channels: 1, background: 'white', fit: 'longer-side' },
  network: spec,
  training: config,
  split: {
    seed: 1,
    fractions: { train: 0.8, validation: 0.1, test: 0.1 },
    images: { train: 8, validation: 1, test: 1 },
  },
  test: { images: 1, accuracy: 1, balancedAccuracy: 1, logLoss: 0.25, top5: 1 },
} as const;
const printsOf = (images: number) => Buffer.alloc(8 * images, 7).toString('base64');
const seen = { train: printsOf(8), validation: printsOf(1), test: printsOf(1) };
const flatDescription = { ...shared, kind: 'flat', summary, temperature: null } as unknown as FlatDescription;

function flatOf(seed: number, history: HistoryLine[] = [epoch(1), epoch(2)]): FlatClassifier {
  const weights = initialise([...trunk.parameters, ...createHead(spec.head, trunk.features, 4).parameters], seed);
  return new FlatClassifier(make, flatDescription, weights, history, seen);
}

function treeOf(): TreeClassifier {
  const nodes = shapesTaxonomy.internalNodes().map(({ path, children }) => ({ path, children, images: 4, summary }));
  const head = createHead(spec.head, trunk.features, 2);
  const weights = new Map(nodes.map(({ path }, i) => [path, initialise(head.parameters, i)]));
  const lineages = SHAPES.map((label) => ({
    label,
    lineage: shapesTaxonomy
      .lineage(shapesTaxonomy.leafOf(label))
      .slice(1)
      .map((path) => shapesTaxonomy.node(path).name),
  }));
  const description = {
    ...shared,
    kind: 'tree',
    trunk: 'shared',
    headKind: 'conditional',
    flatHead: null,
    lineages,
    nodes,
    summary: null,
    decision: { routing: 'product', flatShare: null, temperatures: null, validation: [] },
    seconds: 2,
  } as unknown as TreeDescription;
  const parts = { weights: new Map([[TRUNK_MODULE, initialise(trunk.parameters, 9)], ...weights]) };
  return new TreeClassifier(make, description, shapesTaxonomy, parts, [{ ...epoch(1), node: 'bars' }], seen);
}

let folder: string;
let copies = 0;
/** A copy of the saved flat classifier or tree, to damage. */
async function copy(name: 'flat' | 'tree' = 'flat'): Promise<string> {
  const path = join(folder, `copy ${++copies}`);
  await cp(join(folder, name), path, { recursive: true });
  return path;
}
const load = (path: string) => loadClassifier(path, { make });
const hidden = async () => (await readdir(folder)).filter((name) => name.startsWith('.'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-store-'));
  await flatOf(1).save(join(folder, 'flat'));
  await treeOf().save(join(folder, 'tree'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a saved classifier', () => {
  it('comes back whole: weights, description, history, seen images', async () => {
    for (const [saved, path] of [
      [flatOf(1), 'flat'],
      [treeOf(), 'tree'],
    ] as const) {
      const loaded = await load(join(folder, path));
      expect(loaded.kind).toBe(saved.kind);
      expect(loaded.description).toEqual(saved.description);
      expect(loaded.history).toEqual(saved.history);
      expect(loaded.seen).toEqual(saved.seen);
      expect(loaded.weights).toEqual(saved.weights);
      expect(loaded.taxonomy?.nodes()).toEqual(saved.taxonomy?.nodes());
    }
  });

  it('has readable files: a description, a line an epoch, and weights of a node under its name', async () => {
    expect((await readdir(join(folder, 'tree'))).sort()).toEqual([
      'classifier.json',
      'history.jsonl',
      'images.json',
      'weights',
    ]);
    expect((await readdir(join(folder, 'tree', 'weights'))).sort()).toEqual([
      '0000-trunk.bin',
      '0001.bin',
      '0002-bars.bin',
      '0003-round.bin',
    ]);
  });

  it('is the same or refused when any bit of any file changes', async () => {
    const files = ['classifier.json', 'history.jsonl', 'images.json', 'weights/0000-flat.bin'];
    const { description, history, weights } = await load(join(folder, 'flat'));
    const original = { description, history, weights };
    const path = await copy();
    const flip = fc.record({
      file: fc.constantFrom(...files),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      bit: fc.nat(7),
    });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(flip, async ({ file, at, bit }) => {
        const bytes = await readFile(join(folder, 'flat', file));
        const position = Math.floor(at * bytes.length);
        const changed = Buffer.from(bytes);
        changed[position] = (bytes[position] ?? 0) ^ (1 << bit);
        await writeFile(join(path, file), changed);
        try {
          const { description, history, weights } = await load(path);
          // Only a blank between two fields of the description may be another blank.
          expect(file).toBe('classifier.json');
          expect({ description, history, weights }).toEqual(original);
        } catch (error) {
          expect(error).toMatchObject({ name: 'CladenetError', code: 'MODEL' });
          expect((error as Error).message).toContain(path);
          refused += 1;
        } finally {
          await writeFile(join(path, file), bytes);
        }
      }),
      { numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(100);
    expect((await load(path)).description).toEqual(description);
  });

  it('is refused when any file is cut off or missing', async () => {
    for (const file of ['classifier.json', 'history.jsonl', 'images.json', 'weights/0002-bars.bin']) {
      const { length } = await readFile(join(folder, 'tree', file));
      for (const kept of [0, Math.floor(length / 2), length - 2]) {
        const path = await copy('tree');
        await truncate(join(path, file), kept);
        await expect(load(path), `${file} of ${kept} bytes`).rejects.toMatchObject({ code: 'MODEL' });
        await expect(load(path)).rejects.toThrow(join(path, file));
      }
      const path = await copy('tree');
      await rm(join(path, file));
      await expect(load(path), `no ${file}`).rejects.toMatchObject({ code: 'MODEL' });
      await expect(load(path)).rejects.toThrow(join(path, file));
    }
  });

  it('is refused with every reason at once', async () => {
    const path = await copy('tree');
    await writeFile(join(path, 'history.jsonl'), '{"epoch": 0}\nnull\n');
    await rm(join(path, 'images.json'));
    await truncate(join(path, 'weights', '0001.bin'), 12);
    await rm(join(path, 'weights', '0003-round.bin'));
    const bars = await readFile(join(path, 'weights', '0002-bars.bin'));
    bars[9] = (bars[9] ?? 0) ^ 4;
    await writeFile(join(path, 'weights', '0002-bars.bin'), bars);
    const error = (await load(path).catch((reason: unknown) => reason)) as Error;
    for (const reason of [
      /0001\.bin: expected a file of \d+ bytes, received 12 bytes: the file was truncated/,
      /0002-bars\.bin: .*the file is damaged/,
      /0003-round\.bin: .*no such file/,
      /images\.json: .*no such file/,
      /history\.jsonl: .*damaged or was edited/,
      /history\.jsonl:1: /,
      /history\.jsonl:2: /,
    ]) {
      expect(error.message).toMatch(reason);
    }
  });

  it('is refused where it is foreign, newer, a file, or nowhere, with the reason', async () => {
    const edited = async (change: (text: string) => string) => {
      const path = await copy();
      const file = join(path, 'classifier.json');
      await writeFile(file, change(await readFile(file, 'utf8')));
      return load(path);
    };
    await expect(load(join(folder, 'nowhere'))).rejects.toThrow(/not a classifier[\s\S]*no such file/);
    await expect(load(join(folder, 'flat', 'classifier.json'))).rejects.toMatchObject({ code: 'MODEL' });
    await expect(edited(() => '{"model": "vgg", "version": 1}')).rejects.toThrow(/not a classifier[\s\S]*format/);
    await expect(edited(() => '[]')).rejects.toThrow(/not a classifier/);
    await expect(edited((text) => text.replace('"cladenet-classifier"', '"keras"'))).rejects.toThrow(
      /expected cladenet-classifier of version 2 or 3, received keras of version 3/,
    );
    await expect(
      edited((text) => text.replace(`"version": ${FORMAT_VERSION}`, `"version": ${FORMAT_VERSION + 1}`)),
    ).rejects.toThrow(
      /version 2 or 3, received cladenet-classifier of version 4[\s\S]*Load it with the version of cladenet/,
    );
    await expect(edited((text) => text.replace('"kind": "flat"', '"kind": "forest"'))).rejects.toThrow(/kind/);
    await expect(edited((text) => text.replace('"classes"', '"klasses"'))).rejects.toThrow(/classes[\s\S]*klasses/);
    await expect(edited((text) => text.replace(/weights\/0000[^"]*/, '../flat/weights/0000-flat.bin'))).rejects.toThrow(
      /modules\.0\.file.*directly below weights/,
    );
    await expect(edited((text) => text.replace('"disc"', '"disk"'))).rejects.toThrow(/classifier\.json.*was edited/);
  });

  it('may be edited by hand by leaving the checksums out, but has to keep fitting its weights', async () => {
    const edited = async (change: (description: Record<string, unknown>) => object) => {
      const path = await copy();
      const file = join(path, 'classifier.json');
      const { sha256: _, ...content } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
      await writeFile(file, JSON.stringify({ ...content, ...change(content) }));
      return load(path);
    };
    const classes = ['bar-long', 'bar-short', 'disk', 'ring'];
    expect((await edited(() => ({ classes }))).classes).toEqual(classes);
    await expect(edited(() => ({ classes: [...classes, 'square'] }))).rejects.toThrow(
      /contradicts itself[\s\S]*head\/output\/bias: expected \[5\], received \[4\]/,
    );
    await expect(edited(() => ({ modules: [] }))).rejects.toThrow(
      /contradicts itself[\s\S]*expected a module 'flat', received nothing/,
    );
  });
});

describe('saving', () => {
  it('replaces an older classifier whole', async () => {
    const path = await copy('tree');
    await flatOf(2).save(path);
    expect((await load(path)).kind).toBe('flat');
    expect(await readdir(join(path, 'weights'))).toEqual(['0000-flat.bin']);
    expect(await hidden()).toEqual([]);
  });

  it('that is killed between the two renames leaves the new classifier, which the next reader puts into place', async () => {
    const path = join(folder, 'killed');
    await flatOf(2).save(path);
    await rename(path, pendingOf(path));
    expect((await load(path)).weights).toEqual(flatOf(2).weights);
    expect(existsSync(join(path, 'classifier.json'))).toBe(true);
    await rename(path, pendingOf(path));
    await flatOf(3).save(path);
    expect((await load(path)).weights).toEqual(flatOf(3).weights);
    expect(await hidden()).toEqual([]);
  });

  it('that fails half way leaves the older one, and nothing else', async () => {
    const path = await copy();
    // The weights are written by then.
    const broken = flatOf(2, [{ ...epoch(1), seconds: 1n as unknown as number }]);
    await expect(broken.save(path)).rejects.toThrow(/BigInt/);
    await expect(broken.save(join(folder, 'never'))).rejects.toThrow(/BigInt/);
    expect((await load(path)).weights).toEqual(flatOf(1).weights);
    expect(await readdir(folder)).not.toContain('never');
    expect(await hidden()).toEqual([]);
  });

  it('never replaces what is not a classifier', async () => {
    const path = join(folder, 'results');
    await mkdir(path);
    await flatOf(1).save(path);
    expect((await load(path)).kind).toBe('flat');
    await rm(join(path, 'classifier.json'));
    await expect(flatOf(2).save(path)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/expected a new or empty folder, .*received .*history\.jsonl/) as string,
    });
    expect((await readdir(path)).sort()).toEqual(['history.jsonl', 'images.json', 'weights']);
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(flatOf(2).save(join(folder, 'notes.txt'))).rejects.toMatchObject({ code: 'USAGE' });
    expect(await readFile(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });
});
