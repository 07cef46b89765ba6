/** Checks whether the sources, the decider and the parts of a classifier on features fit one another. */

import { isDeepStrictEqual } from 'node:util';
import { append } from '../../arrays.js';
import type { Problem } from '../../errors.js';
import { FEATURE_SETS, type FeatureSetName } from '../../features/sets/registry.js';
import { FEATURES_VERSION } from '../../features/version.js';
import type { FeatureSource } from '../feature-schema.js';
import { joinedNames, namesOfSources } from '../features/source-names.js';
import { FOREST } from '../modules.js';
import type { StoredDescription } from '../schema.js';
import { inputProblems } from './check-input.js';

type Biologists = Extract<FeatureSource, { kind: 'biologists' }>;
type StoredFeatures = Extract<StoredDescription, { kind: 'features' }>;

/** What does not fit; each `where` is a field of the description. @throws CladenetError CONFIG for a CNN block that cannot be built */
export function featureProblems(description: StoredFeatures): Problem[] {
  const { sources, decider, preprocessing, members = [] } = description;
  const problems: Problem[] = [];
  const add = (where: string, expected: string, received: string) => problems.push({ where, expected, received });
  const count = (kind: string) => sources.filter((source) => source.kind === kind).length;
  for (const kind of ['biologists', 'deep']) {
    if (count(kind) > 1) add('sources', `at most one of kind ${kind}`, `${count(kind)}`);
  }
  if (count('classifier') !== members.length) {
    add('members', `a classifier for each of ${count('classifier')} sources`, `${members.length}`);
  }
  if (decider.kind === 'mixture' && (sources.length !== 2 || members.length !== 2)) {
    add('sources', 'two classifiers, for a mixture', sources.map(({ kind }) => kind).join(', '));
  }
  sources.forEach((source, i) => {
    if (source.kind === 'biologists') problems.push(...setProblems(source, `sources.${i}`));
    if (source.kind !== 'deep') return;
    append(problems, inputProblems(source.trunk.input, preprocessing, `sources.${i}.trunk.input`));
  });
  return problems.length > 0 ? problems : forestProblems(description);
}

/** Measured features are those that this cladenet measures. */
function setProblems({ set, version, names }: Biologists, where: string): Problem[] {
  const remedy = 'Load it with the version of cladenet that wrote it, or train it again.';
  if (!Object.hasOwn(FEATURE_SETS, set)) {
    return [{ where: `${where}.set`, expected: Object.keys(FEATURE_SETS).join(', '), received: set, remedy }];
  }
  if (version !== FEATURES_VERSION) {
    const expected = `features of version ${FEATURES_VERSION}`;
    return [{ where: `${where}.version`, expected, received: `${version}`, remedy }];
  }
  const known = FEATURE_SETS[set as FeatureSetName].features.map(({ name }) => name);
  return names
    .filter((name) => !known.includes(name))
    .map((received) => ({ where: `${where}.names`, expected: `features of the set ${set}`, received, remedy }));
}

/** A forest where one decides, and it decides on the columns of the sources. */
function forestProblems({ sources, decider, classes, forests = [] }: StoredFeatures): Problem[] {
  const wanted = decider.kind === 'forest' ? [FOREST] : [];
  const found = forests.map(({ name }) => name);
  if (!isDeepStrictEqual(found, wanted)) {
    const inWords = (names: readonly string[]) => names.join(', ') || 'none';
    return [{ where: 'forests', expected: inWords(wanted), received: inWords(found) }];
  }
  const features = joinedNames(namesOfSources(sources, classes));
  return forests.flatMap(({ description: { names, classes: own, settings } }): Problem[] => {
    const problems: Problem[] = [];
    const differ = (where: string, one: unknown, other: unknown, expected: string) => {
      if (isDeepStrictEqual(one, other)) return;
      problems.push({ where: `forests: ${FOREST}: ${where}`, expected, received: 'others' });
    };
    differ('names', names, features, `the ${features.length} columns of the sources`);
    differ('classes', own, classes, `the ${classes.length} classes`);
    if (decider.kind === 'forest') differ('settings', settings, decider.settings, 'the settings of the decider');
    return problems;
  });
}
