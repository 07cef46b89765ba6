/** How much organisms overlap, and where two of them overlap as wanted. */
import type { Random } from '../../random.js';
import { sharedPixels } from './mask-bits.js';
import type { Posed } from './pose.js';

/** The upper left corner of an organism's box. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The share of the smaller mask that both organisms have. */
export function overlapOf(a: Posed, at: Place, b: Posed, bt: Place): number {
  const [right, down] = [bt.x - at.x, bt.y - at.y];
  const isApart =
    right >= a.alone.width || -right >= b.alone.width || down >= a.alone.height || -down >= b.alone.height;
  return isApart ? 0 : sharedPixels(a.bits, b.bits, right, down) / Math.min(a.area, b.area);
}

/**
 * A place for an organism beside or over another, so that they overlap as wanted: it moves towards the other from one side
 * until they do. At 0 it stops where they would begin to overlap.
 *
 * @returns undefined where it overlaps less all the way to the other's centre, or by more than `tolerance` too much
 */
export function placeOver(
  fixed: Posed,
  at: Place,
  moving: Posed,
  { wanted, tolerance }: { readonly wanted: number; readonly tolerance: number },
  draws: Random,
): Place | undefined {
  const angle = 2 * Math.PI * draws.uniform();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const centre = {
    x: at.x + (fixed.alone.width - moving.alone.width) / 2,
    y: at.y + (fixed.alone.height - moving.alone.height) / 2,
  };
  const farthest = Math.hypot(fixed.alone.width + moving.alone.width, fixed.alone.height + moving.alone.height) / 2 + 1;
  const place = (distance: number): Place => ({
    x: Math.round(centre.x + cos * distance),
    y: Math.round(centre.y + sin * distance),
  });
  const overlap = (distance: number) => overlapOf(fixed, at, moving, place(distance));
  const isEnough = (value: number) => (wanted === 0 ? value > 0 : value >= wanted);
  // Larger steps might jump over a thin organism.
  const step = Math.max(1, farthest / 48);
  let near = farthest;
  while (near > 0 && !isEnough(overlap(near))) near -= step;
  let far = Math.min(farthest, near + step);
  if (near <= 0) {
    near = 0;
    if (!isEnough(overlap(0))) return Math.abs(overlap(0) - wanted) <= tolerance ? place(0) : undefined;
  }
  while (far - near > 0.5) {
    const middle = (near + far) / 2;
    if (isEnough(overlap(middle))) near = middle;
    else far = middle;
  }
  const [best = far] = [far, near].sort((a, b) => Math.abs(overlap(a) - wanted) - Math.abs(overlap(b) - wanted));
  return Math.abs(overlap(best) - wanted) <= (wanted === 0 ? 0 : tolerance) ? place(best) : undefined;
}
