/** `cladenet report`: everything about some classifiers as one HTML page. */
import { z } from 'zod';
import type { PredictOptions } from '../../classifier/classifier.js';
import { requireLabelsFor } from '../../classifier/judging/labels.js';
import { nodeFits } from '../../classifier/judging/node-fits.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { fingerprints, unpackSeen } from '../../classifier/store/seen.js';
import type { ImageSet } from '../../dataset/images.js';
import type { NamedPredictions } from '../../evaluation/predictions.js';
import { writeFileAtomic } from '../../files.js';
import { option } from '../../options/option.js';
import { say, startProgress } from '../../progress.js';
import { htmlReport } from '../../report/html/html-report.js';
import type { ReportModel, ReportTuning, ReportWeak } from '../../report/html/input.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { text } from '../../value-schemas.js';
import { modelFolders, top } from '../common-options.js';
import { deviceOf } from '../device.js';
import { imagesOfModels, unseenByModels, withoutInnerLabels } from '../images-of-models.js';
import { interruptible } from '../interrupt.js';
import { findJudgedImages } from '../judged-images.js';
import { judging } from '../judging-options.js';
import { requireWritable } from '../output.js';
import { type Classifier, judgeBy, predictWays, type Ways, waysToShow } from '../scoring.js';
import { command } from '../toolkit/command.js';
import { distinctNames, requireDistinct } from './compare.js';

const options = z.strictObject({
  out: option(text('a file'), { description: 'HTML file to write', value: 'file' }),
  title: option(text('a text').optional(), {
    description: 'title of the page',
    value: 'text',
    default: 'cladenet report',
  }),
  top: option(top, { description: 'number of weak sub-trees to show' }),
  ...judging,
});

type ReportOptions = z.output<typeof options>;

export const report = command({
  arguments: z.object({ models: modelFolders }),
  options,
  async run({ models }, options) {
    requireDistinct(models);
    await requireWritable('--out', options.out);
    await interruptible('nothing is written', (signal) => reportModels(models, options, signal));
  },
});

async function reportModels(models: readonly string[], command: ReportOptions, signal: AbortSignal): Promise<void> {
  const { out, seed, seen, title, top } = command;
  const device = deviceOf(command);
  const classifiers = await Promise.all(models.map((model) => loadClassifier(model, { device })));
  const taxonomy = await judgeBy(command, classifiers);
  const opened = await imagesOfModels(classifiers, command, signal);
  const known = withoutInnerLabels(opened, taxonomy);
  const judged = unseenByModels(classifiers, known, { seen });
  const names = distinctNames(models);
  const ways = waysToShow(classifiers);
  const reported: ReportModel[] = [];
  for (const [i, classifier] of classifiers.entries()) {
    const [all, unseen] = [known[i] as ImageSet, judged[i] as ImageSet];
    reported.push(await gather(names[i] as string, classifier, { all, unseen, ways, taxonomy, command, signal }));
    classifier.dispose();
  }
  const imagesAre = seen ? 'of which models may have seen some' : 'that no model was trained or chosen on';
  const page = await htmlReport({ models: reported, taxonomy, seed, title, imagesAre, top });
  await writeFileAtomic(out, page);
  say(`${out}: ${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB`);
}

interface Given {
  /** All images at hand, and those of the verdict. */
  readonly all: ImageSet;
  readonly unseen: ImageSet;
  readonly ways: Ways;
  readonly taxonomy: Taxonomy | undefined;
  readonly command: ReportOptions;
  readonly signal: AbortSignal;
}

async function gather(name: string, classifier: Classifier, given: Given): Promise<ReportModel> {
  const { unseen, taxonomy, command, signal } = given;
  const ways = await predictWays(name, classifier, unseen, { ...command, taxonomy }, signal, given.ways);
  return {
    name,
    ways: ways as [NamedPredictions, ...NamedPredictions[]],
    uncalibrated: await uncalibrated(name, classifier, given),
    history: classifier.history,
    weak: taxonomy && (await weakOf(name, classifier, taxonomy, given)),
    tuning: tuningOf(classifier),
    configuration: configurationOf(classifier),
  };
}

/** As the first of all ways decides, without the temperatures; undefined where there are none. */
async function uncalibrated(name: string, classifier: Classifier, { unseen, command, signal }: Given) {
  const { kind, description, routings } = classifier;
  const temperatures = description.kind === 'flat' ? description.temperature : description.decision.temperatures;
  if (temperatures === null) return undefined;
  const routing = kind === 'tree' ? (command.routing ?? routings[0]) : undefined;
  return predict(name, classifier, unseen, { routing, tta: command.tta, calibrated: false, signal });
}

/** As `cladenet weak` judges: on the validation part, where its images are at hand; else on those of the verdict. */
async function weakOf(
  name: string,
  classifier: Classifier,
  taxonomy: Taxonomy,
  { all, unseen, command, signal }: Given,
): Promise<ReportWeak> {
  const chosen = unpackSeen(classifier.seen.validation);
  const atHand = fingerprints(all).some((print) => chosen.has(print));
  const { images, trainingImages } = atHand
    ? findJudgedImages(classifier, all, 'validation')
    : { images: unseen, trainingImages: undefined };
  // Greedy routing has the probabilities of the nodes alone, without a flat head beside them.
  const routing = classifier.kind === 'tree' ? 'greedy' : undefined;
  const probabilities = await predict(name, classifier, images, { routing, signal });
  return {
    on: atHand ? 'validation images' : 'images of the verdict',
    predictions: { classes: classifier.classes, probabilities, labels: requireLabelsFor(classifier, images) },
    images,
    trainingImages,
    ...(command.taxonomy === undefined && sameNodes(classifier.taxonomy, taxonomy) ? nodeFits(classifier) : {}),
  };
}

const sameNodes = (a: Taxonomy | undefined, b: Taxonomy): boolean =>
  a !== undefined && a.nodes().length === b.nodes().length && a.nodes().every(({ path }) => b.has(path));

async function predict(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  options: PredictOptions,
): Promise<Float32Array> {
  const progress = startProgress(`predicting with ${name}`, (options.tta ?? 1) * images.count);
  try {
    return await classifier.predict(images, { ...options, onProgress: ({ done }) => progress.update(done) });
  } finally {
    progress.stop();
  }
}

function tuningOf({ description }: Classifier): ReportTuning | undefined {
  if (description.kind === 'flat' || description.attempts === undefined) return undefined;
  return { attempts: description.attempts, from: description.tunedFrom };
}

/** Long lists that the page shows better elsewhere. */
const LISTS = new Set(['classes', 'lineages', 'nodes', 'attempts']);

const configurationOf = ({ description }: Classifier) =>
  Object.fromEntries(Object.entries(description).filter(([key]) => !LISTS.has(key)));
