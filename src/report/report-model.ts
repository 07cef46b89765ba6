/** What the report shows of one classifier. */
import type { ClassifyOptions } from '../classifier/classification.js';
import type { Classifier } from '../classifier/classifier.js';
import { judgedImages } from '../classifier/judging/judged-images.js';
import { nodeFits } from '../classifier/judging/node-fits.js';
import { predictByNodes } from '../classifier/judging/weak-subtrees-of.js';
import { fingerprints, unpackSeen } from '../classifier/store/seen.js';
import type { ImageSet } from '../dataset/images.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { ReportModel, ReportTuning, ReportWeak } from './html/input.js';
import { classifyVariants, type RoutingsShown } from './variants.js';

type Deciding = Pick<ClassifyOptions, 'routing' | 'decide' | 'tta' | 'signal'>;

/** What is predicted for one classifier. */
export interface ModelJob {
  readonly name: string;
  readonly classifier: Classifier;
  readonly verdict: ImageSet;
  readonly weak: ({ readonly taxonomy: Taxonomy } & WeakImages) | undefined;
  readonly show: RoutingsShown;
}

/** How many images are predicted, see `ReportProgress`. */
export function predictionsOf({ classifier, verdict, weak }: ModelJob, { tta = 1 }: Deciding): number {
  return verdict.count * tta * (isCalibrated(classifier) ? 2 : 1) + (weak?.images.count ?? 0);
}

export async function reportModel(
  { name, classifier, verdict, weak, show }: ModelJob,
  { routing, decide, tta = 1, signal }: Deciding,
  taxonomy: Taxonomy | undefined,
  advance: (done: number) => void,
): Promise<ReportModel> {
  let before = 0;
  const onProgress = ({ done }: { readonly done: number }) => advance(before + done);
  const common = { signal, onProgress };
  const variants = await classifyVariants(name, classifier, verdict, {
    ...common,
    routing,
    decide,
    tta,
    taxonomy,
    show,
  });
  before += verdict.count * tta;
  let uncalibrated: Float32Array | undefined;
  if (isCalibrated(classifier)) {
    const first = classifier.kind === 'tree' ? (routing ?? classifier.routings[0]) : undefined;
    uncalibrated = await classifier.predict(verdict, { ...common, routing: first, tta, calibrated: false });
    before += verdict.count * tta;
  }
  return {
    name,
    variants,
    uncalibrated,
    history: classifier.history,
    weak: weak && (await weakOf(classifier, weak, common)),
    tuning: tuningOf(classifier),
    configuration: configurationOf(classifier),
  };
}

const isCalibrated = ({ description }: Classifier): boolean =>
  (description.kind === 'tree' ? description.decision.temperatures : description.temperature) !== null;

interface WeakImages {
  readonly on: string;
  readonly images: ImageSet;
  readonly trainingImages: ReadonlyMap<string, number> | undefined;
}

/** The validation images, so that the test images stay for the final word; without them those of the verdict. */
export function imagesForWeak(classifier: Classifier, all: ImageSet, verdict: ImageSet): WeakImages {
  const chosen = unpackSeen(classifier.seen.validation);
  const atHand = fingerprints(all).some((print) => chosen.has(print));
  if (!atHand) return { on: 'images of the verdict', images: verdict, trainingImages: undefined };
  const { images, trainingImages } = judgedImages(classifier, all, 'validation');
  return { on: 'validation images', images, trainingImages };
}

async function weakOf(
  classifier: Classifier,
  { taxonomy, on, images, trainingImages }: NonNullable<ModelJob['weak']>,
  options: Pick<ClassifyOptions, 'signal' | 'onProgress'>,
): Promise<ReportWeak> {
  return {
    on,
    predictions: await predictByNodes(classifier, images, options),
    images,
    trainingImages,
    ...(sameNodes(classifier.taxonomy, taxonomy) ? nodeFits(classifier) : undefined),
  };
}

const sameNodes = (a: Taxonomy | undefined, b: Taxonomy): boolean =>
  a !== undefined && a.nodes().length === b.nodes().length && a.nodes().every(({ path }) => b.has(path));

function tuningOf({ description }: Classifier): ReportTuning | undefined {
  if (description.kind !== 'tree' || description.attempts === undefined) return undefined;
  return { attempts: description.attempts, from: description.tunedFrom };
}

/** Long lists that the page shows better elsewhere. */
const LISTS = new Set(['classes', 'lineages', 'nodes', 'attempts']);

const configurationOf = ({ description }: Classifier) =>
  Object.fromEntries(Object.entries(description).filter(([key]) => !LISTS.has(key)));
