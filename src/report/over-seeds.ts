/** Whether classifiers show by themselves what another seed changes. */
import type { Description } from '../classifier/schema.js';

/** What a classifier is, but for what its training came to. */
const SETTINGS = ['kind', 'network', 'trunk', 'head', 'headKind', 'lineages'];

/** Whether any two of the classifiers were trained alike but for the seed. */
export function trainedOverSeeds(descriptions: readonly Description[]): boolean {
  const seeds = new Map<string, Set<number>>();
  for (const description of descriptions) {
    const { seed, ...training } = description.training;
    const settings = Object.entries(description).filter(([key]) => SETTINGS.includes(key));
    const key = JSON.stringify([settings, training]);
    seeds.set(key, (seeds.get(key) ?? new Set()).add(seed));
  }
  return [...seeds.values()].some((alike) => alike.size > 1);
}
