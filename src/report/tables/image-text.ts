/** What happened to images, as plain text: how they were loaded, what is wrong with them, and which were left out. */
import type { LeftOut } from '../../classifier/judging/comparable-images.js';
import type { JudgedImages } from '../../classifier/judging/judged-images.js';
import type { ModelConfusion } from '../../classifier/judging/model-confusion.js';
import { isInMemory } from '../../dataset/images.js';
import type { ImageListing } from '../../dataset/listing.js';
import type { LoadedImages } from '../../dataset/load.js';
import { squareBytes } from '../../dataset/preprocessing.js';
import { inMiddle, type Problem } from '../../errors.js';
import type { PredictionTable } from '../../grouping/prediction-csv.js';
import type { TaxonomyTable } from '../../taxonomy/read-table.js';
import { bytes, counted, duration } from '../../units.js';

/** Problems printed in full up to this many; the rest is counted. */
const SHOWN = 10;
/** Characters of a place, and of what is there. */
const LONGEST = 1000;

/** `160 images of 4 classes (12 decoded, 148 from the cache) in 0.1 s` */
export function loadedLine({ images, rejected, decoded }: LoadedImages, seconds: number): string {
  const classes = images.classes.length === 0 ? '' : ` of ${counted(images.classes.length, 'class', 'classes')}`;
  const cached = images.count + rejected.length - decoded;
  const source = cached > 0 ? `${decoded} decoded, ${cached} from the cache` : `${decoded} decoded`;
  return `${counted(images.count, 'image')}${classes} (${source}) in ${duration(seconds)}`;
}

/** That the pixels are not in memory; nothing if they are. */
export function streamedLines({ images, memory }: LoadedImages): string[] {
  if (isInMemory(images)) return [];
  const size = bytes(images.count * squareBytes(images.preprocessing));
  return [`${size} of pixels stay on disk and are read batch by batch (memory for images: ${bytes(memory)})`];
}

/** What is unusual about the images that are used, the images that could not be used, and why the cache was not written. */
export function loadProblemLines({ notes, rejected, cacheProblem }: LoadedImages): string[] {
  const unusable = ['image that cannot be used is left out', 'images that cannot be used are left out'] as const;
  return [
    ...notes.map(({ where, received, remedy = '' }) => `${received}, for example ${where}. ${remedy}`),
    ...problemLines(counted(rejected.length, ...unusable), rejected),
    ...problemLines('The cache of decoded images could not be written', cacheProblem ? [cacheProblem] : []),
  ];
}

/** Which columns of a table are read, and how many of its rows; nothing for other sources. */
export function tableLines({ source, table }: ImageListing): string[] {
  if (table === undefined) return [];
  const { pathColumn, isByObject = false, labelColumn, rows, images, leftOut } = table;
  const paths = isByObject ? `images called after column '${pathColumn}'` : `paths in column '${pathColumn}'`;
  const labels = labelColumn === undefined ? '' : ` and labels in column '${labelColumn}'`;
  const reasons = Object.entries(leftOut ?? {}).map(([reason, count]) => `${count} ${reason}`);
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const left = rows === images ? '' : `, ${counted(rows - images, 'row')} left out${why}`;
  return [`${source}: ${paths}${labels}; ${counted(rows, 'row')}, ${counted(images, 'image')}${left}`];
}

/** Which columns of a table of predictions are read, and how many rows. */
export function predictionTableLine(source: string, { trueColumn, predictedColumn, rows }: PredictionTable): string {
  const from = predictedColumn === undefined ? 'the columns of probabilities' : `column '${predictedColumn}'`;
  return `${source}: true classes in column '${trueColumn}', predictions in ${from}; ${counted(rows, 'row')}`;
}

/** Which columns of a taxonomy's table are read, and how many rows. */
export function taxonomyTableLine(source: string, { columns, separator, isFinestFirst, rows }: TaxonomyTable): string {
  const levels = isFinestFirst && 'groups, the finest first';
  const coarse = isFinestFirst === false && 'groups, the coarsest first';
  const joined = levels || coarse || (separator === undefined ? 'edges' : `paths joined by ${separator}`);
  return `${source}: ${joined}, in columns ${columns.map((name) => `'${name}'`).join(', ')}; ${counted(rows, 'row')}`;
}

/** The problems of a listing. */
export const listingProblemLines = (problems: readonly Problem[]): string[] =>
  problemLines(counted(problems.length, 'problem with the images', 'problems with the images'), problems);

function problemLines(headline: string, problems: readonly Problem[]): string[] {
  if (problems.length === 0) return [];
  const shown = problems
    .slice(0, SHOWN)
    .flatMap(({ where, received, remedy }) => [
      `  ${inMiddle(where, LONGEST)}: ${inMiddle(received, LONGEST)}`,
      ...(remedy === undefined ? [] : [`    ${remedy}`]),
    ]);
  const more = problems.length > SHOWN ? [`  ... and ${problems.length - SHOWN} more`] : [];
  return [`${headline}:`, ...shown, ...more];
}

/**
 * The images that are not evaluated with the others.
 *
 * @param fate of the images labelled at inner nodes
 * @param keep what keeps the images that a classifier was trained or chosen on, like `--seen`
 */
export function leftOutLines(
  { seen, innerLabels }: LeftOut,
  { fate = 'left out', keep }: { readonly fate?: string; readonly keep: string },
): string[] {
  const trained = `a classifier was trained or chosen on them (${keep} keeps them)`;
  return [
    ...(innerLabels > 0 ? [`${counted(innerLabels, 'image')} labelled at inner nodes: ${fate}`] : []),
    ...(seen > 0 ? [`${counted(seen, 'image')} left out: ${trained}`] : []),
  ];
}

/** Within which classes a classifier is judged. @param otherTaxa images that are left out */
export function amongLine(among: readonly string[], all: number, otherTaxa: number): string {
  const left = otherTaxa === 0 ? '' : `; ${counted(otherTaxa, 'image')} of other classes left out`;
  return `within ${among.length} of ${all} classes, whose probabilities are made to sum to 1${left}`;
}

/** How many of the images given a classifier is judged on. @param on what they are: `validation`, `test`, `unseen` */
export function judgedLine({ images, expected = 0 }: JudgedImages, given: number, on: string): string {
  if (images.count < expected) return `only ${images.count} of its ${expected} ${on} images are here`;
  return `${counted(images.count, `${on} image`)} of ${given}`;
}

/** The images that a confusion matrix of a classifier is made on. */
export function confusedImagesLines({
  images,
  from,
  leftOut,
  inner,
}: Omit<ModelConfusion, 'confusion' | 'classification'>): string[] {
  const { train, test, unseen } = leftOut;
  const others = `${train} of its training set, ${test} of its test set, ${unseen} that it has never seen`;
  return [
    ...(inner > 0 ? [`${counted(inner, 'image')} labelled at inner nodes: left out`] : []),
    from === 'validation'
      ? `${counted(images.count, 'image')} of the classifier's validation set are used; left out: ${others}`
      : `none of the images is of the classifier's training, validation or test set: all ${images.count} are used`,
  ];
}
