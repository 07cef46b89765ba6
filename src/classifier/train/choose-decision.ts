/** What is chosen for a tree on the validation set: temperatures, the share of the flat head, and the routing. */
import { fitMixture } from '../../calibration/mixture.js';
import { stopScores } from '../../calibration/stop-threshold.js';
import { fitTemperature, usableTemperature } from '../../calibration/temperature.js';
import type { ImageSet } from '../../dataset/images.js';
import { decideLeaves } from '../../decision/decide-leaves.js';
import { evaluate } from '../../evaluation/evaluate.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { TrainingData } from '../data/training-data.js';
import { withClass } from '../data/truth.js';
import type { Leaves } from '../predict/leaf-predictor.js';
import { ownRouting, rescaled, routed } from '../predict/routing.js';
import type { Routing, TreeDecision, TreeDescription } from '../schema.js';

/** The decision before anything is chosen. */
export function undecided(headKind: TreeDescription['headKind']): TreeDecision {
  return { routing: ownRouting(headKind), flatShare: null, temperatures: null, validation: [] };
}

/** A tree, as far as it matters here. */
interface Undecided {
  readonly classes: readonly string[];
  readonly taxonomy: Taxonomy;
  readonly description: Pick<TreeDescription, 'headKind'>;
  leaves(images: ImageSet): Promise<Leaves>;
}

/**
 * Chooses on the validation set: temperatures, the flat head's share in a combination, and the routing with the
 * lowest log-loss (between equals the higher accuracy). On a few thousand images, routings differ in accuracy by less than
 * chance; their log-losses differ by more.
 */
export async function chooseDecision(tree: Undecided, { images, truth, split }: TrainingData): Promise<TreeDecision> {
  const { headKind } = tree.description;
  const validation = withClass(images, truth, split.validation);
  if (validation.count === 0) return undecided(headKind);
  const { classes, taxonomy } = tree;
  const { labels } = validation;
  const leaves = await tree.leaves(validation);
  const temperatureOf = (probabilities: Float32Array) =>
    usableTemperature(fitTemperature({ classes, probabilities, labels }));
  const temperatures = {
    tree: temperatureOf(leaves.tree),
    flat: leaves.flat === undefined ? null : temperatureOf(leaves.flat),
  };
  const k = classes.length;
  const own = ownRouting(headKind);
  const ofTree = routed(leaves, k, { routing: own, flatShare: null, temperatures });
  const flat = leaves.flat && rescaled(leaves.flat, k, temperatures.flat);
  const flatShare = flat === undefined ? null : fitMixture(flat, ofTree, labels, k);
  const candidates: [Routing, Float32Array][] = [
    [own, ofTree],
    ['greedy', ofTree],
  ];
  if (flatShare !== null) {
    candidates.push(['combined', routed(leaves, k, { routing: 'combined', flatShare, temperatures })]);
  }
  const scored = candidates.map(([routing, probabilities]) => {
    const decisions = decideLeaves(probabilities, classes, { routing, taxonomy });
    const predictions = { classes, probabilities, labels, decisions };
    const { accuracy, logLoss } = evaluate(predictions);
    return { score: { routing, accuracy, logLoss }, predictions };
  });
  const [best] = scored.toSorted((a, b) => a.score.logLoss - b.score.logLoss || b.score.accuracy - a.score.accuracy);
  return {
    routing: best?.score.routing ?? own,
    flatShare,
    temperatures,
    validation: scored.map(({ score }) => score),
    stop: best && stopScores(best.predictions, { taxonomy }),
  };
}
