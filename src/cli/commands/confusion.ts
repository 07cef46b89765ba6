/** `cladenet confusion`: which class is taken for which, from a classifier or from anybody's predictions, as a file. */
import { z } from 'zod';
import { loadBaseClassifier } from '../../classifier/store/load-flat.js';
import { CladenetError, type Problem } from '../../errors.js';
import { writeJson } from '../../files.js';
import type { Confusion } from '../../grouping/confusion.js';
import { writeConfusion } from '../../grouping/confusion-csv.js';
import { confusionFromPredictionFile } from '../../grouping/prediction-csv.js';
import { config, json, seed } from '../../options/common.js';
import { classifierOptionNames, classifierProblems, mistakeOptions } from '../../options/mistakes.js';
import { option } from '../../options/option.js';
import { freshParts, onlyFolds } from '../../options/parts.js';
import { unusedOptions } from '../../options/unused.js';
import { log } from '../../progress.js';
import { writeKnownScores } from '../../report/predictions/scores/known-scores.js';
import { predictionTableLine } from '../../report/tables/image-text.js';
import { counted } from '../../units.js';
import { text, toggle } from '../../value-schemas.js';
import { chooseImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { openConfusion, predictFoldsOf } from '../open-confusion.js';
import { clearFolds, foldHint, foldOutputs } from '../out-of-fold.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  ...mistakeOptions,
  predictions: option(text('a file').optional(), {
    description: 'in place of a model: a CSV file with a true and a predicted column, or with probabilities',
    value: 'file',
    reads: 'file',
  }),
  out: option(text('a file'), {
    description: 'CSV file to write, with the class names as first row and first column',
    value: 'file',
    writes: 'file',
  }),
  counts: option(toggle().default(false), {
    description: 'write numbers of images (or sums of probabilities) instead of shares of each row',
  }),
  scores: option(text('a file').optional(), {
    description:
      'of a model: write the class and the probabilities of each image too, for `cladenet count --known` (CSV or TSV)',
    value: 'file',
    writes: 'file',
  }),
  json: option(json, { description: 'write the matrix to this JSON file too' }),
  seed: option(seed, { description: 'seed of the folds and of --limit-per-class' }),
  onlyFolds,
  config,
});

type ConfusionOptions = z.output<typeof options>;

export const confusion = command({
  arguments: z.object({
    model: option(text('a folder').optional(), { description: 'folder of the classifier', reads: 'classifier' }),
  }),
  options,
  details: 'The mistakes of a classifier are counted on its validation images, or on images that it has never seen.',
  outputs: (_, options) => foldOutputs('out', options, options.out),
  inParts: ({ onlyFolds }) => onlyFolds !== undefined,
  async divide({ model }, command) {
    const { images: source, outOfFold = 0 } = command;
    const images = source === undefined ? undefined : await chooseImages({ ...command, images: source });
    if (model === undefined || images === undefined || outOfFold === 0) return { units: [], images, files: [] };
    const classifier = await loadBaseClassifier(model);
    const { training } = classifier.description;
    classifier.dispose();
    const cost = images.records.length * training.epochs;
    const units = Array.from({ length: outOfFold }, (_, i) => ({
      name: `fold ${i + 1}`,
      key: String(i + 1),
      cost,
      stage: 1,
    }));
    return { option: '--only-folds', units, images, files: [] };
  },
  run: ({ model }, options) => write(model, options),
});

async function write(model: string | undefined, command: ConfusionOptions): Promise<void> {
  const { out, json, counts } = command;
  const problems = problemsOf(model, command);
  if (problems.length > 0) throw new CladenetError('USAGE', 'The confusion matrix needs exactly one source', problems);
  if (model !== undefined && command.onlyFolds !== undefined) return predictFolds(model, command, command.onlyFolds);
  const confusion = await read(model, command);
  await writeConfusion(confusion, out, counts ? 'images' : 'shares');
  await writeJson(json, asJson(confusion));
  await clearFolds(command, out);
  const images = confusion.images?.reduce((sum, count) => sum + count, 0) ?? 0;
  log(`${counted(confusion.classes.length, 'class', 'classes')}, ${Math.round(images)} images: written to ${out}`);
}

async function predictFolds(model: string, command: ConfusionOptions, only: readonly number[]): Promise<void> {
  const { images = '', outOfFold = 0, out } = command;
  const choice = { ...command, images, outOfFold };
  await interruptible(foldHint(command, out), (signal) => predictFoldsOf(model, choice, out, only, signal));
}

async function read(model: string | undefined, command: ConfusionOptions): Promise<Confusion> {
  const { predictions, images = '', soft, out, scores } = command;
  if (predictions !== undefined || model === undefined) {
    const source = predictions ?? '';
    return confusionFromPredictionFile(source, { soft, onTable: (table) => log(predictionTableLine(source, table)) });
  }
  const {
    confusion,
    paths,
    predictions: found,
  } = await interruptible(foldHint(command, out), (signal) =>
    openConfusion(model, { ...command, images }, out, signal),
  );
  if (scores !== undefined) {
    await writeKnownScores(scores, paths, found);
    log(`${counted(paths.length, 'image')} with their probabilities written to ${scores}`);
  }
  return confusion;
}

function problemsOf(model: string | undefined, command: ConfusionOptions): Problem[] {
  return [...partProblems(command), ...sourceProblems(model, command)];
}

function partProblems({ onlyFolds, outOfFold, fresh }: ConfusionOptions): Problem[] {
  if (onlyFolds === undefined) return [];
  const received = onlyFolds.join(', ');
  if (outOfFold === undefined) return [{ where: 'onlyFolds', expected: 'none, only with `outOfFold`', received }];
  return fresh ? [freshParts] : [];
}

function sourceProblems(model: string | undefined, command: ConfusionOptions): Problem[] {
  if (command.predictions === undefined) {
    const expected = 'the folder of a classifier, or `predictions`';
    return [...(model ? [] : [{ where: 'model', expected, received: 'nothing' }]), ...classifierProblems(command)];
  }
  const expected = 'none beside `predictions`';
  const ofModel = unusedOptions(command, [...classifierOptionNames, 'scores'], expected);
  return [...(model ? [{ where: 'model', expected, received: model }] : []), ...ofModel];
}

function asJson({ classes, shares, images }: Confusion) {
  const n = classes.length;
  const rows = classes.map((_, i) => [...shares.subarray(i * n, (i + 1) * n)]);
  return { classes, shares: rows, images: images === undefined ? null : [...images] };
}
