/** `cladenet demo`: draws organisms along an invented phylogeny, and compares flat and tree on them over three seeds. */

import { join } from 'node:path';
import { z } from 'zod';
import { unseenImages } from '../../classifier/judging/unseen-images.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { type GeneratedOrganisms, generateOrganisms } from '../../dataset/generate.js';
import { type Evaluation, evaluate } from '../../evaluation/evaluate.js';
import { gpu, seed } from '../../options/common.js';
import { option } from '../../options/option.js';
import { lazyProgress, log, print } from '../../progress.js';
import { scoredTree } from '../../report/tables/scored-tree.js';
import { studyTable } from '../../report/tables/study-table.js';
import { studyVerdict } from '../../report/tables/study-verdict.js';
import type { Device } from '../../setup/locate.js';
import type { StudyConfigInput } from '../../study/config.js';
import type { StudyResult } from '../../study/run-study.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { duration, percent } from '../../units.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { studyProgress } from '../study-progress.js';
import { command } from '../toolkit/command.js';

const IMAGES_PER_CLASS = 80;
const SEEDS = 3;

/**
 * Small images and networks, so that three trainings of each arm take a few minutes; a larger test set than usual, because a
 * comparison needs images. With few seeds, 95 % intervals would now and then call equal classifiers different on one
 * processor and not on another, since every processor rounds in its own way: hence 99 %.
 */
function demoStudy({ taxonomyFile: taxonomy }: GeneratedOrganisms, seed: number): StudyConfigInput {
  return {
    taxonomy,
    seeds: Array.from({ length: SEEDS }, (_, i) => seed + i),
    fractions: { train: 0.6, validation: 0.1, test: 0.3 },
    network: 'compact',
    size: 48,
    training: { epochs: 14, batch: 64 },
    level: 0.99,
    arms: [
      { name: 'flat', kind: 'flat' },
      { name: 'tree', kind: 'tree' },
    ],
  };
}

export const demo = command({
  arguments: z.object({}),
  options: z.strictObject({
    out: option(text('a folder').default('demo-output'), {
      description: 'folder to write everything to',
      value: 'dir',
    }),
    seed: option(seed, { description: 'the first of three seeds of everything random' }),
    gpu,
  }),
  run: (_, { out, seed, gpu }) =>
    interruptible(`the same command goes on with what is in ${out}`, (signal) => runDemo(out, seed, gpu, signal)),
});

async function runDemo(out: string, seed: number, gpu: boolean, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  const device = deviceOf({ gpu });
  const organisms = await drawOrganisms(join(out, 'organisms'), seed, signal);
  const study = join(out, 'study');
  const { runStudy } = await import('../../study/run-study.js');
  const progress = studyProgress();
  const result = await runStudy(demoStudy(organisms, seed), {
    ...progress.hooks,
    onPlan: undefined,
    out: study,
    device,
    signal,
    open: (preprocessing) => openImages({ images: organisms.imagesFolder, strict: true }, preprocessing, seed, signal),
  }).finally(progress.stop);

  const taxonomy = await readTaxonomy(organisms.taxonomyFile);
  const folders = await drawModels(out, result, organisms.imagesFolder, { taxonomy, seed, device, signal });
  const chance = percent(1 / taxonomy.classes.length);
  print(
    `\nFlat and tree over ${SEEDS} seeds, each with its own split; guessing is right for ${chance} of the images:\n`,
  );
  print(studyTable(result.study, { differencesIn: ['accuracy', 'ahd'], width: process.stdout.columns }));
  print('\nVerdict:');
  for (const sentence of studyVerdict(result.study)) print(`  ${sentence}`);
  log(`\nIn ${out}: report.html, confusion-flat.png, confusion-tree.png, study/study.png, study/study.json`);
  log(`Classifiers of seed ${seed}: ${folders.join(', ')}`);
  log(`Done in ${duration((performance.now() - started) / 1000)}`);
}

async function drawOrganisms(out: string, seed: number, signal: AbortSignal): Promise<GeneratedOrganisms> {
  const drawing = lazyProgress('drawing organisms');
  const organisms = await generateOrganisms({
    out,
    imagesPerClass: IMAGES_PER_CLASS,
    seed,
    signal,
    onProgress: (done, total) => drawing.update(done, total),
  });
  drawing.stop(`${organisms.images} organisms of an invented phylogeny drawn in ${out}`);
  return organisms;
}

interface DrawOptions {
  readonly taxonomy: Taxonomy;
  readonly seed: number;
  readonly device: Device | undefined;
  readonly signal: AbortSignal;
}

/** The classifiers of the first seed: the tree with its scores, confusion matrices, the report. Returns their folders. */
async function drawModels(
  out: string,
  { arms }: StudyResult,
  imagesFolder: string,
  { taxonomy, seed, device, signal }: DrawOptions,
): Promise<readonly string[]> {
  const folders = arms.map(({ runs }) => join(out, 'study', runs[0]?.model ?? ''));
  const models = await Promise.all(
    arms.map(async ({ name }, i) => ({ name, classifier: await loadClassifier(folders[i] ?? '', { device }) })),
  );
  const classifiers = models.map(({ classifier }) => classifier);
  const [preprocessing] = classifiers.map(({ description }) => description.preprocessing);
  if (preprocessing === undefined) return [];
  const images = await openImages({ images: imagesFolder, strict: true }, preprocessing, seed, signal);
  const test = unseenImages(classifiers, images).images;
  for (const { name, classifier } of models) {
    const evaluation = evaluate(await classifier.classify(test, { signal }), { taxonomy });
    await drawConfusion(join(out, `confusion-${name}.png`), name, evaluation, taxonomy.classes);
    if (classifier.kind === 'flat') continue;
    print(`\nThe tree of seed ${seed}: accuracy of each node, recall of each species, on ${test.count} test images\n`);
    print(scoredTree(taxonomy, evaluation));
  }
  const { writeReport } = await import('../../report/assemble.js');
  await writeReport(join(out, 'report.html'), models, images, { taxonomy, seed, title: 'cladenet demo', signal });
  return folders;
}

async function drawConfusion(file: string, name: string, { confusion }: Evaluation, order: readonly string[]) {
  const { confusionMatrixFigure } = await import('../../report/figures/confusion-figure.js');
  const { writeFigure } = await import('../../report/figures/write-figure.js');
  const title = `Confusion matrix, ${name}`;
  const counts = confusion.counts.flat();
  await writeFigure(await confusionMatrixFigure({ classes: confusion.classes, counts }, { order, title }), file);
}
