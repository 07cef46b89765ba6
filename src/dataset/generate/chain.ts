/** Body plan: a chain of equal segments, bare or with long bristles (in the manner of chain-forming diatoms). */
import { bend } from './bend.js';
import type { Draws } from './random.js';
import type { Point, Sketch } from './sketch.js';

export interface ChainTraits {
  readonly plan: 'chain';
  /** Width of a segment across the chain, pixels; lengths below are shares of it. */
  readonly size: number;
  readonly segments: number;
  /** Length of a segment along the chain, and of the gap to the next. */
  readonly stretch: number;
  readonly gap: number;
  /** Exponent of the segment's superellipse: 2 an ellipse, 8 nearly a box. */
  readonly boxiness: number;
  /** Turn of the chain from end to end, radians. */
  readonly curl: number;
  readonly nucleus: number;
  /** Length of the four bristles at a segment's corners; 0: none. */
  readonly bristle: number;
  /** Opacity of a segment. */
  readonly density: number;
}

export function drawChain(traits: ChainTraits, draws: Draws, sketch: Sketch): void {
  const width = draws.scaled(traits.size, 0.16);
  const segments = draws.count(traits.segments, 0.22, 2);
  const long = width * draws.scaled(traits.stretch, 0.1);
  const pitch = long + width * draws.scaled(traits.gap, 0.2);
  const length = pitch * segments;
  const curve = bend(draws.normal(traits.curl, 0.3 + traits.curl * 0.3), length);
  const density = draws.scaled(traits.density, 0.15);
  const nucleus = (width / 2) * draws.scaled(traits.nucleus, 0.16);
  const bristle = width * draws.scaled(Math.max(traits.bristle, 1e-9), 0.16);
  const lean = draws.normal(0, 0.15);

  sketch.line(
    [-0.5, -0.25, 0, 0.25, 0.5].map((s) => curve({ x: s * (length - pitch), y: 0 })),
    0.45,
    1,
  );
  for (let i = 0; i < segments; i++) {
    const x = (i + 0.5) * pitch - length / 2;
    const [a, b] = [(long / 2) * draws.scaled(1, 0.05), (width / 2) * draws.scaled(1, 0.05)];
    const outline: Point[] = Array.from({ length: 20 }, (_, k) => {
      const [cos, sin] = [Math.cos((k / 20) * 2 * Math.PI), Math.sin((k / 20) * 2 * Math.PI)];
      const power = 2 / traits.boxiness;
      const u = a * Math.sign(cos) * Math.abs(cos) ** power;
      return curve({ x: x + u, y: b * Math.sign(sin) * Math.abs(sin) ** power + lean * u });
    });
    sketch.shape(outline, { fill: density, edge: 0.6, width: Math.max(0.8, width * 0.07) });
    const centre = curve({ x: x + draws.normal(0, a * 0.12), y: draws.normal(0, b * 0.12) });
    sketch.ellipse(centre, nucleus, nucleus * 0.85, draws.uniform(0, 3), { fill: 0.5 });

    if (traits.bristle === 0) continue;
    for (const side of [-1, 1]) {
      for (const end of [-1, 1]) {
        if (draws.chance(0.1)) continue;
        const reach = bristle * draws.scaled(1, 0.12);
        const tip = { x: x + end * (a + reach * draws.uniform(0.1, 0.5)), y: side * (b + reach) };
        const middle = { x: x + end * (a + reach * 0.08), y: side * (b + reach * 0.5) };
        sketch.line([curve({ x: x + end * a * 0.9, y: side * b * 0.9 }), curve(middle), curve(tip)], 0.55, 0.9);
      }
    }
  }
}
