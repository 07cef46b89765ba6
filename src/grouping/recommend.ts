/** The recommended threshold of a sweep, with the reason. */
import { largest } from '../arrays.js';

/** The groups at one threshold, and how good they are. */
export interface SweepPoint {
  readonly beta: number;
  /** Number of groups of two or more classes. */
  readonly groups: number;
  /** Their sizes, largest first. */
  readonly sizes: readonly number[];
  /** Number of classes in no such group. */
  readonly alone: number;
  /** Share of all mistakes between classes of the same group: what perfect specialists could fix. */
  readonly mistakesInside: number;
  /** Share of all pairs of classes that are in the same group: how much of the problem is left to specialists. */
  readonly pairsInside: number;
  /** `mistakesInside` less the share expected by chance (Newman & Girvan, 2004). */
  readonly modularity: number;
  /**
   * Mean adjusted Rand index between these groups and those of resampled images; undefined without resamples, or where the
   * numbers of images are not known.
   */
  readonly stability: number | undefined;
}

/** The recommended threshold of a sweep, and why. */
export interface Recommendation {
  readonly beta: number;
  /** In words, with the numbers that decided it. */
  readonly reason: string;
}

/** Modularities of at least this fraction of the greatest count as equally good. */
const AS_GOOD = 0.95;

/**
 * Of the thresholds whose groups reach at least 95 % of the greatest modularity, the one whose groups are most stable under
 * resampling of the images. Ties, also where stability was not measured, go to the highest threshold, whose groups are the
 * smallest.
 *
 * Reason: the larger the groups, the more mistakes they contain, up to all mistakes in one group of all classes, where a
 * specialist would face the whole problem again. Modularity compares them with what groups of that size would contain by
 * chance, so it has its maximum in between, without a weight to choose. It is flat around the maximum; there the choice goes
 * to the groups that depend least on which images were drawn.
 *
 * @param points at least one
 */
export function recommendBeta(points: readonly SweepPoint[]): Recommendation {
  const greatest = largest(points.map(({ modularity }) => modularity));
  const good = points.filter(({ modularity }) => modularity >= greatest - (1 - AS_GOOD) * Math.abs(greatest));
  const merit = (point: SweepPoint): number => point.stability ?? 0;
  const best = good.reduce((chosen, point) => (merit(point) >= merit(chosen) ? point : chosen));
  const { beta, groups, sizes, alone, mistakesInside, pairsInside, modularity, stability } = best;
  const greatestSize = sizes.length > 0 ? ` (the greatest of ${sizes[0]} classes)` : '';
  const worth =
    `${count(groups, 'group', 'groups')} of two or more${greatestSize}, with ${percent(mistakesInside)} of all mistakes in ` +
    `${percent(pairsInside)} of the pairs of classes; ${count(alone, 'class', 'classes')} alone.`;
  const choice =
    `Their modularity, ${modularity.toFixed(2)}, is within 5 % of the greatest, ${greatest.toFixed(2)}, and of the ` +
    `${count(good.length, 'threshold', 'thresholds')} that reach this ` +
    (stability === undefined
      ? 'theirs is the highest, so that they are the smallest.'
      : `theirs gives the most stable groups: those of resampled images agree with them to an adjusted Rand index of ` +
        `${stability.toFixed(2)}.`);
  return { beta, reason: `${worth} ${choice}` };
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
