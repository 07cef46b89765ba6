/** `cladenet evaluate`: every number for one classifier. */

import { z } from 'zod';
import { evaluateInnerLabels } from '../../classifier/judging/evaluate-inner.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { evaluate } from '../../evaluation/evaluate.js';
import { writeFileAtomic } from '../../files.js';
import { json, modelFolder } from '../../options/common.js';
import { judging } from '../../options/judging.js';
import { print } from '../../progress.js';
import { comparisonTable } from '../../report/tables/comparison-table.js';
import { scoredTree } from '../../report/tables/scored-tree.js';
import { counted } from '../../units.js';
import { deviceOf } from '../device.js';
import { openImages } from '../images.js';
import { unseenByModels } from '../images-of-models.js';
import { byTruth } from '../inner-labels.js';
import { interruptible } from '../interrupt.js';
import { requireWritable } from '../output.js';
import { classify, judgeBy, nameOf, predictNamed } from '../scoring.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  ...judging,
  json,
});

export const evaluateCommand = command({
  arguments: z.object({ model: modelFolder }),
  options,
  async run({ model }, options) {
    await requireWritable('--json', options.json);
    await interruptible('nothing is written', (signal) => evaluateModel(model, options, signal));
  },
});

async function evaluateModel(model: string, command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const classifier = await loadClassifier(model, { device: deviceOf(command) });
  const taxonomy = await judgeBy(command, [classifier]);
  const all = await openImages(command, classifier.description.preprocessing, command.seed, signal);
  const [images = all] = unseenByModels([classifier], [all], command);
  const { known, inner } = byTruth(images, taxonomy);
  const deciding = { ...command, taxonomy };
  const named = await predictNamed(nameOf(model), classifier, known, deciding, signal);
  const innerLabels =
    inner &&
    taxonomy &&
    evaluateInnerLabels(
      await classify('the classifier', classifier, inner.images, deciding, signal),
      inner.truths,
      taxonomy,
    );
  classifier.dispose();
  const result = evaluate(named.predictions, { taxonomy });
  print(comparisonTable({ models: [{ name: named.name, ...result }] }, { width: process.stdout.columns }));
  if (taxonomy !== undefined) print(`\n${scoredTree(taxonomy, result)}`);
  if (innerLabels !== undefined) {
    const share = (100 * innerLabels.accuracy).toFixed(1);
    print(`\n${counted(innerLabels.images, 'image')} labelled at inner nodes: ${share} % decided below their node`);
  }
  if (command.json !== undefined) {
    const content = { name: named.name, ...result, ...(innerLabels && { innerLabels }) };
    await writeFileAtomic(command.json, `${JSON.stringify(content, null, 2)}\n`);
  }
}
