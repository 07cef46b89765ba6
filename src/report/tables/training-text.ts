/** A training as plain text: its images and their split, each epoch, and the score on the test set. */
import type { TrainingData } from '../../classifier/data/training-data.js';
import type { TestScore } from '../../classifier/schema.js';
import type { Problem } from '../../errors.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { EpochRecord } from '../../training/epoch-record.js';
import { counted, duration } from '../../units.js';

/** The sizes of the training, validation and test sets, what is unusual about them, and the images of inner nodes. */
export function splitLines({ split, drawnBy, truth }: TrainingData): string[] {
  const { train, validation, test, notes } = split;
  const { groups, classes, labels } = truth;
  return [
    `split by seed ${drawnBy.seed}: ${train.length} train, ${validation.length} validation, ${test.length} test`,
    ...notes.map((note) => `  ${note}`),
    ...groups.map(({ name, classes: below }, i) => {
      const images = labels.filter((label) => label === classes.length + i).length;
      return `  ${counted(images, 'image')} of ${name}, an inner node: any of its ${below.length} classes is right`;
    }),
  ];
}

/** A share as a percentage, a loss in nats; `-` where there is none. */
export const share = (value: number | null): string => (value === null ? '-' : `${(100 * value).toFixed(1)} %`);
export const nats = (value: number | null): string => (value === null ? '-' : value.toFixed(3));

/** `epoch   3  loss 1.234, accuracy  56.7 %  validation loss 1.111, accuracy  61.0 %  (12 s)` */
export function epochLine({ epoch, loss, accuracy, validationLoss, validationAccuracy, seconds }: EpochRecord): string {
  const train = `loss ${nats(loss)}, accuracy ${share(accuracy).padStart(7)}`;
  const validation = `validation loss ${nats(validationLoss)}, accuracy ${share(validationAccuracy).padStart(7)}`;
  return `epoch ${String(epoch).padStart(3)}  ${train}  ${validation}  (${duration(seconds)})`;
}

/** The scores of a classifier on the test set of its split. */
export function testLine(name: string, test: TestScore | null): string {
  if (test === null) return `${name}: the split has no test images`;
  const { accuracy, balancedAccuracy, top5, logLoss, images } = test;
  const scores = `accuracy ${share(accuracy)}, balanced ${share(balancedAccuracy)}, top 5 ${share(top5)}, log-loss ${nats(logLoss)}`;
  return `${name} on its ${images} test images: ${scores}`;
}

/** Classes named in one line. */
const NAMED = 5;

/** The classes of a taxonomy that have no images, if there are any. */
export function missingClassesLine(taxonomy: Taxonomy, classes: readonly string[]): string | undefined {
  const present = new Set(classes);
  const missing = taxonomy.classes.filter((name) => !present.has(name));
  if (missing.length === 0) return undefined;
  const named = [...missing.slice(0, NAMED), ...(missing.length > NAMED ? ['...'] : [])].join(', ');
  return `${counted(missing.length, 'class', 'classes')} of the taxonomy without images, left out of the tree: ${named}`;
}

/** For a checkpoint that is damaged: which file, and what is used instead. */
export const damageText = ({ where, received }: Problem): string =>
  `the newest checkpoint in ${where} is damaged (${received}); resuming from the one before`;
