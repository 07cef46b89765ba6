/** The units of a tree: its nodes, each with a network of its own. */

import type { ImageListing } from '../dataset/listing.js';
import { printPath } from '../taxonomy/names.js';
import type { DecidingNode } from '../taxonomy/nodes.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { Unit } from './units.js';

/** A node with few images is trained for at least so many steps. */
const FEWEST_STEPS = 100;

export interface NodeTraining {
  readonly epochs: number;
  readonly batch: number;
  /** Share of the images that are trained on. */
  readonly share: number;
}

/**
 * @param nodes    those that are trained
 * @param labelled how many images each class has
 */
export function nodeUnits(
  taxonomy: Taxonomy,
  nodes: readonly DecidingNode[],
  labelled: ReadonlyMap<string, number>,
  { epochs, batch, share }: NodeTraining,
): Unit[] {
  return nodes.map(({ path }, index) => {
    const images = taxonomy.classesBelow(path).reduce((sum, name) => sum + (labelled.get(name) ?? 0), 0);
    return {
      name: path === '' ? 'root' : printPath(path),
      key: String(index),
      cost: Math.max(Math.round(images * share * epochs), FEWEST_STEPS * batch),
      stage: 1,
    };
  });
}

/** Where nothing else is said. */
export const USUAL_TRAIN_SHARE = 0.8;

/** How many images each class has. */
export function imagesOfClasses({ records }: ImageListing): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of records) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
