/** Body plan: an elongated, segmented body with antennae, legs and a forked tail (in the manner of copepods). */
import { bend } from './bend.js';
import type { Draws } from './random.js';
import { type Point, polar, type Sketch } from './sketch.js';

export interface ElongatedTraits {
  readonly plan: 'elongated';
  /** Length from head to tail, pixels; lengths below are shares of it. */
  readonly size: number;
  /** Width of the body, share of the front body's length. */
  readonly girth: number;
  readonly antenna: number;
  /** How far the antennae sweep back, radians from base to tip. */
  readonly sweep: number;
  /** Length of the narrow hind body; 0: none. */
  readonly tail: number;
  /** Pairs of legs, and a leg's length. */
  readonly legs: number;
  readonly legLength: number;
  readonly eye: number;
  /** Length of the two egg sacs; 0: none. */
  readonly eggs: number;
  /** Opacity of the body, and of the oil sac in it. */
  readonly density: number;
  readonly oil: number;
}

/** Half-width of the front body at `s` (0 head, 1 end), as a share of the greatest. */
function profile(s: number): number {
  return s ** 0.5 * (1 - s) ** 0.38 * 1.83;
}

/** A limb that starts at `base` towards `direction` and turns by `sweep` radians on its way. */
function limb(base: Point, direction: number, length: number, sweep: number): Point[] {
  const steps = 6;
  const points = [base];
  let { x, y } = base;
  for (let i = 0; i < steps; i++) {
    const step = polar(length / steps, direction + (sweep * (i + 0.5)) / steps);
    x += step.x;
    y += step.y;
    points.push({ x, y });
  }
  return points;
}

export function drawElongated(traits: ElongatedTraits, draws: Draws, sketch: Sketch): void {
  const length = draws.scaled(traits.size, 0.16);
  const tail = length * (traits.tail === 0 ? 0 : draws.scaled(traits.tail, 0.12));
  const front = length - tail;
  const half = (front * draws.scaled(traits.girth, 0.12)) / 2;
  const hair = Math.max(0.6, length * 0.009);
  const curve = bend(draws.normal(0, 0.25), length);
  // x runs from tail to head; the body is centred on the origin.
  const head = length / 2;
  const along = (s: number, side: number): Point =>
    curve({ x: head - s * front, y: side * Math.max(half * profile(s), s > 0.5 ? half * 0.18 : 0) });

  const antenna = draws.scaled(traits.antenna, 0.13) * length;
  const sweep = draws.normal(traits.sweep, 0.25);
  for (const side of [-1, 1]) {
    const broken = draws.chance(0.08) ? draws.uniform(0.3, 0.6) : 1;
    const base = along(0.1, side * 0.5);
    const direction = side * (1.15 + draws.normal(0, 0.12));
    sketch.line(limb(base, direction, antenna * broken, side * sweep), 0.75, hair * 1.5);
  }

  const legs = draws.count(traits.legs, 0.12, 1);
  const legLength = draws.scaled(traits.legLength, 0.18) * length;
  const stride = draws.normal(0.5, 0.2);
  for (let i = 0; i < legs; i++) {
    for (const side of [-1, 1]) {
      const base = along(0.3 + (0.5 * i) / Math.max(1, legs - 1), side * 0.8);
      const direction = side * (1.7 + stride * (i / legs) + draws.normal(0, 0.1));
      sketch.line(limb(base, direction, legLength * draws.scaled(1, 0.1), side * 0.7), 0.55, hair * 1.1);
    }
  }

  if (tail > 0) {
    const segments = 4;
    for (let i = 0; i < segments; i++) {
      const centre = curve({ x: head - front - (tail * 0.75 * (i + 0.5)) / segments, y: 0 });
      const width = half * (0.24 - 0.03 * i);
      sketch.ellipse(centre, (tail * 0.8) / segments / 2, width, 0, { fill: 0.4, edge: 0.4, width: 0.7 });
    }
    const spread = draws.uniform(0.12, 0.35);
    for (const side of [-1, 1]) {
      for (let i = 0; i < 3; i++) {
        const base = curve({ x: head - front - tail * 0.72, y: side * half * 0.1 });
        sketch.line(limb(base, Math.PI - side * spread * (0.5 + i * 0.6), tail * 0.45, 0), 0.45, hair);
      }
    }
  }

  const outline: Point[] = [];
  for (let i = 0; i <= 10; i++) outline.push(along(i / 10, 1));
  for (let i = 10; i >= 0; i--) outline.push(along(i / 10, -1));
  const density = draws.scaled(traits.density, 0.15);
  sketch.shape(outline, { fill: density, edge: 0.6, width: Math.max(0.8, length * 0.012) });
  for (const s of [0.34, 0.5, 0.64, 0.77, 0.88]) {
    const at = s + draws.normal(0, 0.012);
    sketch.line([along(at, 0.95), along(at + 0.02, 0), along(at, -0.95)], 0.22, hair);
  }

  const oil = draws.scaled(traits.oil, 0.2);
  const sac = along(draws.uniform(0.42, 0.54), draws.normal(0, 0.08));
  sketch.ellipse(sac, front * draws.scaled(0.2, 0.15), half * draws.scaled(0.42, 0.15), 0, { fill: oil });
  sketch.line([along(0.2, 0), along(0.6, 0.05), along(0.98, 0)], 0.3, hair * 1.6);
  const eye = Math.max(0.7, draws.scaled(traits.eye, 0.18) * length);
  sketch.ellipse(along(0.1, 0), eye, eye * 0.9, 0, { fill: 0.8 });

  if (traits.eggs > 0) {
    const sacLength = draws.scaled(traits.eggs, 0.15) * length;
    for (const side of [-1, 1]) {
      const sacWidth = sacLength * 0.38;
      const centre = curve({ x: head - front - sacLength * 0.35, y: side * (sacWidth / 2 + half * 0.2) });
      sketch.ellipse(centre, sacLength / 2, sacWidth / 2, -side * 0.3, { fill: 0.5, edge: 0.5, width: 0.8 });
    }
  }
}
