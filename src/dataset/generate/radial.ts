/** Body plan: a sphere with radiating spines (in the manner of radiolarians and acantharians). */
import type { Draws } from './random.js';
import { type Point, polar, type Sketch } from './sketch.js';

export interface RadialTraits {
  readonly plan: 'radial';
  /** Diameter over the spines, pixels. */
  readonly size: number;
  /** Radius of the core, share of the whole radius. */
  readonly core: number;
  /** Opacity of the core. */
  readonly density: number;
  readonly spines: number;
  /** Width of a spine at its base, share of the whole radius. */
  readonly spineWidth: number;
  /** Deviation of the spines' lengths, share of the length. */
  readonly ragged: number;
  /** Radius of the dark nucleus, share of the core's radius. */
  readonly nucleus: number;
  readonly bubbles: number;
  /** Radius of a pale ring around the core, share of the whole radius; 0: none. */
  readonly halo: number;
}

/** A circle whose radius wavers, as a closed shape's points. */
function roughCircle(radius: number, waver: number, draws: Draws): Point[] {
  const phase = draws.uniform(0, 2 * Math.PI);
  return Array.from({ length: 18 }, (_, i) => {
    const angle = (i / 18) * 2 * Math.PI;
    return polar(radius * (1 + waver * (Math.sin(2 * angle + phase) + draws.normal(0, 0.5))), angle);
  });
}

export function drawRadial(traits: RadialTraits, draws: Draws, sketch: Sketch): void {
  const radius = draws.scaled(traits.size, 0.17) / 2;
  const core = radius * Math.min(0.9, draws.scaled(traits.core, 0.1));
  const spines = draws.count(traits.spines, 0.12, 4);
  const width = Math.max(0.6, radius * draws.scaled(traits.spineWidth, 0.2));
  const turn = draws.uniform(0, 2 * Math.PI);
  const missing = draws.uniform(0, 0.12);

  for (let i = 0; i < spines; i++) {
    if (draws.chance(missing)) continue;
    const angle = turn + ((i + draws.normal(0, 0.18)) / spines) * 2 * Math.PI;
    const tip = core + (radius - core) * Math.max(0.25, draws.normal(1 - traits.ragged / 2, traits.ragged));
    const side = width / 2 / core;
    sketch.shape([polar(core * 0.9, angle - side), polar(tip, angle), polar(core * 0.9, angle + side)], {
      fill: 0.5,
      edge: 0.35,
      width: 0.5,
    });
  }

  if (traits.halo > 0) {
    const halo = radius * draws.scaled(traits.halo, 0.06);
    sketch.shape(roughCircle(halo, 0.015, draws), { fill: 0.07, edge: 0.35, width: 1 });
  }
  const density = draws.scaled(traits.density, 0.15);
  sketch.shape(roughCircle(core, 0.03, draws), { fill: density, edge: 0.5, width: Math.max(0.8, core * 0.08) });

  const nucleus = core * draws.scaled(traits.nucleus, 0.15);
  const shift = polar(core * draws.uniform(0, 0.15), draws.uniform(0, 2 * Math.PI));
  sketch.ellipse(shift, nucleus, nucleus * draws.uniform(0.8, 1), draws.uniform(0, Math.PI), { fill: 0.45 });

  const bubbles = traits.bubbles === 0 ? 0 : draws.count(traits.bubbles, 0.2, 1);
  for (let i = 0; i < bubbles; i++) {
    const at = polar(core * Math.sqrt(draws.uniform(0.1, 0.95)), draws.uniform(0, 2 * Math.PI));
    const size = core * draws.uniform(0.08, 0.16);
    sketch.ellipse(at, size, size, 0, { fill: 0.12, edge: 0.45, width: 0.6 });
  }
}
