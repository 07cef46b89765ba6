/**
 * Four mirrored views of a square, whose detections are put together by weighted boxes fusion (Solovyev et al., "Weighted boxes fusion:
 * ensembling boxes from different object detection models", 2021): what one view misses, or finds by mistake, counts a quarter.
 */
import { type Box, intersectionOverUnion } from '../../../box.js';
import type { GreyImage } from '../../../features/grey-image.js';
import type { ScoredBox } from '../network/candidates.js';
import type { Parts } from '../network/network-of.js';
import { type Turn, turnedBox, turnedPixels } from '../squares/turned.js';
import { LOWEST_SCORE, organismsIn, type Reading } from './reading.js';

export const VIEWS = [1, 4] as const;
/** In how many views a detector looks at a frame: as it is, or also mirrored left to right, upside down, and both. */
export type Views = (typeof VIEWS)[number];

/** Each of them, made twice, is the square as it was. */
const MIRRORINGS: readonly Turn[] = [
  { turns: 0, mirrored: false },
  { turns: 0, mirrored: true },
  { turns: 2, mirrored: false },
  { turns: 2, mirrored: true },
];

/** Boxes of two views are of one organism from this intersection over union on. */
const SAME = 0.5;

/** The organisms in a square, seen in so many views, the surest first. @param run the network's output for a square */
export function organismsInViews(
  frame: GreyImage,
  run: (pixels: Uint8Array) => Float32Array,
  parts: Pick<Parts, 'decode'>,
  views: Views,
  reading: Reading,
): ScoredBox[] {
  if (views === 1) return organismsIn(frame, run(frame.pixels), parts, reading);
  const { threshold } = reading;
  // An organism may be surer in the mean than in one of its views.
  const each = { ...reading, threshold: Math.min(threshold, LOWEST_SCORE) };
  const side = frame.width;
  const found = MIRRORINGS.map((mirroring) => {
    const pixels = turnedPixels(frame.pixels, side, mirroring);
    const organisms = organismsIn({ ...frame, pixels }, run(pixels), parts, each);
    return organisms.map(({ box, score }) => ({ box: turnedBox(box, side, mirroring), score }));
  });
  return fused(found).filter(({ score }) => score >= threshold);
}

/**
 * What several views found, as one list, the surest first: a box is the mean of those that the views have of it, weighted with their
 * scores, its score their sum divided by the number of views.
 */
export function fused(views: readonly (readonly ScoredBox[])[]): ScoredBox[] {
  const organisms: Organism[] = [];
  const all = views.flatMap((found, view) => found.map((one) => ({ ...one, view })));
  for (const { box, score, view } of all.sort((a, b) => b.score - a.score)) {
    const same = organisms.reduce<{ organism?: Organism; likeness: number }>(
      (best, organism) => {
        if (organism.views.has(view)) return best;
        const likeness = intersectionOverUnion(organism.box, box);
        return likeness > best.likeness ? { organism, likeness } : best;
      },
      { likeness: SAME },
    ).organism;
    if (same === undefined) {
      organisms.push({ box, sum: score, views: new Set([view]) });
    } else {
      same.box = between(same.box, box, score / (same.sum + score));
      same.sum += score;
      same.views.add(view);
    }
  }
  return organisms.map(({ box, sum }) => ({ box, score: sum / views.length })).sort((a, b) => b.score - a.score);
}

/** What several views have found of one organism so far. */
interface Organism {
  box: Box;
  /** Of the scores. */
  sum: number;
  /** A view sees an organism once: two boxes of one view are two organisms. */
  readonly views: Set<number>;
}

/** The box that is the given share of the way from one to another. */
function between(from: Box, to: Box, share: number): Box {
  const at = (key: keyof Box) => from[key] + (to[key] - from[key]) * share;
  return { x: at('x'), y: at('y'), width: at('width'), height: at('height') };
}
