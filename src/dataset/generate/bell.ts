/** Body plan: a translucent bell with tentacles at its rim (in the manner of medusae). */
import type { Draws } from './random.js';
import type { Point, Sketch } from './sketch.js';

export interface BellTraits {
  readonly plan: 'bell';
  /** Width of the bell, pixels; lengths below are shares of it. */
  readonly size: number;
  readonly height: number;
  readonly tentacles: number;
  readonly tentacleLength: number;
  readonly tentacleWidth: number;
  /** Length of the arms around the mouth; 0: none. */
  readonly arms: number;
  /** Radius of the dark organs in the bell. */
  readonly organs: number;
  /** Height of a knob on top; 0: none. */
  readonly knob: number;
  /** Opacity of the bell. */
  readonly density: number;
}

/** A line that hangs down from (x, y) and waves sideways. */
function hanging(x: number, y: number, length: number, drift: number, wave: number, phase: number): Point[] {
  return Array.from({ length: 7 }, (_, i) => {
    const s = i / 6;
    return { x: x + drift * s + wave * length * s * Math.sin(phase + s * 5), y: y + length * s };
  });
}

export function drawBell(traits: BellTraits, draws: Draws, sketch: Sketch): void {
  const width = draws.scaled(traits.size, 0.16);
  const pulse = draws.normal(0, 0.08);
  const half = (width / 2) * (1 + pulse);
  const height = width * draws.scaled(traits.height, 0.1) * (1 - pulse);
  const hang = width * draws.scaled(traits.tentacleLength, 0.18);
  // The bell and what hangs from it are centred on the origin: the rim lies at y = rim, the apex above it.
  const rim = (height - hang) / 2;
  const apex = rim - height;
  const stream = draws.normal(0, 0.2);

  const tentacles = draws.count(traits.tentacles, 0.12, 2);
  const thick = Math.max(0.7, width * traits.tentacleWidth);
  const phase = draws.uniform(0, 6);
  for (let i = 0; i < tentacles; i++) {
    if (draws.chance(0.06)) continue;
    // Seen from the side, tentacles around the rim crowd at the edges.
    const place = -Math.cos((Math.PI * (i + 0.5)) / tentacles);
    const length = hang * draws.uniform(0.7, 1.05);
    const drift = (place * 0.12 + stream) * length;
    const start = rim - Math.sqrt(1 - place * place) * height * 0.08;
    sketch.line(hanging(place * half * 0.97, start, length, drift, 0.06, phase + i * 0.9), 0.5, thick);
  }

  if (traits.arms > 0) {
    const arms = width * draws.scaled(traits.arms, 0.16);
    for (const place of [-0.12, -0.04, 0.04, 0.12]) {
      const points = hanging(
        place * width,
        rim - height * 0.4,
        arms,
        (place + stream) * arms,
        0.08,
        phase + place * 20,
      );
      sketch.line(points, 0.45, Math.max(1.2, width * 0.05));
    }
  }

  if (traits.knob > 0) {
    const knob = width * draws.scaled(traits.knob, 0.15);
    sketch.ellipse({ x: 0, y: apex }, knob * 0.55, knob, 0, { fill: 0.4, edge: 0.45, width: 0.9 });
  }

  const outline: Point[] = [];
  for (let i = 0; i <= 12; i++) {
    const angle = Math.PI * (1 - i / 12);
    outline.push({ x: half * Math.cos(angle) * 0.99, y: rim - height * Math.sin(angle) ** 0.8 });
  }
  for (let i = 1; i < 6; i++) {
    const angle = (Math.PI * i) / 6;
    outline.push({ x: half * 0.92 * Math.cos(angle), y: rim - height * 0.12 * Math.sin(angle) });
  }
  const density = draws.scaled(traits.density, 0.15);
  sketch.shape(outline, { fill: density, edge: 0.55, width: Math.max(0.9, width * 0.025) });
  // The cavity under the bell, seen through its wall.
  const cavity: Point[] = Array.from({ length: 11 }, (_, i) => {
    const angle = Math.PI * (1 - i / 10);
    return { x: half * 0.76 * Math.cos(angle), y: rim - height * 0.08 - height * 0.6 * Math.sin(angle) };
  });
  sketch.line(cavity, 0.3, Math.max(0.7, width * 0.015));
  for (const place of [-0.45, 0, 0.45]) {
    const top = { x: place * half * 0.2, y: apex + height * 0.25 };
    sketch.line([top, { x: place * half * 0.9, y: rim - height * 0.5 }, { x: place * half * 1.4, y: rim }], 0.2, 0.8);
  }
  if (traits.organs > 0) {
    const organ = width * draws.scaled(traits.organs, 0.16);
    for (const place of [-0.42, -0.14, 0.14, 0.42]) {
      const at = { x: place * half, y: rim - height * (0.58 - 0.5 * place * place) };
      sketch.ellipse(at, organ, organ * 0.75, draws.uniform(0, 3), { fill: 0.5 });
    }
  }
}
