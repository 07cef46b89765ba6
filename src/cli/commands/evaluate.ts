/** `cladenet evaluate`: every number for one classifier. */
import { z } from 'zod';
import { evaluateClassifier } from '../../classifier/judging/evaluate-classifier.js';
import { judgingTaxonomy } from '../../classifier/judging/judging-taxonomy.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { writeJson } from '../../files.js';
import { json, modelFolder } from '../../options/common.js';
import { judging } from '../../options/judging.js';
import { log, print } from '../../progress.js';
import { folderName } from '../../report/named-models.js';
import { comparisonTable } from '../../report/tables/comparison-table.js';
import { leftOutLines } from '../../report/tables/image-text.js';
import { rankTable } from '../../report/tables/rank-table.js';
import { scoredTree } from '../../report/tables/scored-tree.js';
import { counted } from '../../units.js';
import { openJudgedImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { loadingOf, predicting } from '../models.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  ...judging,
  json,
});

export const evaluateCommand = command({
  arguments: z.object({ model: modelFolder }),
  options,
  async run({ model }, options) {
    await interruptible(null, (signal) => run(model, options, signal));
  },
});

async function run(model: string, command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const name = folderName(model);
  const classifier = await loadClassifier(model, await loadingOf(command));
  const taxonomy = judgingTaxonomy([classifier], await readIfGiven(command));
  const images = await openJudgedImages(command, classifier.description.preprocessing, taxonomy, signal);
  const { evaluation, innerLabels, leftOut } = await predicting(`predicting with ${name}`, (onProgress) =>
    evaluateClassifier(classifier, images, { ...command, taxonomy, signal, onProgress }),
  );
  classifier.dispose();
  for (const line of leftOutLines(leftOut, { fate: 'judged apart', keep: '--seen' })) log(line);
  print(comparisonTable({ models: [{ name, ...evaluation }] }, { width: process.stdout.columns }));
  if (taxonomy !== undefined) print(`\n${scoredTree(taxonomy, evaluation)}`);
  if (evaluation.accuracyAtRank !== null) print(`\n${rankTable(evaluation.accuracyAtRank)}`);
  if (innerLabels !== undefined) {
    const share = (100 * innerLabels.accuracy).toFixed(1);
    print(`\n${counted(innerLabels.images, 'image')} labelled at inner nodes: ${share} % decided below their node`);
  }
  await writeJson(command.json, { name, ...evaluation, ...(innerLabels && { innerLabels }) });
}
