/** The taxonomies of a study that are known before it starts: the one used for judging, and those of the arms. */
import { fitGroups } from '../classifier/specialists/specialist-groups.js';
import { flatTaxonomy, randomTaxonomy } from '../taxonomy/control-taxonomies.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { StudyConfig } from './config.js';

export interface StudyTaxonomies {
  /** The study's taxonomy, restricted to the classes of the images. */
  readonly judging: Taxonomy | undefined;
  /** @param taxonomy as in an arm: a file, `random`, `flat`, or undefined for the study's own */
  of(taxonomy: string | undefined, seed: number): Taxonomy;
}

const groupFiles = (arms: StudyConfig['arms']): string[] =>
  arms.flatMap((arm) => (arm.kind === 'specialists' ? arm.groups : [])).filter(isFile);

/** The files of all taxonomies, each once. */
export function taxonomyFiles({ taxonomy, arms }: Pick<StudyConfig, 'taxonomy' | 'arms'>): ReadonlySet<string> {
  const named = arms.flatMap((arm) => (arm.kind === 'tree' ? (arm.taxonomy ?? []) : []));
  const ofLabels = arms.flatMap((arm) => ('labels' in arm ? (arm.labels?.of ?? []) : []));
  const ofDecisions = arms.flatMap((arm) => ('decideIn' in arm ? (arm.decideIn ?? []) : []));
  return new Set([taxonomy ?? [], [...named, ...ofLabels, ...ofDecisions].filter(isFile), groupFiles(arms)].flat());
}

/**
 * Reads every file, before images are decoded: `own` is the study's; `fit` restricts all to the classes of the images.
 * @throws CladenetError TAXONOMY
 */
export async function readStudyTaxonomies({ taxonomy: file, singleChild, arms }: StudyConfig) {
  const groups = groupFiles(arms);
  const read = new Map<string, Taxonomy>();
  for (const one of taxonomyFiles({ taxonomy: file, arms })) read.set(one, await readTaxonomy(one, { singleChild }));

  function fit(classes: readonly string[]): StudyTaxonomies {
    const fitted = new Map<string, Taxonomy>();
    for (const [one, taxonomy] of read) {
      const summary = `${one} does not fit the classes of the images`;
      fitted.set(one, orThrow(summary, matchClasses(taxonomy, classes, { allowMissing: true })));
    }
    for (const one of groups) fitGroups(fitted.get(one) as Taxonomy, classes);
    const judging = file === undefined ? undefined : fitted.get(file);
    return {
      judging,
      of(taxonomy, seed) {
        if (taxonomy === 'flat') return flatTaxonomy(classes);
        const chosen = taxonomy === undefined || taxonomy === 'random' ? judging : fitted.get(taxonomy);
        if (chosen === undefined) throw new TypeError('an arm without a taxonomy passed the check');
        return taxonomy === 'random' ? randomTaxonomy(chosen, seed) : chosen;
      },
    };
  }
  return { own: file === undefined ? undefined : read.get(file), fit };
}

const isFile = (source: string | object): source is string =>
  typeof source === 'string' && source !== 'random' && source !== 'flat';

/** A tree as the path of every class, to compare two trees. */
export const lineagesOf = (taxonomy: Taxonomy): string[] =>
  taxonomy.classes.map((name) => `${name}\t${taxonomy.leafOf(name)}`);
