/** Attribution as it is defined, with no shortcut: compose a new matrix with the oracle in place, and decide it again. */
import { greedyDescent } from '../../../src/decision/greedy-descent.js';
import { mostProbableLeaf } from '../../../src/decision/most-probable-leaf.js';
import type { Routing } from '../../../src/evaluation/attribution/routing.js';
import type { Predictions } from '../../../src/evaluation/predictions.js';
import type { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

export function decide({ probabilities, classes }: Predictions, taxonomy: Taxonomy, routing: Routing): string[] {
  const decided =
    routing === 'greedy'
      ? greedyDescent(probabilities, classes, taxonomy)
      : mostProbableLeaf(probabilities, classes.length);
  return Array.from(decided, (c) => classes[c] as string);
}

export const hitsOf = ({ classes, labels }: Predictions, decided: readonly string[]) =>
  decided.filter((name, image) => classes[labels[image] as number] === name).length;

/** Hits if all `perfect` nodes send every image of a class below them to the right child. */
export function hitsWith(
  perfect: readonly string[],
  predictions: Predictions,
  taxonomy: Taxonomy,
  routing: Routing,
): number {
  const { classes, labels } = predictions;
  const rows = Array.from(labels, (label, image) => {
    const row = new Map(classes.map((name, c) => [name, predictions.probabilities[image * classes.length + c] ?? 0]));
    const p = (path: string) => taxonomy.classesBelow(path).reduce((sum, name) => sum + (row.get(name) ?? 0), 0);
    const path = taxonomy.lineage(taxonomy.leafOf(classes[label] as string));
    const conditional = (node: string, child: string) => {
      if (perfect.includes(node) && path.includes(node)) return path.includes(child) ? 1 : 0;
      return p(child) / p(node);
    };
    return classes.map((name) => {
      const nodes = taxonomy.lineage(taxonomy.leafOf(name));
      return nodes.slice(1).reduce((product, child, i) => product * conditional(nodes[i] as string, child), 1);
    });
  });
  const recomposed = { ...predictions, probabilities: Float64Array.from(rows.flat()) };
  return hitsOf(predictions, decide(recomposed, taxonomy, routing));
}
