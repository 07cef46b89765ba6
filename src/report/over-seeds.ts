/** Whether classifiers show by themselves what another seed changes. */
import type { Description } from '../classifier/schema.js';

/** What a classifier is, but for what its training came to. */
const SETTINGS = ['kind', 'network', 'sources', 'trunk', 'head', 'headKind', 'lineages'];

/** How a classifier was trained; a mixture was not, but for its members. */
function trainingOf(description: Description): { readonly seed: number } {
  if (description.kind !== 'features') return description.training;
  const { decider, split } = description;
  if (decider.kind === 'mixture') return { seed: split.seed };
  return decider.kind === 'head' ? decider.training : decider.settings;
}

/** Whether any two of the classifiers were trained alike but for the seed. */
export function trainedOverSeeds(descriptions: readonly Description[]): boolean {
  const seeds = new Map<string, Set<number>>();
  for (const description of descriptions) {
    const { seed, ...training } = trainingOf(description);
    const settings = Object.entries(description).filter(([key]) => SETTINGS.includes(key));
    const key = JSON.stringify([settings, training]);
    seeds.set(key, (seeds.get(key) ?? new Set()).add(seed));
  }
  return [...seeds.values()].some((alike) => alike.size > 1);
}
