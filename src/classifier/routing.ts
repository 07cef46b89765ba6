/** How a tree decides: which routings it knows, and which of them its validation part prefers. */
import { fitMixture } from '../calibration/mixture.js';
import { stopScores } from '../calibration/stop-threshold.js';
import { fitTemperature, scaleTemperature } from '../calibration/temperature.js';
import type { ImageSet } from '../dataset/images.js';
import { greedyDescent } from '../decision/greedy-descent.js';
import { evaluate } from '../evaluation/evaluate.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { Leaves } from './leaf-predictor.js';
import type { Routing, TreeDecision, TreeDescription } from './schema.js';
import type { TrainingData } from './training-data.js';
import { withClass } from './truth.js';

/** The routing that a head is made for. */
export const ownRouting = (head: TreeDescription['head']): Routing => (head === 'path-sum' ? 'path-sum' : 'product');

/** What validation chose comes first. */
export function routingsOf({ head, decision }: Pick<TreeDescription, 'head' | 'decision'>): Routing[] {
  const known: Routing[] = [ownRouting(head), 'greedy', ...(decision.flatShare === null ? [] : ['combined' as const])];
  return [decision.routing, ...known.filter((routing) => routing !== decision.routing)];
}

/** Before anything is chosen. */
export function undecided(head: TreeDescription['head']): TreeDecision {
  return { routing: ownRouting(head), flatShare: null, temperatures: null, validation: [] };
}

/** A tree, as far as it matters here. */
interface Undecided {
  readonly classes: readonly string[];
  readonly taxonomy: Taxonomy;
  readonly description: Pick<TreeDescription, 'head'>;
  leaves(images: ImageSet): Promise<Leaves>;
}

/**
 * Chooses on the validation part: temperatures, the flat head's share in a combination, and the routing with the
 * lowest log-loss (of equals the one with the greater accuracy). Routings differ in accuracy by less than chance does on
 * some thousand images; their log-losses differ by more.
 */
export async function chooseDecision(tree: Undecided, { images, truth, split }: TrainingData): Promise<TreeDecision> {
  const { head } = tree.description;
  const validation = withClass(images, truth, split.validation);
  if (validation.count === 0) return undecided(head);
  const { classes, taxonomy } = tree;
  const { labels } = validation;
  const leaves = await tree.leaves(validation);
  const temperatureOf = (probabilities: Float32Array) => usable(fitTemperature({ classes, probabilities, labels }));
  const temperatures = {
    tree: temperatureOf(leaves.tree),
    flat: leaves.flat === undefined ? null : temperatureOf(leaves.flat),
  };
  const k = classes.length;
  const own = ownRouting(head);
  const ofTree = routed(leaves, k, { routing: own, flatShare: null, temperatures });
  const flat = leaves.flat && rescaled(leaves.flat, k, temperatures.flat);
  const flatShare = flat === undefined ? null : fitMixture(flat, ofTree, labels, k);
  const candidates: [Routing, Float32Array, Int32Array?][] = [
    [own, ofTree],
    ['greedy', ofTree, greedyDescent(ofTree, classes, taxonomy)],
  ];
  if (flatShare !== null) {
    candidates.push(['combined', routed(leaves, k, { routing: 'combined', flatShare, temperatures })]);
  }
  const scored = candidates.map(([routing, probabilities, decisions]) => {
    const predictions = { classes, probabilities, labels };
    const { accuracy, logLoss } = evaluate(predictions, { decisions });
    return { score: { routing, accuracy, logLoss }, predictions, decisions };
  });
  const [best] = scored.toSorted((a, b) => a.score.logLoss - b.score.logLoss || b.score.accuracy - a.score.accuracy);
  return {
    routing: best?.score.routing ?? own,
    flatShare,
    temperatures,
    validation: scored.map(({ score }) => score),
    stop: best && stopScores(best.predictions, { taxonomy, leaves: best.decisions }),
  };
}

/** The probabilities of the leaves by one routing. Greedy descent reads its decisions off the tree's own. */
export function routed(
  { tree, flat }: Leaves,
  k: number,
  { routing, flatShare, temperatures }: Pick<TreeDecision, 'routing' | 'flatShare' | 'temperatures'>,
): Float32Array {
  const ofTree = rescaled(tree, k, temperatures?.tree);
  if (routing !== 'combined' || flat === undefined) return ofTree;
  return mixed(rescaled(flat, k, temperatures?.flat), ofTree, flatShare ?? 0);
}

/** A temperature at the limit says that the images tell nothing about it. */
export function usable({ temperature, atLimit }: { readonly temperature: number; readonly atLimit: boolean }): number {
  return atLimit ? 1 : temperature;
}

/** Probabilities at a temperature; without one as they are. */
export function rescaled(probabilities: Float32Array, k: number, temperature: number | null | undefined): Float32Array {
  if (temperature === undefined || temperature === null || temperature === 1) return probabilities;
  return Float32Array.from(scaleTemperature(probabilities, k, temperature));
}

/** share a + (1 - share) b */
export function mixed(a: Float32Array, b: Float32Array, share: number): Float32Array {
  return a.map((value, i) => share * value + (1 - share) * (b[i] ?? 0));
}
