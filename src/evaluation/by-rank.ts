/** The accuracy at each rank of a taxonomy: at species, at genus, at family. */
import { nodesAtRank, ranksOf } from '../taxonomy/ranks.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** The images judged at a rank. */
export interface RankAccuracy {
  /** In lower case, such as `genus`. */
  readonly rank: string;
  /** Images whose true class is known down to the rank. */
  readonly images: number;
  /** Images whose true class lies above the rank, such as one labelled to family at `genus`, or has no rank at all. */
  readonly leftOut: number;
  /** Share of `images` whose decided class belongs to the same taxon of that rank; null where there are none. */
  readonly accuracy: number | null;
}

/**
 * The accuracy at each rank, from the top down. Where a lineage skips a rank, the first taxon below the rank stands for it.
 * @param classes   the classes that `labels` and `decisions` index
 * @param decisions the class decided on for each image
 * @returns undefined where no node has a rank
 */
export function accuracyAtRank(
  taxonomy: Taxonomy,
  classes: readonly string[],
  labels: Int32Array,
  decisions: Int32Array,
): readonly RankAccuracy[] | undefined {
  const ranks = ranksOf(taxonomy);
  if (ranks.length === 0) return undefined;
  const positions = new Map(taxonomy.classes.map((label, i) => [label, i]));
  const columns = classes.map((label) => positions.get(label) ?? -1);
  return ranks.map((rank) => {
    const nodes = nodesAtRank(taxonomy, rank);
    const at = columns.map((position) => nodes[position]);
    let [images, right] = [0, 0];
    labels.forEach((label, image) => {
      const truth = at[label];
      if (truth === undefined) return;
      images++;
      if (at[decisions[image] ?? -1] === truth) right++;
    });
    return { rank, images, leftOut: labels.length - images, accuracy: images === 0 ? null : right / images };
  });
}
