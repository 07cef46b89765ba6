/** Trees trained into a folder: stopped, resumed, refused, started over. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import type { TreeHooks } from '../../../src/classifier/train/tree-options.js';
import { trainSpecialistsInto, trainTreeInto } from '../../../src/classifier/train/trees-into.js';
import type { TreeClassifier } from '../../../src/classifier/tree.js';
import { growTreeInto } from '../../../src/growing/grow-into.js';
import { partialFolder } from '../../../src/outputs/unfinished.js';
import { editTaxonomy } from '../../../src/taxonomy/edit.js';
import { fineTuneInto } from '../../../src/tuning/fine-tune-into.js';
import { compiled as make } from '../../fixtures/device.js';
import { shapes, shapesTaxonomy as taxonomy, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const fractions = { train: 0.4, validation: 0.4, test: 0.2 };
const data = prepareData(shapes(100), { seed: 3, fractions });
let folder: string;
let flat: FlatClassifier;
let origin: string;
let tree: TreeClassifier;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-trees-into-'));
  origin = join(folder, 'tree');
  flat = await trainFlat(data, { network: tinyNetwork, training: { ...tinyTraining, epochs: 4 }, make });
  tree = await trainTreeInto(origin, data, { taxonomy, from: flat, training: { epochs: 2 }, make });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Call {
  readonly hooks?: TreeHooks;
  readonly fresh?: boolean;
  readonly onResume?: (folder: string) => void;
}

/** Each training into a folder, with settings that differ by `epochs`. */
const TRAININGS: Record<string, (out: string, epochs: number, call: Call) => Promise<unknown>> = {
  'a tree': (out, epochs, call) =>
    trainTreeInto(out, data, { taxonomy, from: flat, training: { epochs }, make, ...call }),
  specialists: (out, epochs, call) =>
    trainSpecialistsInto(out, data, { groups: taxonomy, from: flat, training: { epochs }, make, ...call }),
  'a grown tree': (out, epochs, call) => {
    const moved = editTaxonomy(taxonomy, [{ kind: 'move', node: 'ring', parent: 'bars' }]);
    return growTreeInto(out, tree, data, { taxonomy: moved, training: { epochs }, origin, make, ...call });
  },
};

describe.each(Object.entries(TRAININGS))('%s', (name, train) => {
  it('resumes from what was finished, and no other training does', async () => {
    const out = join(folder, name.replaceAll(' ', '-'));
    const controller = new AbortController();
    // The first node is finished, the second one is not.
    const onNode = (_: string, index: number) => (index === 1 ? controller.abort() : undefined);
    const stopping = { hooks: { signal: controller.signal, onNode } };
    await expect(train(out, 2, stopping)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(existsSync(partialFolder(out))).toBe(true);
    await expect(train(out, 3, {})).rejects.toMatchObject({ code: 'TRAINING' });

    const resumed: string[] = [];
    await train(out, 2, { onResume: (from) => resumed.push(from) });
    expect(resumed).toEqual([partialFolder(out)]);
    expect(existsSync(partialFolder(out))).toBe(false);
    const loaded = await loadClassifier(out, { make });
    await train(join(folder, 'again'), 2, { fresh: true });
    const again = await loadClassifier(join(folder, 'again'), { make });
    expect(loaded.kind).toBe('tree');
    expect(await loaded.predict(data.images)).toEqual(await again.predict(data.images));
    loaded.dispose();
    again.dispose();
  });
});

it('a tuned tree is saved beside the tree that it is made of, never in its place', async () => {
  const out = join(folder, 'tuned');
  const { attempts } = await fineTuneInto(out, tree, data, ['bars'], { training: { epochs: 1 }, origin, make });
  expect(attempts.map(({ node }) => node)).toEqual(['bars']);
  const tuned = (await loadClassifier(out, { make })) as TreeClassifier;
  expect(tuned.description.tunedFrom?.name).toBe('tree');
  const inPlace = fineTuneInto(origin, tree, data, ['bars'], { origin, make });
  await expect(inPlace).rejects.toMatchObject({ code: 'USAGE', problems: [expect.objectContaining({ where: 'out' })] });
  const grownInPlace = growTreeInto(`${origin}/`, tree, data, { taxonomy, origin, make });
  await expect(grownInPlace).rejects.toMatchObject({ code: 'USAGE' });
});
