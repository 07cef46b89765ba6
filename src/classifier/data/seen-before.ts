/** A classifier that another is built on must not have been trained on the other's validation and test images. */
import { CladenetError, type Problem } from '../../errors.js';
import type { Classifier } from '../classifier.js';
import { kindInWords } from '../kind.js';
import { unpackSeen } from '../store/seen.js';
import type { SplitOrigin, TrainingData } from './training-data.js';

/** What it is known by. */
type BuiltOn = Pick<Classifier, 'kind' | 'seen' | 'description'>;

/** @throws CladenetError DATASET when it was trained on validation or test images, or chosen on test images */
export function requireUnseen({ split, prints, drawnBy }: TrainingData, from: BuiltOn): void {
  const it = kindInWords(from).replace(/^a /, 'the ');
  const learned = unpackSeen(from.seen.train);
  const chosen = unpackSeen(from.seen.validation);
  const leaks = (indices: Int32Array, seen: readonly Set<string>[]) =>
    indices.reduce((sum, image) => sum + (seen.some((set) => set.has(prints[image] ?? '')) ? 1 : 0), 0);
  const problems: Problem[] = [];
  const report = (where: string, count: number) => {
    if (count === 0) return;
    problems.push({
      where,
      expected: `images that ${it} has not seen`,
      received: `${count} that it has`,
      remedy: splitAlike(it, from.description.split, drawnBy),
    });
  };
  report('validation set', leaks(split.validation, [learned]));
  report('test set', leaks(split.test, [learned, chosen]));
  if (problems.length > 0) throw new CladenetError('DATASET', 'The split would leak into validation or test', problems);
}

/** How to get the split that a classifier has. @param owner the classifier in words @param drawnBy how images are split instead */
export function splitAlike(owner: string, { seed, fractions, given }: SplitOrigin, drawnBy: SplitOrigin): string {
  if (drawnBy.given !== undefined) {
    return `Give the images with the split that ${owner} has, or leave theirs out with \`givenSplit: 'never'\`.`;
  }
  if (given !== undefined) return `Give the images with the split that ${owner} has.`;
  const shares = [fractions.train, fractions.validation, fractions.test].join('/');
  return `Split as ${owner} was: the same images, \`fractions: ${shares}\` and \`splitSeed: ${seed}\`.`;
}
