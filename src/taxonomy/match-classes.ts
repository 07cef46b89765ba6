/** Matches the classes of images with those of a taxonomy. */
import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Problem } from '../errors.js';
import { byCodePoint } from '../order.js';
import { suggester } from './findings.js';
import type { Taxonomy } from './taxonomy.js';

/** Options of {@link matchClasses}. */
export interface MatchOptions {
  /** Accept classes without images, and restrict the taxonomy to the others. Default `false`. */
  readonly allowMissing?: boolean | undefined;
}

const MISSING = 'Add images of it, or remove it from the taxonomy. `allowMissing: true` leaves out such classes.';

/**
 * Matches a taxonomy with the classes of images.
 *
 * @param labels the classes of the images, in any order; they may repeat
 * @returns right: the taxonomy of exactly these classes; left: classes of the images that the taxonomy does not have, and
 *   classes of the taxonomy without images, each with the nearest name on the other side
 */
export function matchClasses(
  taxonomy: Taxonomy,
  labels: Iterable<string>,
  { allowMissing = false }: MatchOptions = {},
): Either<readonly Problem[], Taxonomy> {
  const known = new Set(taxonomy.classes);
  const present = new Set(labels);
  const unknown = [...present].filter((label) => !known.has(label)).sort(byCodePoint);
  const missing = taxonomy.classes.filter((label) => !present.has(label));
  const innerPath = new Map(taxonomy.internalNodes().map(({ name, path }) => [name, path]));
  const suggestClass = suggester(taxonomy.classes);
  const suggestLabel = suggester(unknown);
  const problems: Problem[] = unknown.map((label) => {
    const inner = innerPath.get(label);
    return {
      where: `images of '${label}'`,
      expected: 'a class of the taxonomy',
      received: inner === undefined ? 'one that it does not have' : `its inner node '${inner}'`,
      remedy: suggestClass(label),
    };
  });
  if (!allowMissing) {
    for (const label of missing) {
      problems.push({
        where: `taxonomy, class '${label}'`,
        expected: 'images of it',
        received: 'none',
        remedy: suggestLabel(label) ?? MISSING,
      });
    }
  }
  if (problems.length > 0) return left(problems);
  if (present.size < 2) {
    return left([{ where: 'images', expected: 'at least 2 classes', received: [...present].join('') || 'none' }]);
  }
  return right(missing.length === 0 ? taxonomy : taxonomy.restrictTo(present));
}
