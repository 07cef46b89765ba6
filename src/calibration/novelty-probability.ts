/** From how new an image looks to the probability that it is new. */
import { CladenetError, type Problem } from '../errors.js';

/** P(new) = 1 / (1 + exp(-(intercept + slope · ln(novelty / (1 - novelty))))) */
export interface NoveltyProbability {
  readonly intercept: number;
  readonly slope: number;
}

/** Novelties are kept this far from 0 and 1, which have no log-odds. */
const EDGE = 1e-6;
/** Keeps the fit finite where a threshold tells the two kinds apart without a mistake. */
const RIDGE = 1e-3;
const STEPS = 100;

/**
 * Fits how likely an image is new to images of which it is known. Both kinds count as much as each other, however many images
 * there are of each: the probability is that of an image where half of all images are new.
 *
 * Platt, "Probabilistic outputs for support vector machines", 1999, on the log-odds of the novelty, by Newton's method.
 * @param known  novelty of images of known classes, 0..1
 * @param unseen novelty of images of unseen classes
 * @throws CladenetError `EVALUATION` where there is none of one kind
 */
export function fitNoveltyProbability(known: Float64Array, unseen: Float64Array): NoveltyProbability {
  const problems: Problem[] = Object.entries({ known, unseen }).flatMap(([where, { length }]) =>
    length > 0 ? [] : [{ where, expected: 'at least one image', received: 'none' }],
  );
  if (problems.length > 0)
    throw new CladenetError('EVALUATION', 'The probability of being new cannot be fitted.', problems);
  const kinds = [
    { scores: known.map(logOdds), right: 0, weight: 0.5 / known.length },
    { scores: unseen.map(logOdds), right: 1, weight: 0.5 / unseen.length },
  ];
  let fitted: NoveltyProbability = { intercept: 0, slope: 0 };
  for (let step = 0; step < STEPS; step++) {
    const { intercept, slope } = fitted;
    let [g0, g1, h00, h01, h11] = [RIDGE * intercept, RIDGE * slope, RIDGE, 0, RIDGE];
    for (const { scores, right, weight } of kinds) {
      for (const score of scores) {
        const p = logistic(intercept + slope * score);
        const curvature = weight * p * (1 - p);
        g0 += weight * (p - right);
        g1 += weight * (p - right) * score;
        h00 += curvature;
        h01 += curvature * score;
        h11 += curvature * score * score;
      }
    }
    const determinant = h00 * h11 - h01 * h01;
    const [d0, d1] = [(h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant];
    // A full step may overshoot where probabilities are near 0 or 1.
    const share = Math.min(1, 2 / Math.max(Math.abs(d0), Math.abs(d1), 1e-12));
    fitted = { intercept: intercept - share * d0, slope: slope - share * d1 };
    if (Math.max(Math.abs(d0), Math.abs(d1)) < 1e-10) break;
  }
  return fitted;
}

/** The probability that an image is new. @param novelty of `decideNovelty` */
export const noveltyProbability = ({ intercept, slope }: NoveltyProbability, novelty: number): number =>
  logistic(intercept + slope * logOdds(novelty));

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

function logOdds(novelty: number): number {
  const p = Math.min(1 - EDGE, Math.max(EDGE, novelty));
  return Math.log(p / (1 - p));
}
