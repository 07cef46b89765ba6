/** `cladenet evaluate`: every number for one classifier. */

import { loadClassifier } from '../../classifier/load.js';
import { evaluate } from '../../evaluation/evaluate.js';
import { writeFileAtomic } from '../../files.js';
import { comparisonTable } from '../../report/comparison-table.js';
import { deviceOf } from '../device.js';
import { openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { type EvaluateCommand, evaluateSchema, resolveOptions } from '../options.js';
import { requireWritable } from '../output.js';
import { scoredTree } from '../scored-tree.js';
import { judgeBy, leaveOut, nameOf, predictNamed, seenMask, tableRow } from '../scoring.js';

export async function evaluateCommand(model: string, given: Record<string, unknown>): Promise<void> {
  const command = await resolveOptions(evaluateSchema, given);
  await requireWritable('--json', command.json);
  await interruptible('nothing is written', (signal) => evaluateModel(model, command, signal));
}

async function evaluateModel(model: string, command: EvaluateCommand, signal: AbortSignal): Promise<void> {
  const classifier = await loadClassifier(model, { device: deviceOf(command) });
  const taxonomy = await judgeBy(command, [classifier]);
  const all = await openImages(command, classifier.description.preprocessing, command.seed, signal);
  const images = command.seen ? all : leaveOut(all, [seenMask(classifier, all)]);
  const named = await predictNamed(nameOf(model), classifier, images, { ...command, taxonomy }, signal);
  classifier.dispose();
  const result = evaluate(named.predictions, { taxonomy, decisions: named.decisions });
  console.log(comparisonTable([tableRow(named.name, result)], [], { width: process.stdout.columns }));
  if (taxonomy !== undefined) console.log(`\n${scoredTree(taxonomy, result)}`);
  if (command.json !== undefined) {
    await writeFileAtomic(command.json, `${JSON.stringify({ name: named.name, ...result }, null, 2)}\n`);
  }
}
