/** A network of inverted residual blocks, fine-tuned: trees of every kind, tuning, growing and features work as on others. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import { embed } from '../../../src/classifier/predict/embed.js';
import { trainSpecialists } from '../../../src/classifier/specialists/train-specialists.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import type { TreeClassifier } from '../../../src/classifier/tree.js';
import { growTree } from '../../../src/growing/grow.js';
import { editTaxonomy } from '../../../src/taxonomy/edit.js';
import { fineTune } from '../../../src/tuning/fine-tune.js';
import { compiled as make } from '../../fixtures/device.js';
import { shapes, shapesTaxonomy, tinyMobile } from '../../fixtures/shapes.js';

const images = shapes(40);
const data = prepareData(images, { seed: 3, fractions: { train: 0.4, validation: 0.4, test: 0.2 } });
/** Everything that fine-tuning has. */
const training = {
  epochs: 2,
  batch: 16,
  optimiser: { kind: 'adamw', rate: 0.01, weightDecay: 0.02 },
  augmentation: {},
  ...{ headRate: 3, layerDecay: 0.9, headSteps: 2, averaging: 0.8, statisticsBatches: 2, sizes: [8] },
} as const;
/** Without what compiles further steps. */
const briefly = { ...training, headSteps: 0, sizes: [], statisticsBatches: 0 };
let folder: string;
let flat: FlatClassifier;

/** The same probabilities after saving and loading; each row sums to 1. */
async function through(name: string, classifier: FlatClassifier | TreeClassifier): Promise<void> {
  const rows = await classifier.predict(images);
  await classifier.save(join(folder, name));
  const loaded = await loadClassifier(join(folder, name), { make });
  expect(await loaded.predict(images)).toEqual(rows);
  loaded.dispose();
  const k = classifier.classes.length;
  for (let i = 0; i < images.count; i++) {
    expect(rows.subarray(i * k, (i + 1) * k).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 4);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-mobile-'));
  flat = await trainFlat(data, { network: tinyMobile, training: { ...training, epochs: 4 }, make });
});
afterAll(async () => {
  flat.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('a fine-tuned network of inverted residual blocks', () => {
  it('is saved with its normalisation and its training, and gives features', async () => {
    await through('flat', flat);
    const { network, training: saved } = flat.description;
    expect(network.trunk.input.normalisation).toEqual(tinyMobile.trunk.input.normalisation);
    expect(saved).toMatchObject({ headRate: 3, averaging: 0.8, sizes: [8], trunkWeights: 'random' });
    expect(flat.description.summary.best.validationAccuracy).toBeGreaterThan(0.4);
    expect((await embed(flat, images, { make })).names).toHaveLength(18);
  });

  it.each([
    ['shared', 'conditional'],
    ['shared', 'path-sum'],
    ['own', 'conditional'],
    ['joint', 'path-sum'],
    ['layered', 'conditional'],
  ] as const)('is what a tree has with a trunk %s and heads %s', async (trunk, headKind) => {
    const start =
      trunk === 'shared' ? { from: flat, training: { epochs: 1 } } : { network: tinyMobile, training: briefly };
    const tree = await trainTree(data, { taxonomy: shapesTaxonomy, trunk, headKind, make, ...start });
    await through(`tree-${trunk}-${headKind}`, tree);
    tree.dispose();
  });

  it('is tuned, grown and specialised', async () => {
    const tree = await trainTree(data, { taxonomy: shapesTaxonomy, from: flat, training: { epochs: 1 }, make });
    const tuned = await fineTune(tree, data, [{ node: '', as: 'network', training: { epochs: 1 } }], { make });
    expect(tuned.tree.description.attempts).toMatchObject([{ node: '', as: 'network' }]);
    const taxonomy = editTaxonomy(shapesTaxonomy, [{ kind: 'move', node: 'disc', parent: 'bars' }]);
    const grown = await growTree(tree, data, { taxonomy, make, training: { epochs: 1 } });
    await through('grown', grown.tree);
    const specialists = await trainSpecialists(data, {
      from: flat,
      groups: shapesTaxonomy,
      training: { epochs: 1 },
      make,
    });
    await through('specialists', specialists);
    for (const one of [tree, tuned.tree, grown.tree, specialists]) one.dispose();
  });
});
