/** The taxonomy as a drawing in plain text, with a score beside each node. */
import type { Evaluation } from '../../evaluation/evaluate.js';
import { drawTree } from '../../taxonomy/draw-tree.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { percent } from '../../units.js';

/**
 * One line a node. Beside an inner node stands its accuracy, the share of its images that go to the right child; beside
 * a leaf its recall; each with the number of images.
 * @param evaluation with the same taxonomy
 */
export function scoredTree(taxonomy: Taxonomy, { perNode, perClass }: Evaluation): string {
  const nodes = new Map(perNode?.map((node) => [node.path, node]));
  const leaves = new Map(perClass.map((score) => [score.class, score]));
  const line = (share: number | null | undefined, images: number | undefined) =>
    `${share == null ? '-' : percent(share)} of ${String(images ?? 0).padStart(4)}`;
  return drawTree(taxonomy, {
    annotate({ path, label }) {
      if (label === undefined) return line(nodes.get(path)?.accuracy, nodes.get(path)?.images);
      return line(leaves.get(label)?.recall, leaves.get(label)?.support);
    },
  });
}
