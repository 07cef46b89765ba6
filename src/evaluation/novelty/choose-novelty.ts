/** A threshold for recognising new children, chosen on classes that are held out for that. */
import { CladenetError, type Problem } from '../../errors.js';
import type { NoveltyCurve, NoveltyPoint } from './novelty-curve.js';

/** Options of {@link chooseNovelty}. */
export interface ChooseNoveltyOptions {
  /**
   * The share of known images that are to be decided on their class at least. Default: none, and the threshold has the largest
   * mean of known accuracy and exact parents.
   */
  readonly knownAccuracy?: number | undefined;
}

/**
 * The point of a curve with the most exact parents at the known accuracy asked for. Choose on a curve of other held-out classes
 * than those that judge the classifier: the threshold would be fitted to these.
 * @throws CladenetError `EVALUATION` for a known accuracy that is not a share, or that no threshold reaches
 */
export function chooseNovelty(
  { points }: Pick<NoveltyCurve, 'points'>,
  { knownAccuracy }: ChooseNoveltyOptions = {},
): NoveltyPoint {
  const most = points.reduce((best, point) => Math.max(best, point.knownAccuracy), 0);
  const problems: Problem[] = [];
  if (points.length === 0) problems.push({ where: 'points', expected: 'at least one', received: 'none' });
  if (knownAccuracy !== undefined && !(knownAccuracy >= 0 && knownAccuracy <= most)) {
    const expected = `a share from 0 to ${most}, the accuracy where no image is taken for new`;
    problems.push({ where: 'knownAccuracy', expected, received: `${knownAccuracy}` });
  }
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'No threshold can be chosen.', problems);
  const value = (point: NoveltyPoint) =>
    knownAccuracy === undefined ? (point.knownAccuracy + point.exactParent) / 2 : point.exactParent;
  const allowed = points.filter((point) => point.knownAccuracy >= (knownAccuracy ?? 0));
  return allowed.reduce((best, point) => (value(point) > value(best) ? point : best));
}
