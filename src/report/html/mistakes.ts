/** Typical mistakes of a node: images from its most frequent confusions, of high and of low confidence. */
import { type AttributionOptions, traceMistakes } from '../../evaluation/attribution/attribute.js';
import type { Predictions } from '../../evaluation/predictions.js';

export interface TypicalMistake {
  /** Position of the image in the predictions. */
  readonly image: number;
  readonly truth: string;
  readonly decided: string;
  /** Of the decided class. */
  readonly probability: number;
}

/**
 * Chooses up to `most` of the mistakes attributed to each node. Each confusion (true class, decided class) gets a share
 * in proportion to its images, the most frequent first; within a confusion the images are spread evenly over the
 * confidences.
 * @returns by path of the node
 */
export function typicalMistakes(
  predictions: Predictions,
  options: AttributionOptions,
  most: number,
): Map<string, TypicalMistake[]> {
  const { classes, labels, probabilities } = predictions;
  const { tree, charges, decisions } = traceMistakes(predictions, options);
  const byNode = new Map<string, Map<string, TypicalMistake[]>>();
  labels.forEach((label, image) => {
    const parting = charges.parting[image] ?? 0;
    if (parting === tree.leaf[label]) return;
    const path = tree.paths[parting] ?? '';
    const confusions = byNode.get(path) ?? new Map<string, TypicalMistake[]>();
    byNode.set(path, confusions);
    const decision = decisions[image] ?? 0;
    const key = `${label} ${decision}`;
    const mistake = {
      image,
      truth: classes[label] ?? '',
      decided: classes[decision] ?? '',
      probability: probabilities[image * classes.length + decision] ?? 0,
    };
    const alike = confusions.get(key);
    if (alike === undefined) confusions.set(key, [mistake]);
    else alike.push(mistake);
  });
  return new Map([...byNode].map(([path, confusions]) => [path, choose([...confusions.values()], most)]));
}

function choose(confusions: readonly TypicalMistake[][], most: number): TypicalMistake[] {
  const all = confusions.reduce((sum, { length }) => sum + length, 0);
  const ordered = [...confusions].sort((a, b) => b.length - a.length);
  const chosen = ordered.flatMap((confusion) => {
    const share = Math.max(1, Math.round((most * confusion.length) / Math.max(all, most)));
    return spread(
      [...confusion].sort((a, b) => b.probability - a.probability || a.image - b.image),
      Math.min(share, confusion.length),
    );
  });
  return chosen.slice(0, most);
}

/** The items in the middle of `n` equal parts of a list. */
const spread = <T>(list: readonly T[], n: number): T[] =>
  Array.from({ length: n }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / n)]).flatMap((item) => item ?? []);
