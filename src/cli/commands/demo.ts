/** `cladenet demo`: draws organisms along an invented phylogeny, trains flat and tree, compares them, draws the results. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { prepareData, type TrainingData } from '../../classifier/data/training-data.js';
import type { FlatClassifier } from '../../classifier/flat.js';
import { preprocessingFor } from '../../classifier/preprocessing.js';
import { trainFlat } from '../../classifier/train/train-flat.js';
import { trainTree } from '../../classifier/train/train-tree.js';
import type { TreeClassifier } from '../../classifier/tree.js';
import { generateOrganisms } from '../../dataset/generate.js';
import { selectImages } from '../../dataset/images.js';
import { compareClassifiers } from '../../evaluation/compare.js';
import type { ConfusionMatrix } from '../../evaluation/confusion-matrix.js';
import { presets } from '../../network/presets.js';
import { option } from '../../options/option.js';
import { lazyProgress, print, say } from '../../progress.js';
import { comparisonTable } from '../../report/tables/comparison-table.js';
import { scoredTree } from '../../report/tables/scored-tree.js';
import { printPath } from '../../taxonomy/names.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import { duration } from '../../units.js';
import { text } from '../../value-schemas.js';
import { gpu, seed } from '../common-options.js';
import { deviceOf } from '../device.js';
import { openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { predictVariants } from '../scoring.js';
import { command } from '../toolkit/command.js';
import { epochProgress } from '../training.js';

const IMAGES_PER_CLASS = 80;
const EPOCHS = 10;

export const demo = command({
  arguments: z.object({}),
  options: z.strictObject({
    out: option(text('a folder').default('demo-output'), {
      description: 'folder to write everything to',
      value: 'dir',
    }),
    seed,
    gpu,
  }),
  run: (_, { out, seed, gpu }) =>
    interruptible('run the demo again to start over', (signal) => runDemo(out, seed, gpu, signal)),
});

async function runDemo(out: string, seed: number, gpu: boolean, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const device = deviceOf({ gpu });
  const organisms = join(out, 'organisms');
  await mkdir(out, { recursive: true });

  const drawing = lazyProgress('drawing organisms');
  const {
    imagesFolder,
    taxonomyFile,
    images: drawn,
  } = await generateOrganisms({
    out: organisms,
    imagesPerClass: IMAGES_PER_CLASS,
    seed,
    signal,
    onProgress: (done, total) => drawing.update(done, total),
  });
  drawing.stop(`${drawn} organisms of an invented phylogeny drawn in ${organisms}`);
  const taxonomy = await readTaxonomy(taxonomyFile);
  const images = await openImages(
    { images: imagesFolder, strict: true },
    preprocessingFor(presets.compact),
    seed,
    signal,
  );
  // A larger test set than usual: the demo is small, and a comparison needs images.
  const data = prepareData(images, { seed, fractions: { train: 0.6, validation: 0.1, test: 0.3 } });

  say(`\nflat: one CNN over ${images.classes.length} species`);
  const progress = epochProgress();
  const flat = await trainFlat(data, {
    network: 'compact',
    training: { epochs: EPOCHS, batch: 64, seed },
    device,
    hooks: { ...progress, signal },
  });
  await flat.save(join(out, 'flat'));

  const nodes = lazyProgress('tree: training nodes');
  const tree = await trainTree(data, {
    taxonomy,
    from: flat,
    device,
    hooks: { signal, onNode: (path, index, count) => nodes.update(index, count, printPath(path)) },
  });
  nodes.stop(
    `tree: ${tree.description.nodes.length} nodes on the flat classifier's CNN block, trained in ${duration(tree.description.seconds)}`,
  );
  await tree.save(join(out, 'tree'));

  await compareBoth(out, data, flat, tree, seed, signal);
  const { learningCurves } = await import('../../report/figures/learning-curves.js');
  const { writeFigure } = await import('../../report/figures/write-figure.js');
  await writeFigure(await learningCurves([{ name: 'flat', epochs: flat.history }]), join(out, 'learning-curves.png'));
  say(
    `\nEverything is in ${out}: classifiers (flat, tree), learning-curves.png, confusion-flat.png, confusion-tree.png`,
  );
  say(`done in ${duration((performance.now() - started) / 1000)}`);
}

async function compareBoth(
  out: string,
  { images, split }: TrainingData,
  flat: FlatClassifier,
  tree: TreeClassifier,
  seed: number,
  signal: AbortSignal,
) {
  const test = selectImages(images, split.test);
  const { taxonomy } = tree;
  if (taxonomy === undefined) return;
  const deciding = { decide: 'leaf', taxonomy, tta: 1, show: 'all' } as const;
  const predictions = [
    ...(await predictVariants('flat', flat, test, deciding, signal)),
    ...(await predictVariants('tree', tree, test, deciding, signal)),
  ];
  flat.dispose();
  tree.dispose();
  const comparison = compareClassifiers(predictions, { taxonomy, seed });
  const { models } = comparison;
  print(`\nOn ${test.count} test images, chance being ${(100 / images.classes.length).toFixed(1)} %:\n`);
  print(comparisonTable(comparison, { width: process.stdout.columns, differencesIn: ['accuracy', 'ahd'] }));
  const { confusionMatrixFigure } = await import('../../report/figures/confusion-figure.js');
  const { writeFigure } = await import('../../report/figures/write-figure.js');
  for (const [name, model] of [
    ['flat', models[0]],
    ['tree', models[1]],
  ] as const) {
    if (model === undefined) continue;
    const figure = await confusionMatrixFigure(flatCounts(model.confusion), {
      order: taxonomy.classes,
      title: `Confusion matrix, ${name}`,
    });
    await writeFigure(figure, join(out, `confusion-${name}.png`));
  }
  const [, ofTree] = models;
  if (ofTree === undefined) return;
  print('\nThe tree: accuracy of each node on the test images below it, recall of each species\n');
  print(scoredTree(taxonomy, ofTree));
}

/** The figure takes its counts in one row-major array. */
const flatCounts = ({ classes, counts }: ConfusionMatrix) => ({ classes, counts: counts.flat() });
