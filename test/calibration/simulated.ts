/** Images whose probabilities are off in a known way, for simulations: what a classifier says is not what is true. */
import { type Random, random } from '../../src/random.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

export const simulatedTree = Taxonomy.fromLineages(
  ['A>a>1', 'A>a>2', 'A>b>1', 'A>b>2', 'A>b>3', 'B>1', 'B>c>1', 'B>c>2'].map((path) => ({
    label: path,
    lineage: ['R', ...path.split('>')],
  })),
);
export const simulatedClasses = [...simulatedTree.classes].reverse();

/** A row of probabilities: softmax of normal logits. */
function drawRow(draw: Random, k: number, spread: number): Float64Array {
  const weights = Float64Array.from({ length: k }, () => Math.exp(spread * draw.normal()));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

function drawFrom(row: Float64Array, draw: Random): number {
  let left = draw.uniform();
  const found = row.findIndex((p) => {
    left -= p;
    return left < 0;
  });
  return found < 0 ? row.length - 1 : found;
}

/**
 * Predictions whose true labels are drawn from the row at temperature `off`: 1 is a classifier that means what it says,
 * above 1 one that is too sure.
 */
export function simulate(images: number, { seed, off, spread = 2.5 }: { seed: number; off: number; spread?: number }) {
  const draw = random(seed, 'simulated images');
  const k = simulatedClasses.length;
  const probabilities = new Float64Array(images * k);
  const labels = new Int32Array(images);
  for (let image = 0; image < images; image++) {
    const row = drawRow(draw, k, spread);
    probabilities.set(row, image * k);
    const powers = row.map((p) => p ** (1 / off));
    const sum = powers.reduce((a, b) => a + b, 0);
    labels[image] = drawFrom(
      powers.map((power) => power / sum),
      draw,
    );
  }
  return { classes: simulatedClasses, probabilities, labels };
}

export type Simulated = ReturnType<typeof simulate>;

/** The images at `indices`. */
export function pick({ classes, probabilities, labels }: Simulated, indices: readonly number[]): Simulated {
  const k = classes.length;
  const rows = new Float64Array(indices.length * k);
  indices.forEach((from, to) => {
    rows.set(probabilities.subarray(from * k, (from + 1) * k), to * k);
  });
  return { classes, probabilities: rows, labels: Int32Array.from(indices, (i) => labels[i] as number) };
}

/**
 * The mean of `risk` over many draws of calibration and new images from one pool, and its standard error: the images of
 * a draw are exchangeable, whatever the pool.
 */
export function meanRisk(
  pool: Simulated,
  { draws, calibration, fresh }: { draws: number; calibration: number; fresh: number },
  risk: (calibration: Simulated, fresh: Simulated) => number,
): { mean: number; error: number } {
  const draw = random(7, 'draws');
  const order = Array.from(pool.labels.keys());
  const risks = Float64Array.from({ length: draws }, () => {
    draw.shuffle(order);
    return risk(pick(pool, order.slice(0, calibration)), pick(pool, order.slice(calibration, calibration + fresh)));
  });
  const mean = risks.reduce((a, b) => a + b, 0) / draws;
  const variance = risks.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws - 1);
  return { mean, error: Math.sqrt(variance / draws) };
}
