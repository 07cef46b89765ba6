/** What a centre-based detector has to put out for a frame: heat, and for the pixels around each centre the organism's box. */
import type { Box } from '../../box.js';

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

export interface CentreTargets {
  /** [side, side, slots]: 1 at a centre for each slot that holds an organism, less around it, 0 elsewhere. */
  readonly heat: Float32Array;
  /** [side, side, slots, 4]. */
  readonly boxes: Float32Array;
  /** [side, side, slots]: how much a box counts; 1 at centres, the heat beside them. */
  readonly weights: Float32Array;
}

/**
 * The targets of a frame. A pixel holds the organisms whose centres are at most one pixel away from it, its own first: of two centres so
 * close only one would remain a maximum.
 */
export function centreTargets(boxes: readonly Box[], { side, stride, slots }: Maps): CentreTargets {
  const heat = new Float32Array(side * side * slots);
  const targets = new Float32Array(side * side * slots * BOX_NUMBERS);
  const weights = new Float32Array(side * side * slots);
  const around = new Map<number, { readonly organism: Organism; readonly own: boolean; readonly distance: number }[]>();
  const organisms = boxes.map((box) => organismOf(box, side, stride));
  for (const organism of organisms) {
    spread(heat, organism, side, slots);
    for (let y = organism.row - 1; y <= organism.row + 1; y++) {
      for (let x = organism.column - 1; x <= organism.column + 1; x++) {
        if (x < 0 || y < 0 || x >= side || y >= side) continue;
        const at = y * side + x;
        const own = y === organism.row && x === organism.column;
        const distance = Math.hypot(organism.x - x - 0.5, organism.y - y - 0.5);
        const held = around.get(at) ?? [];
        held.push({ organism, own, distance });
        around.set(at, held);
      }
    }
  }
  for (const [at, held] of around) {
    held.sort((a, b) => Number(b.own) - Number(a.own) || a.distance - b.distance);
    const [x, y] = [at % side, Math.floor(at / side)];
    const isCentre = held[0]?.own === true;
    for (let slot = 0; slot < slots; slot++) {
      const { organism } = held[slot] ?? {};
      const i = at * slots + slot;
      if (isCentre) heat[i] = organism === undefined ? 0 : 1;
      if (organism === undefined) continue;
      weights[i] = isCentre ? 1 : heatOf(organism, x, y);
      targets.set(
        [organism.x - x - 0.5, organism.y - y - 0.5, Math.log(organism.width), Math.log(organism.height)],
        i * BOX_NUMBERS,
      );
    }
  }
  return { heat, boxes: targets, weights };
}

/** A box in the maps: its centre and the pixel that this is in; its sides in usual sides. */
interface Organism {
  readonly x: number;
  readonly y: number;
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
  readonly spreadX: number;
  readonly spreadY: number;
}

function organismOf(box: Box, side: number, stride: number): Organism {
  const x = (box.x + box.width / 2) / stride;
  const y = (box.y + box.height / 2) / stride;
  const within = (value: number) => Math.min(side - 1, Math.max(0, Math.floor(value)));
  const spreadOf = (length: number) => Math.max(LEAST_SPREAD, (SPREAD * length) / stride);
  return {
    x,
    y,
    column: within(x),
    row: within(y),
    width: box.width / USUAL_SIDE,
    height: box.height / USUAL_SIDE,
    spreadX: spreadOf(box.width),
    spreadY: spreadOf(box.height),
  };
}

const heatOf = ({ column, row, spreadX, spreadY }: Organism, x: number, y: number) =>
  Math.exp(-(((x - column) / spreadX) ** 2 + ((y - row) / spreadY) ** 2) / 2);

function spread(heat: Float32Array, organism: Organism, side: number, slots: number): void {
  const [reachX, reachY] = [Math.ceil(REACH * organism.spreadX), Math.ceil(REACH * organism.spreadY)];
  for (let y = Math.max(0, organism.row - reachY); y <= Math.min(side - 1, organism.row + reachY); y++) {
    for (let x = Math.max(0, organism.column - reachX); x <= Math.min(side - 1, organism.column + reachX); x++) {
      const value = heatOf(organism, x, y);
      for (let slot = 0; slot < slots; slot++) {
        const i = (y * side + x) * slots + slot;
        heat[i] = Math.max(heat[i] as number, value);
      }
    }
  }
}
