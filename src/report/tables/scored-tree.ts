/** The taxonomy for a terminal with a score beside each node. */
import type { Evaluation } from '../../evaluation/evaluate.js';
import { drawTree } from '../../taxonomy/draw-tree.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

/** Inner nodes: their accuracy among their children; leaves: recall; each with its number of images. */
export function scoredTree(taxonomy: Taxonomy, { perNode, perClass }: Evaluation): string {
  const nodes = new Map(perNode?.map((node) => [node.path, node]));
  const leaves = new Map(perClass.map((score) => [score.class, score]));
  const line = (share: number | null | undefined, images: number | undefined) =>
    `${share == null ? '-' : `${(100 * share).toFixed(1)} %`} of ${String(images ?? 0).padStart(4)}`;
  return drawTree(taxonomy, {
    annotate({ path, label }) {
      if (label === undefined) return line(nodes.get(path)?.accuracy, nodes.get(path)?.images);
      return line(leaves.get(label)?.recall, leaves.get(label)?.support);
    },
  });
}
