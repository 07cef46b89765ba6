/** `cladenet weak`: where the mistakes of a tree come from, which nodes are worth improving, and what to try. */
import { z } from 'zod';
import { requireNodes, weakSubtreesOf } from '../../classifier/judging/weak-subtrees-of.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { writeJson } from '../../files.js';
import { config, gpu, json, modelFolder, seed, top } from '../../options/common.js';
import { imageChoice } from '../../options/images.js';
import { judgedBy } from '../../options/judging.js';
import { option } from '../../options/option.js';
import { log, print } from '../../progress.js';
import { folderName } from '../../report/named-models.js';
import { judgedLine } from '../../report/tables/image-text.js';
import { weakReport } from '../../report/tables/weak-report.js';
import { oneOf } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { openJudgedImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { predicting } from '../models.js';
import { readIfGiven } from '../taxonomy.js';
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
    await interruptible(null, (signal) => judge(tree, options, signal));
  },
});

async function judge(model: string, command: WeakOptions, signal: AbortSignal): Promise<void> {
  const { on, routing, top, json } = command;
  const classifier = await loadClassifier(model, { device: deviceOf(command) });
  const given = await readIfGiven(command);
  requireNodes(classifier, given);
  const all = await openJudgedImages(
    command,
    classifier.description.preprocessing,
    given ?? classifier.taxonomy,
    signal,
  );
  const { judged, taxonomy, ...weak } = await predicting('predicting', (onProgress) =>
    weakSubtreesOf(classifier, all, { on, routing, taxonomy: given, signal, onProgress }),
  );
  classifier.dispose();
  log(judgedLine(judged, all.count, on));
  const root = weak.nodes.find(({ path }) => path === taxonomy.root);
  if (root !== undefined && !weak.nodes.some(({ enough }) => enough)) {
    log(`too few images to judge any node: ${root.arrived} arrive at the root, which needs ${root.needed}`);
  }
  if (on === 'test') log('test images are for the final measurement: choose what to improve on the validation images');
  print(weakReport(weak, taxonomy, { on, routing, top, width: process.stdout.columns ?? PLAIN_WIDTH }));
  await writeJson(json, { name: folderName(model), on, routing, ...weak });
}
