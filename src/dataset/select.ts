/** Parts of a listing: some classes, or some images of each class. */
import { CladenetError, didYouMean } from '../errors.js';
import { random } from '../random.js';
import { classesOf, type ImageListing, type ImageRecord } from './listing.js';

/**
 * Draws at most `n` images of each class and keeps their order. Images without a class count as one class. The images
 * drawn for a smaller `n` are among those drawn for a larger one.
 *
 * @param seed an integer; the same seed draws the same images
 * @throws CladenetError USAGE when `n` is not a whole number of at least 1
 */
export function limitPerClass(records: readonly ImageRecord[], n: number, seed: number): ImageRecord[] {
  if (!Number.isInteger(n) || n < 1) {
    const problem = { where: 'limitPerClass', expected: 'a whole number of at least 1', received: `${n}` };
    throw new CladenetError('USAGE', 'The number of images per class is not valid.', [problem]);
  }
  const groups = new Map<string, number[]>();
  records.forEach(({ label = '' }, i) => {
    const group = groups.get(label);
    if (group) group.push(i);
    else groups.set(label, [i]);
  });
  const chosen = new Set<number>();
  for (const [label, group] of groups) {
    for (const i of random('limit', seed, label).shuffle(group).slice(0, n)) chosen.add(i);
  }
  return records.filter((_, i) => chosen.has(i));
}

/**
 * Keeps the images of some classes only.
 *
 * @throws CladenetError USAGE with every name that is not a class of the listing, and the class nearest to it
 */
export function selectClasses(listing: ImageListing, names: readonly string[]): ImageListing {
  requireClasses(listing, names);
  const wanted = new Set(names);
  const records = listing.records.filter(({ label }) => label !== undefined && wanted.has(label));
  return { ...listing, records, classes: classesOf(records) };
}

/**
 * Leaves out the images of some classes. Those without a class stay.
 *
 * @throws CladenetError USAGE with every name that is not a class of the listing, and where no class would be left
 */
export function holdOutClasses(listing: ImageListing, names: readonly string[]): ImageListing {
  requireClasses(listing, names);
  const heldOut = new Set(names);
  const records = listing.records.filter(({ label }) => label === undefined || !heldOut.has(label));
  const classes = classesOf(records);
  if (listing.classes.length > 0 && classes.length === 0) {
    const expected = 'classes that remain to be learned';
    throw new CladenetError('USAGE', 'All classes are held out.', [
      { where: 'holdOut', expected, received: `all ${listing.classes.length} of ${listing.source}` },
    ]);
  }
  return { ...listing, records, classes };
}

function requireClasses({ source, classes }: ImageListing, names: readonly string[]): void {
  const known = new Set(classes);
  const problems = names
    .filter((name) => !known.has(name))
    .map((name) => {
      const remedy = didYouMean(name, known);
      return { where: source, expected: `one of its ${known.size} classes`, received: `'${name}'`, remedy };
    });
  if (problems.length > 0) throw new CladenetError('USAGE', 'There are no images of these classes.', problems);
}
