/** How a detector's output is read: as its training chose it, or otherwise. */
import { CladenetError, type Problem } from '../../errors.js';
import { VIEWS, type Views } from './reading/mirrored.js';
import { EDGES, type Edges } from './reading/reading.js';
import type { DetectorDescription } from './schema.js';

/** How a detector is read otherwise than as it was trained. Default of each: as before. */
export interface OtherReading {
  /** Detections below this score are left out. Default: the one chosen on validation examples for so many views. */
  readonly threshold?: number | undefined;
  /** Where the edges of boxes are from. Default: as chosen on validation examples. */
  readonly edges?: Edges | undefined;
  /** False: organisms that touch are not separated. Default: whether there is a separator. */
  readonly separates?: boolean | undefined;
  /** In how many mirrored views each part of a frame is looked at: 4 take four times as long. Default 1. */
  readonly views?: Views | undefined;
  /** Frames are scaled by it before they are looked at: above 0, up to 100. Default: as those that it was trained on. */
  readonly scale?: number | undefined;
}

/** The same with all defaults filled in. */
export type DetectorReading = { readonly [K in keyof OtherReading]-?: NonNullable<OtherReading[K]> };

/** @throws CladenetError USAGE with all that is not valid, and for four views where no score was chosen for them and none is given */
export function readingOf(description: DetectorDescription, other: OtherReading): DetectorReading {
  const { views = 1, edges = description.edges, scale = description.scale } = other;
  const { separates = description.separator !== null } = other;
  const threshold = other.threshold ?? chosenScore(description, views);
  const problems: Problem[] = [];
  const check = (where: string, isValid: boolean, expected: string, received: unknown) => {
    if (!isValid) problems.push({ where, expected, received: String(received) });
  };
  check('views', VIEWS.includes(views), VIEWS.join(' or '), views);
  check('edges', EDGES.includes(edges), EDGES.join(' or '), edges);
  check('scale', scale > 0 && scale <= 100, 'a factor above 0, up to 100', scale);
  check('separates', !separates || description.separator !== null, 'false: it was trained without a separator', true);
  if (threshold === undefined) {
    problems.push({
      where: 'views',
      expected: 'a score from which on detections count in four views, chosen when the detector was trained',
      received: 'a detector that was trained without validation examples, or by an earlier version',
      remedy: 'Give the score (--min-score), or train the detector again.',
    });
  } else {
    check('threshold', threshold >= 0 && threshold <= 1, 'a score from 0 to 1', threshold);
  }
  if (problems.length > 0 || threshold === undefined) {
    throw new CladenetError('USAGE', 'This detector cannot be read like that', problems);
  }
  return { threshold, edges, separates, views, scale };
}

/** The score that was chosen on validation examples. */
const chosenScore = ({ threshold, mirrored }: DetectorDescription, views: Views): number | undefined =>
  views === 1 ? threshold : mirrored?.threshold;
