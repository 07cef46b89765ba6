/** The demo: organisms of an invented phylogeny, and a study of flat and tree on them. */
import { join } from 'node:path';
import { unseenImages } from '../classifier/judging/unseen-images.js';
import { loadClassifier } from '../classifier/store/load.js';
import { type GeneratedOrganisms, generateOrganisms } from '../dataset/generate.js';
import type { ImageSet } from '../dataset/images.js';
import { openImages } from '../dataset/open.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { type Evaluation, evaluate } from '../evaluation/evaluate.js';
import { withOutputs } from '../outputs/with-outputs.js';
import { writeReport } from '../report/assemble.js';
import { confusionMatrixFigure } from '../report/figures/confusion-figure.js';
import { writeFigure } from '../report/figures/write-figure.js';
import type { NamedClassifier } from '../report/named-models.js';
import type { Device } from '../setup/locate.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { StudyConfigInput } from './config.js';
import type { StudyHooks } from './hooks.js';
import { runStudy, type StudyResult } from './run-study.js';

const IMAGES_PER_CLASS = 80;
export const DEMO_SEEDS = 3;

/**
 * Small images and networks, so that three trainings of each arm take a few minutes; a larger test set than usual, because a
 * comparison needs images. With few seeds, 95 % intervals would now and then call equal classifiers different on one
 * processor and not on another, since every processor rounds in its own way: hence 99 %.
 *
 * @param taxonomy the file of the organisms' phylogeny
 * @param seed     the first of the study's seeds
 */
export function demoStudy(taxonomy: string, seed: number): StudyConfigInput {
  return {
    taxonomy,
    seeds: Array.from({ length: DEMO_SEEDS }, (_, i) => seed + i),
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

/** Options of {@link runDemo}. */
export interface DemoOptions {
  /** The first of three seeds. */
  readonly seed: number;
  readonly device?: Device | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Reports of the study. */
  readonly hooks?: StudyHooks | undefined;
  /** Called after every organism that is drawn. */
  readonly onDraw?: ((done: number, total: number) => void) | undefined;
  /** Called when all organisms are drawn. */
  readonly onDrawn?: ((organisms: GeneratedOrganisms) => void) | undefined;
  /** Opens the images. Default: `openImages`, with `strict`. */
  readonly open?: ((folder: string, preprocessing: Preprocessing) => Promise<ImageSet>) | undefined;
}

/** What the demo found. */
export interface DemoResult {
  readonly result: StudyResult;
  readonly taxonomy: Taxonomy;
  /** The tree of the first seed, on its test images. */
  readonly tree: Evaluation;
  /** The classifiers of the first seed. */
  readonly folders: readonly string[];
}

/**
 * Draws organisms into `out/organisms`, runs the study in `out/study`, and draws the classifiers of the first seed: their
 * confusion matrices and `report.html`. A later call resumes with what is in `out`.
 *
 * @throws CladenetError as `generateOrganisms` and `runStudy`
 */
export async function runDemo(out: string, options: DemoOptions): Promise<DemoResult> {
  return withOutputs([{ where: 'out', path: out, kind: 'demo' }], [], () => drawAndStudy(out, options));
}

async function drawAndStudy(out: string, options: DemoOptions): Promise<DemoResult> {
  const { seed, device, signal, onDraw, onDrawn } = options;
  const organisms = await generateOrganisms({
    out: join(out, 'organisms'),
    imagesPerClass: IMAGES_PER_CLASS,
    seed,
    ...(signal && { signal }),
    ...(onDraw && { onProgress: onDraw }),
  });
  onDrawn?.(organisms);
  const study = join(out, 'study');
  const opened = options.open ?? ((folder, wanted) => openImages(folder, wanted, { strict: true, signal }));
  const open = (preprocessing: Preprocessing) => opened(organisms.imagesFolder, preprocessing);
  const config = demoStudy(organisms.taxonomyFile, seed);
  const result = await runStudy(config, { ...options.hooks, out: study, device, signal, open });
  const taxonomy = await readTaxonomy(organisms.taxonomyFile);
  const folders = result.arms.map(({ runs }) => join(study, runs[0]?.model ?? ''));
  const models = await Promise.all(
    result.arms.map(async ({ name }, i) => ({ name, classifier: await loadClassifier(folders[i] ?? '', { device }) })),
  );
  const [, tree] = await drawModels(out, models, open, { taxonomy, seed, signal });
  if (tree === undefined) throw new Error('the study of the demo has no tree');
  return { result, taxonomy, tree, folders };
}

interface DrawOptions {
  readonly taxonomy: Taxonomy;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** Their confusion matrices and the report. Returns the evaluation of each on its test images. */
async function drawModels(
  out: string,
  models: readonly NamedClassifier[],
  open: (preprocessing: Preprocessing) => Promise<ImageSet>,
  { taxonomy, seed, signal }: DrawOptions,
): Promise<readonly Evaluation[]> {
  const classifiers = models.map(({ classifier }) => classifier);
  const [first] = classifiers;
  if (first === undefined) return [];
  const images = await open(first.description.preprocessing);
  const test = unseenImages(classifiers, images).images;
  const evaluations: Evaluation[] = [];
  for (const { name, classifier } of models) {
    const evaluation = evaluate(await classifier.classify(test, { signal }), { taxonomy });
    const { classes, counts } = evaluation.confusion;
    const figure = { order: taxonomy.classes, title: `Confusion matrix, ${name}` };
    const svg = await confusionMatrixFigure({ classes, counts: counts.flat() }, figure);
    await writeFigure(svg, join(out, `confusion-${name}.png`));
    evaluations.push(evaluation);
  }
  await writeReport(join(out, 'report.html'), models, images, { taxonomy, seed, title: 'cladenet demo', signal });
  return evaluations;
}
