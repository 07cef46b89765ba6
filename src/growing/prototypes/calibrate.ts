/**
 * Puts a prototype's score on the scale of the trained outputs beside it: output = scale x score + offset. Validation images of the known
 * classes decide how large it may be, the new images, each scored by the prototype of the others, how large it has to be.
 */

/** An image, by the prototype and by the classifier as it is. */
export interface Scored {
  /** The prototype's score. */
  readonly score: number;
  /** What the new output has to exceed for the image to be given to the new class: see `neededOutput`. */
  readonly needed: number;
}

export interface Calibration {
  readonly scale: number;
  readonly offset: number;
  /** Of the new images, each left out in turn, those that are given to the new class. */
  readonly found: number;
  /** Images of known classes that were right and are given to the new class. */
  readonly lost: number;
}

/** Beside outputs in units of logits, a discriminant score of log-odds has the scale 1. Children that overlap need less, others can take more. The first of equals is taken. */
const SCALES = [1, 0.5, 2, 0.25, 4];

/** How far the offset stays from what known images need, where no other image is nearer. */
const ROOM = 2;

/**
 * The scale and offset that find most of the new images at the loss that is allowed. The loss is spent: a few images say little about how
 * far the class reaches, so an offset that only just finds them is too careful for the next ones.
 *
 * @param known validation images that are right
 * @param fresh the new images, each scored by the prototype of the others
 * @param most  known images that may be lost
 */
export function calibrate(known: readonly Scored[], fresh: readonly Scored[], most: number): Calibration {
  const tried = SCALES.map((scale): Calibration => {
    /** An image is given to the new class when the offset is above this. */
    const bounds = (images: readonly Scored[]) =>
      images.map(({ score, needed }) => needed - scale * score).sort((a, b) => a - b);
    const [ofKnown, ofFresh] = [bounds(known), bounds(fresh)];
    const spent = Math.floor(most);
    const limit = ofKnown[spent] ?? Number.POSITIVE_INFINITY;
    const found = ofFresh.filter((bound) => bound < limit && bound < Number.POSITIVE_INFINITY).length;
    const last = ofFresh[found - 1] ?? Number.NEGATIVE_INFINITY;
    const least = Math.max(last, ofKnown[spent - 1] ?? Number.NEGATIVE_INFINITY);
    const offset =
      limit < Number.POSITIVE_INFINITY ? limit - Math.min(ROOM, (limit - least) / 2) : Math.max(0, last) + ROOM;
    return { scale, offset, found, lost: ofKnown.filter((bound) => bound < offset).length };
  });
  return tried.reduce((best, one) => (one.found > best.found ? one : best));
}

/**
 * What the new output at a node has to exceed for the new leaf to be the most probable one. Its probability given the node is
 * q = 1 / (1 + exp(logSum - output)); those of the other leaves below the node become 1 - q of what they were.
 *
 * @param reach     probability of the node
 * @param below     of the most probable leaf below it
 * @param elsewhere of the most probable other leaf
 * @param logSum    ln of the sum of the exponentials of the node's outputs
 */
export function neededOutput(reach: number, below: number, elsewhere: number, logSum: number): number {
  const q = Math.max(below / (reach + below), elsewhere / reach);
  return q < 1 ? logSum + Math.log(q / (1 - q)) : Number.POSITIVE_INFINITY;
}
