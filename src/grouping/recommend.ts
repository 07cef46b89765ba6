/** Which of the thresholds of a sweep to take, and why. */

/** The groups at one threshold, and how good they are. */
export interface SweepPoint {
  readonly beta: number;
  /** How many groups have two classes or more. */
  readonly groups: number;
  /** Their sizes, greatest first. */
  readonly sizes: readonly number[];
  /** How many classes are in no such group. */
  readonly alone: number;
  /** Share of all mistakes that take a class for another of its group: what specialists could mend at best. */
  readonly mistakesInside: number;
  /** Share of all pairs of classes that are in one group: how much of the problem is left to specialists. */
  readonly pairsInside: number;
  /** Mistakes inside groups, less the share expected there by chance. */
  readonly modularity: number;
  /**
   * Mean adjusted Rand index between these groups and those of resampled images; undefined where that was left out, or
   * where how many images there were is not known.
   */
  readonly stability: number | undefined;
}

/** The recommended threshold of a sweep, and why. */
export interface Recommendation {
  readonly beta: number;
  /** In words, with the numbers that decided. */
  readonly reason: string;
}

/** Modularities within this part of the greatest are as good. */
const AS_GOOD = 0.95;

/**
 * The rule: of the thresholds whose groups reach at least 95 % of the greatest modularity, the one whose groups are the
 * most stable under resampling of the images. In ties, and where stability was not measured, the highest threshold, whose
 * groups are the smallest.
 *
 * Why: the mistakes inside groups rise the more classes a group takes in, up to all mistakes in one group of all classes,
 * where a specialist would face the whole problem again. Modularity weighs them against what groups that large would hold
 * anyway, so it has its maximum in between, and has no weight to choose. It is flat around the maximum, which leaves the
 * choice there to how far the groups are a matter of which images were drawn.
 *
 * @param points at least one
 */
export function recommendBeta(points: readonly SweepPoint[]): Recommendation {
  const greatest = Math.max(...points.map(({ modularity }) => modularity));
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
