/** `--pseudo-labels` and `--unlabelled`: images that a classifier labels before another is trained. */
import type { z } from 'zod';
import type { Classifier } from '../classifier/classifier.js';
import { withPseudoLabels } from '../classifier/data/pseudo-labels.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import { withUnlabelled } from '../classifier/data/unlabelled.js';
import { loadClassifier } from '../classifier/store/load.js';
import type { pseudoOptions } from '../options/labels.js';
import { refuseOptions } from '../options/unused.js';
import { log } from '../progress.js';
import { pseudoLine } from '../report/tables/training-text.js';
import { deviceOf } from './device.js';
import { type ImageChoice, openImages } from './images.js';

type PseudoCommand = z.output<z.ZodObject<typeof pseudoOptions>> &
  ImageChoice & { readonly gpu: boolean; readonly teacher?: readonly string[] | undefined };

/**
 * The classifier of `--pseudo-labels`.
 *
 * @throws CladenetError USAGE for options that would do nothing without it, or that exclude each other
 */
export async function openLabeller(command: PseudoCommand): Promise<Classifier | undefined> {
  const { pseudoLabels, unlabelled, teacher } = command;
  if (unlabelled !== undefined) {
    const problems = [];
    if (pseudoLabels === undefined) {
      const expected = 'none without `pseudoLabels`, a classifier that labels them';
      problems.push({ where: 'unlabelled', expected, received: unlabelled });
    }
    if (teacher !== undefined) {
      problems.push({ where: 'unlabelled', expected: 'none beside `teacher`', received: unlabelled });
    }
    refuseOptions(problems);
  }
  return pseudoLabels === undefined ? undefined : loadClassifier(pseudoLabels, { device: deviceOf(command) });
}

/** The data with the labels that the classifier is sure of; as it is without one. It is disposed of. */
export async function labelledBy(
  labeller: Classifier | undefined,
  data: TrainingData,
  command: PseudoCommand,
  signal: AbortSignal,
): Promise<TrainingData> {
  if (labeller === undefined) return data;
  const { unlabelled, pseudoLabels = '', pseudoThreshold: threshold } = command;
  const choice = { ...command, classes: undefined, limitPerClass: undefined, labelColumn: false } as const;
  const { preprocessing } = data.images;
  const all =
    unlabelled === undefined
      ? data
      : withUnlabelled(data, await openImages({ ...choice, images: unlabelled }, preprocessing, signal));
  const result = await withPseudoLabels(all, labeller, { threshold, signal }).finally(() => labeller.dispose());
  log(pseudoLine(pseudoLabels, result));
  return result.data;
}
