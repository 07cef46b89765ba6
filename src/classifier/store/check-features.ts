/** Checks whether the sources of features, what decides on them, and the parts of a classifier fit one another. */

import { isDeepStrictEqual } from 'node:util';
import { append } from '../../arrays.js';
import type { Problem } from '../../errors.js';
import { FEATURE_SETS, type FeatureSetName } from '../../features/sets/registry.js';
import { FEATURES_VERSION } from '../../features/version.js';
import { printPath } from '../../taxonomy/names.js';
import { nodesDecidedBy } from '../deciders.js';
import type { FeatureSource } from '../feature-schema.js';
import { joinedNames, namesOfSources } from '../features/source-names.js';
import { FOREST } from '../modules.js';
import type { ForestFile, StoredDescription } from '../schema.js';
import { inputProblems } from './check-input.js';

type Biologists = Extract<FeatureSource, { kind: 'biologists' }>;
type StoredFeatures = Extract<StoredDescription, { kind: 'features' }>;
type StoredTree = Extract<StoredDescription, { kind: 'tree' }>;

/** What does not fit; each `where` is a field of the description. @throws CladenetError CONFIG for a CNN block that cannot be built */
export function featureProblems(description: StoredFeatures): Problem[] {
  const { sources, decider, classes, members = [], forests = [] } = description;
  const problems = sourceProblems(description);
  const add = (where: string, expected: string, received: string) => problems.push({ where, expected, received });
  const classifiers = countOf(sources, 'classifier');
  if (classifiers !== members.length) {
    add('members', `a classifier for each of ${classifiers} sources`, `${members.length}`);
  }
  if (decider.kind === 'mixture' && (sources.length !== 2 || members.length !== 2)) {
    add('sources', 'two classifiers, for a mixture', sources.map(({ kind }) => kind).join(', '));
  }
  if (problems.length > 0) return problems;
  const wanted = decider.kind === 'forest' ? new Map([[FOREST, classes]]) : new Map<string, readonly string[]>();
  const settings = decider.kind === 'forest' ? decider.settings : undefined;
  return [
    ...forestProblems(forests, wanted, joinedNames(namesOfSources(sources, classes))),
    ...forests
      .filter((forest) => !isDeepStrictEqual(forest.description.settings, settings))
      .map(({ name }) => forestProblem(name, 'settings', 'the settings of the decider')),
  ];
}

/** As {@link featureProblems}, of the forests in a tree's nodes. */
export function nodeForestProblems(description: StoredTree): Problem[] {
  const { classes, network, trunk, sources = [], forests = [] } = description;
  const problems = sourceProblems({ ...description, sources });
  const nodes = nodesDecidedBy('forest', description);
  const add = (where: string, expected: string, received: string) => problems.push({ where, expected, received });
  if (nodes.length > 0 && sources.length === 0) add('sources', 'the features that forests decide on', 'none');
  sources.forEach((source, i) => {
    if (source.kind === 'classifier') add(`sources.${i}`, 'features of images', 'a classifier');
    if (source.kind !== 'deep') return;
    const isShared = trunk !== 'own' && isDeepStrictEqual(source.trunk, network.trunk);
    if (!isShared) add(`sources.${i}.trunk`, 'the CNN block that the nodes share', 'another one');
  });
  if (problems.length > 0) return problems;
  const wanted = new Map(nodes.map(({ path, children }) => [path, children]));
  return forestProblems(forests, wanted, joinedNames(namesOfSources(sources, classes)));
}

const countOf = (sources: readonly FeatureSource[], kind: FeatureSource['kind']) =>
  sources.filter((source) => source.kind === kind).length;

function sourceProblems({ sources, preprocessing }: Pick<StoredFeatures, 'sources' | 'preprocessing'>): Problem[] {
  const problems: Problem[] = [];
  for (const kind of ['biologists', 'deep'] as const) {
    const count = countOf(sources, kind);
    if (count > 1) problems.push({ where: 'sources', expected: `at most one of kind ${kind}`, received: `${count}` });
  }
  sources.forEach((source, i) => {
    if (source.kind === 'biologists') append(problems, setProblems(source, `sources.${i}`));
    if (source.kind !== 'deep') return;
    append(problems, inputProblems(source.trunk.input, preprocessing, `sources.${i}.trunk.input`));
  });
  return problems;
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

/** A forest where one decides, on the columns of the sources. @param wanted what each forest decides between, by its name */
function forestProblems(
  forests: readonly ForestFile[],
  wanted: ReadonlyMap<string, readonly string[]>,
  columns: readonly string[],
): Problem[] {
  const found = forests.map(({ name }) => name);
  if (!isDeepStrictEqual(new Set(found), new Set(wanted.keys())) || found.length !== wanted.size) {
    const inWords = (names: Iterable<string>) => [...names].map(printPath).join(', ') || 'none';
    return [{ where: 'forests', expected: inWords(wanted.keys()), received: inWords(found) }];
  }
  return forests.flatMap(({ name, description }): Problem[] => {
    const classes = wanted.get(name) ?? [];
    const problems: Problem[] = [];
    if (!isDeepStrictEqual(description.names, columns)) {
      problems.push(forestProblem(name, 'names', `the ${columns.length} columns of the sources`));
    }
    if (!isDeepStrictEqual(description.classes, classes)) {
      problems.push(forestProblem(name, 'classes', classes.join(', ')));
    }
    return problems;
  });
}

const forestProblem = (name: string, field: string, expected: string): Problem => ({
  where: `forests: ${printPath(name)}: ${field}`,
  expected,
  received: 'others',
});
