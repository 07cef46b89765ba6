/** What a centre-based detector has to put out for a frame: heat, and for the pixels around each centre the organism's box. */
import type { Box } from '../../../box.js';

/** Maps of a frame: side, and pixels of the frame along a pixel of the map. */
export interface Maps {
  readonly side: number;
  readonly stride: number;
  /** Organisms that a pixel of the map can hold. */
  readonly slots: number;
}

/** Pixels that a size of 1 in the maps stands for: sizes are logarithms, about 0 for an organism of usual size. */
export const USUAL_SIDE = 32;

/** Numbers that tell the box of an organism: offset of its centre from that of the pixel (pixels of the map), ln of its sides. */
export const BOX_NUMBERS = 4;

/** Deviation of the heat around a centre, of the side of a box (TTFNet; Liu et al., 2020). */
const SPREAD = 0.09;
const LEAST_SPREAD = 0.4;
/** Deviations at which the heat ends. */
const REACH = 3;
/** The middle of an organism, whose pixels tell its box, and the deviation of their weight, as shares of its sides. */
const MIDDLE = 0.5;
const BOX_SPREAD = 0.15;

export interface CentreTargets {
  /** [side, side, slots]: 1 at a centre for each slot that holds an organism, less around it, 0 elsewhere. */
  readonly heat: Float32Array;
  /** [side, side, slots, 4]. */
  readonly boxes: Float32Array;
  /** [side, side, slots]: how much a box counts; 1 at centres, less beside them. */
  readonly weights: Float32Array;
}

/**
 * The targets of a frame. A pixel holds the organisms whose centres are at most one pixel away from it, its own first: of two centres so
 * close only one would remain a maximum. Pixels of the middle of an organism tell its box, too: there are many of them, and only one
 * centre (TTFNet; Liu et al., 2020).
 */
export function centreTargets(boxes: readonly Box[], { side, stride, slots }: Maps): CentreTargets {
  const heat = new Float32Array(side * side * slots);
  const targets = new Float32Array(side * side * slots * BOX_NUMBERS);
  const weights = new Float32Array(side * side * slots);
  const held = new Map<number, Claim[]>();
  const organisms = boxes.map((box) => organismOf(box, side, stride));
  for (const organism of organisms) {
    spread(heat, organism, side, slots);
    forEachPixel(organism, side, organism.reach, (at, x, y) => {
      const [right, down] = [x - organism.column, y - organism.row];
      const steps = Math.max(Math.abs(right), Math.abs(down));
      const weight = bell(right / organism.boxSpread.x, down / organism.boxSpread.y);
      const claims = held.get(at) ?? [];
      claims.push({ organism, rank: Math.min(steps, 2), weight });
      held.set(at, claims);
    });
  }
  for (const [at, claims] of held) {
    claims.sort((a, b) => a.rank - b.rank || b.weight - a.weight);
    const [x, y] = [at % side, Math.floor(at / side)];
    const isCentre = claims[0]?.rank === 0;
    for (let slot = 0; slot < slots; slot++) {
      const claim = claims[slot];
      const i = at * slots + slot;
      if (isCentre) heat[i] = claim === undefined || claim.rank > 1 ? 0 : 1;
      if (claim === undefined) continue;
      const { organism, weight } = claim;
      weights[i] = weight;
      targets.set(
        [organism.x - x - 0.5, organism.y - y - 0.5, Math.log(organism.width), Math.log(organism.height)],
        i * BOX_NUMBERS,
      );
    }
  }
  return { heat, boxes: targets, weights };
}

/** An organism whose box a pixel may tell. */
interface Claim {
  readonly organism: Organism;
  /** Pixels from its centre: 0, 1, or 2 for more. */
  readonly rank: number;
  readonly weight: number;
}

/** A box in the maps: its centre and the pixel that this is in; its sides in usual sides. */
interface Organism {
  readonly x: number;
  readonly y: number;
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
  /** Deviations of the heat, and of the weight of its box. */
  readonly spread: Pair;
  readonly boxSpread: Pair;
  /** Pixels from the centre that tell the box. */
  readonly reach: Pair;
}

interface Pair {
  readonly x: number;
  readonly y: number;
}

function organismOf(box: Box, side: number, stride: number): Organism {
  const x = (box.x + box.width / 2) / stride;
  const y = (box.y + box.height / 2) / stride;
  const within = (value: number) => Math.min(side - 1, Math.max(0, Math.floor(value)));
  const both = (of: (length: number) => number): Pair => ({ x: of(box.width / stride), y: of(box.height / stride) });
  return {
    x,
    y,
    column: within(x),
    row: within(y),
    width: box.width / USUAL_SIDE,
    height: box.height / USUAL_SIDE,
    spread: both((length) => Math.max(LEAST_SPREAD, SPREAD * length)),
    boxSpread: both((length) => Math.max(LEAST_SPREAD, BOX_SPREAD * length)),
    reach: both((length) => Math.max(1, Math.floor((MIDDLE * length) / 2))),
  };
}

const bell = (x: number, y: number) => Math.exp(-(x ** 2 + y ** 2) / 2);

function spread(heat: Float32Array, organism: Organism, side: number, slots: number): void {
  const { column, row, spread: of } = organism;
  const reach = { x: Math.ceil(REACH * of.x), y: Math.ceil(REACH * of.y) };
  forEachPixel(organism, side, reach, (at, x, y) => {
    const value = bell((x - column) / of.x, (y - row) / of.y);
    for (let slot = 0; slot < slots; slot++) {
      const i = at * slots + slot;
      heat[i] = Math.max(heat[i] as number, value);
    }
  });
}

/** The pixels of the map that are at most so far from the organism's centre. */
function forEachPixel(
  { column, row }: Organism,
  side: number,
  reach: Pair,
  work: (at: number, x: number, y: number) => void,
): void {
  for (let y = Math.max(0, row - reach.y); y <= Math.min(side - 1, row + reach.y); y++) {
    for (let x = Math.max(0, column - reach.x); x <= Math.min(side - 1, column + reach.x); x++) {
      work(y * side + x, x, y);
    }
  }
}
