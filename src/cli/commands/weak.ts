/** `cladenet weak`: where the mistakes of a tree come from, which nodes are worth improving, and what to try. */
import { z } from 'zod';
import type { FlatClassifier } from '../../classifier/flat.js';
import { requireLabelsFor } from '../../classifier/judging/labels.js';
import { nodeFits } from '../../classifier/judging/node-fits.js';
import { loadClassifier } from '../../classifier/store/load.js';
import type { TreeClassifier } from '../../classifier/tree.js';
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import { findWeakSubtrees } from '../../evaluation/attribution/weak-subtrees.js';
import { writeFileAtomic } from '../../files.js';
import { config, gpu, json, modelFolder, seed, top } from '../../options/common.js';
import { imageChoice } from '../../options/images.js';
import { judgedBy } from '../../options/judging.js';
import { option } from '../../options/option.js';
import { log, print, startProgress } from '../../progress.js';
import { weakReport } from '../../report/tables/weak-report.js';
import { oneOf } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { findJudgedImages } from '../judged-images.js';
import { requireWritable } from '../output.js';
import { judgeBy, nameOf } from '../scoring.js';
import { command } from '../toolkit/command.js';

/** Where the output does not go to a terminal. */
const PLAIN_WIDTH = 100;

const options = z.strictObject({
  ...imageChoice,
  on: option(oneOf('validation', 'test', 'unseen').default('validation'), {
    description: "images to judge on: the classifier's own validation or test images, or all that it has not seen",
    value: 'subset',
    group: 'Images',
  }),
  routing: option(oneOf('product', 'greedy').default('product'), {
    description: "how the nodes' probabilities are combined",
    value: 'kind',
    group: 'Judging',
  }),
  ...judgedBy,
  top: option(top, { description: 'number of nodes of the ranking to show' }),
  seed: option(seed, { description: 'seed of --limit-per-class' }),
  gpu,
  json,
  config,
});

type WeakOptions = z.output<typeof options>;

export const weak = command({
  arguments: z.object({
    tree: option(modelFolder, { description: 'folder of the tree; with --taxonomy also of a flat classifier' }),
  }),
  options,
  async run({ tree }, options) {
    await requireWritable('--json', options.json);
    await interruptible('nothing is written', (signal) => judge(tree, options, signal));
  },
});

async function judge(model: string, command: WeakOptions, signal: AbortSignal): Promise<void> {
  const { on, routing, top, json } = command;
  const classifier = await loadClassifier(model, { device: deviceOf(command) });
  const taxonomy = await judgeBy(command, [classifier]);
  if (taxonomy === undefined) throw noNodes(model);
  const all = await openImages(command, classifier.description.preprocessing, command.seed, signal);
  requireLabelsFor(classifier, all);
  const { images, trainingImages } = findJudgedImages(classifier, all, on);
  const probabilities = await predict(classifier, images, signal);
  const predictions = { classes: classifier.classes, probabilities, labels: requireLabelsFor(classifier, images) };
  const ownTree = command.taxonomy === undefined;
  const weak = findWeakSubtrees(predictions, {
    taxonomy,
    routing,
    trainingImages,
    ...(ownTree ? nodeFits(classifier) : undefined),
  });
  const root = weak.nodes.find(({ path }) => path === taxonomy.root);
  if (root !== undefined && !weak.nodes.some(({ enough }) => enough)) {
    log(`too few images to judge any node: ${root.arrived} arrive at the root, which needs ${root.needed}`);
  }
  if (on === 'test') log('test images are for the final measurement: choose what to improve on the validation images');
  print(weakReport(weak, taxonomy, { on, routing, top, width: process.stdout.columns ?? PLAIN_WIDTH }));
  if (json !== undefined) {
    const content = { name: nameOf(model), on, routing, ...weak };
    await writeFileAtomic(json, `${JSON.stringify(content, null, 2)}\n`);
  }
}

async function predict(
  classifier: FlatClassifier | TreeClassifier,
  images: ImageSet,
  signal: AbortSignal,
): Promise<Float32Array> {
  const progress = startProgress('predicting', images.count);
  try {
    // Greedy routing has the probabilities of the nodes alone, without a flat head beside them.
    const routing = classifier.kind === 'tree' ? 'greedy' : undefined;
    return await classifier.predict(images, { signal, routing, onProgress: ({ done }) => progress.update(done) });
  } finally {
    progress.stop();
    classifier.dispose();
  }
}

function noNodes(model: string): CladenetError {
  const problem = {
    where: model,
    expected: 'a tree',
    received: 'a flat classifier',
    remedy: 'Give a tree, or a taxonomy to judge the mistakes by, with --taxonomy.',
  };
  return new CladenetError('USAGE', 'A flat classifier has no sub-trees', [problem]);
}
