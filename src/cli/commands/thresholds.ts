/** `cladenet thresholds`: how probable each class has to be to be named, as a table for `predict`. */
import { z } from 'zod';
import { classThresholdsOf } from '../../classifier/judging/choose-class-thresholds.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { identify } from '../../classifier/store/store.js';
import { writeClassThresholds } from '../../decision/class-threshold-table.js';
import { config, gpu, modelFolder, ofTable, seed } from '../../options/common.js';
import { decidingOptions, thresholdRule } from '../../options/deciding.js';
import { imageChoice } from '../../options/images.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { log } from '../../progress.js';
import { classThresholdLines } from '../../report/tables/stop-text.js';
import { text } from '../../value-schemas.js';
import { openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { loadingOf, predicting } from '../models.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  ...imageChoice,
  images: option(imageChoice.images, {
    description: 'the images the classifier was trained with, whose validation set chooses',
  }),
  ...grouped('Images', ofTable),
  rule: option(thresholdRule.default('f1'), {
    description: 'what each threshold is chosen by: f1 or precision:0.9, as of predict --class-thresholds',
  }),
  ...decidingOptions,
  taxonomy: option(taxonomyFile.optional(), {
    description: 'taxonomy of the classes, for --decide lca',
    value: 'file',
    default: "the model's own; a flat classifier has none",
    group: 'Deciding',
  }),
  singleChild: option(singleChild, { group: 'Deciding' }),
  out: option(text('a file'), {
    description: 'CSV table to write: class, threshold (or never), and the validation images that it was chosen on',
    value: 'file',
    writes: 'file',
  }),
  seed: option(seed, { description: 'seed of --limit-per-class' }),
  gpu,
  config,
});

export const thresholds = command({
  arguments: z.object({ model: modelFolder }),
  options,
  details: '`cladenet predict --class-thresholds FILE` names classes by the table, which may be changed in between.',
  async run({ model }, options) {
    await interruptible(null, (signal) => choose(model, options, signal));
  },
});

async function choose(model: string, command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const { out, rule } = command;
  const { sha256 } = await identify(model);
  const classifier = await loadClassifier(model, await loadingOf(command));
  const taxonomy = await readIfGiven(command);
  const images = await openImages(command, classifier.description.preprocessing, signal);
  const found = await predicting('predicting', (onProgress) =>
    classThresholdsOf(classifier, images, { ...command, taxonomy, signal, onProgress }),
  );
  classifier.dispose();
  await writeClassThresholds(out, found.thresholds, { rule, classifier: sha256 });
  for (const line of classThresholdLines(found, rule)) log(line);
  log(`written to ${out}`);
}
