/** `cladenet novelty`: chooses how images of classes that nobody labelled are recognised. */
import { z } from 'zod';
import { chooseNoveltyRule } from '../../classifier/judging/choose-novelty-rule.js';
import { writeNoveltyRule } from '../../classifier/judging/novelty-rule.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { config, gpu, modelFolder, ofTable, seed } from '../../options/common.js';
import { decidingOptions } from '../../options/deciding.js';
import { imageChoice } from '../../options/images.js';
import { judgedBy } from '../../options/judging.js';
import { choosingNovelty } from '../../options/novelty.js';
import { grouped, option } from '../../options/option.js';
import { log, print } from '../../progress.js';
import { methodTable, ruleLine } from '../../report/tables/novelty-text.js';
import { text } from '../../value-schemas.js';
import { openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { loadingOf, predicting } from '../models.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

export const noveltyCommand = command({
  arguments: z.object({ model: modelFolder }),
  options: z.strictObject({
    ...imageChoice,
    ...grouped('Images', ofTable),
    out: option(text('a file'), {
      description: 'JSON file to write the rule to, for `predict --novel` and `evaluate --novel`',
      value: 'file',
      writes: 'file',
    }),
    ...choosingNovelty,
    ...judgedBy,
    ...grouped('Deciding', { routing: decidingOptions.routing, tta: decidingOptions.tta }),
    seed: option(seed, { description: 'seed of --limit-per-class' }),
    gpu,
    config,
  }),
  async run({ model }, { out, chooseOn: novelClasses, ...command }) {
    await interruptible(null, async (signal) => {
      const classifier = await loadClassifier(model, await loadingOf(command));
      const { routing, tta, method, knownAccuracy } = command;
      const taxonomy = await readIfGiven(command);
      const images = await openImages(command, classifier.description.preprocessing, signal);
      const { rule, outcomes } = await predicting('predicting', (onProgress) =>
        chooseNoveltyRule(classifier, images, {
          ...{ taxonomy, novelClasses, method, knownAccuracy, routing, tta, signal, onProgress },
        }),
      );
      classifier.dispose();
      print(methodTable(outcomes));
      await writeNoveltyRule(out, rule);
      log(ruleLine(rule));
      log(`written to ${out}`);
    });
  },
});
