/** A training as plain text: its images and their split, each epoch, and the score on the test set. */
import type { PseudoLabelled } from '../../classifier/data/pseudo-labels.js';
import type { TrainingData } from '../../classifier/data/training-data.js';
import type { TestScore } from '../../classifier/schema.js';
import { splitImages } from '../../dataset/split.js';
import type { Problem } from '../../errors.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { EpochRecord } from '../../training/epoch-record.js';
import { counted, duration } from '../../units.js';

/** The sizes of the training, validation and test sets, what is unusual about them, and the images of inner nodes. */
export function splitLines(data: TrainingData): string[] {
  const { split, drawnBy, truth } = data;
  const { train, validation, test, notes } = split;
  const { seed, given } = drawnBy;
  const drawn = given?.includes('validation') === false ? `, validation drawn from train by seed ${seed}` : '';
  const how = given === undefined ? `split by seed ${seed}${foldText(drawnBy)}` : `split as given${drawn}`;
  const { groups, classes, labels } = truth;
  return [
    `${how}: ${train.length} train, ${validation.length} validation, ${test.length} test`,
    ...groupLines(data),
    ...notes.map((note) => `  ${note}`),
    ...groups.map(({ name, classes: below }, i) => {
      const images = labels.filter((label) => label === classes.length + i).length;
      return `  ${counted(images, 'image')} of ${name}, an inner node: any of its ${below.length} classes is right`;
    }),
  ];
}

const foldText = ({ fold }: TrainingData['drawnBy']) =>
  fold === undefined ? '' : `, fold ${fold.number} of ${fold.of}`;

/**
 * How groups are split, and what a random split by the same seed would do: the share of its test images that are of groups which it
 * also trains on. It is what a grouped split takes away from the score.
 */
function groupLines({ images, prints, groups, split, drawnBy }: TrainingData): string[] {
  const { groupBy, seed, fractions, fold, given } = drawnBy;
  if (groups === undefined || groupBy === undefined) return [];
  const groupsIn = (subset: Int32Array) => new Set(Array.from(subset, (image) => groups[image] || `image ${image}`));
  const [train, validation, test] = [split.train, split.validation, split.test].map((subset) => groupsIn(subset).size);
  const own = `  grouped by ${groupBy}: ${train} groups train, ${validation} validation, ${test} test`;
  // The folds of another split would be others.
  if (fold !== undefined || given !== undefined) return [own];
  const random = splitImages(images.labels, images.classes.length, { seed, fractions, pictures: prints });
  if (random.test.length === 0) return [own];
  const trained = groupsIn(random.train);
  const known = random.test.filter((image) => trained.has(groups[image] || `image ${image}`)).length;
  const leak = share(known / random.test.length);
  return [own, `  a random split would take ${leak} of its test images from groups that it trains on`];
}

/** How many images got a class from a classifier, and how many are trained on now. */
export function pseudoLine(by: string, { data, coarse, unlabelled }: PseudoLabelled): string {
  const of = ({ images, labelled }: PseudoLabelled['coarse'], which: string) =>
    images === 0 ? [] : [`${labelled} of ${counted(images, 'image')} ${which}`];
  const counts = [...of(coarse, 'of inner nodes'), ...of(unlabelled, 'without a label')].join(', ');
  return `pseudo-labels by ${by}: ${counts}; ${data.split.train.length} images to train on`;
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
