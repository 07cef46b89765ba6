/**
 * Checks whether the parts of a classifier's description fit one another: what each field may hold for itself, its schema
 * says. All problems are gathered.
 */

import { isDeepStrictEqual } from 'node:util';
import { append } from '../../arrays.js';
import { CladenetError, type Problem } from '../../errors.js';
import { lookAlikes, spelledOut } from '../../look-alikes.js';
import { printPath } from '../../taxonomy/names.js';
import { Taxonomy } from '../../taxonomy/taxonomy.js';
import { sizeOf } from '../../tensorflow/nd-array.js';
import { usualDecider } from '../deciders.js';
import { ownRouting } from '../predict/routing.js';
import { isGlobal, type StoredDescription, type TreeDescription } from '../schema.js';
import { featureProblems, nodeForestProblems } from './check-features.js';
import { inputProblems } from './check-input.js';
import { type NeededModules, neededModules } from './needed-modules.js';

/** The taxonomy of a tree. @throws CladenetError TAXONOMY */
export const storedTaxonomy = ({ lineages }: Pick<TreeDescription, 'lineages'>): Taxonomy =>
  Taxonomy.fromLineages(lineages, { singleChild: 'keep' });

/** What does not fit; each `where` is a field of the description. */
export function descriptionProblems(description: StoredDescription): Problem[] {
  const problems = [...sharedProblems(description)];
  let taxonomy: Taxonomy | undefined;
  if (description.kind === 'tree') {
    taxonomy = gathering(problems, '', () => storedTaxonomy(description));
    append(problems, decisionProblems(description));
    if (taxonomy !== undefined) append(problems, treeProblems(description, taxonomy));
  }
  if (description.kind === 'tree') {
    append(problems, gathering(problems, 'sources.', () => nodeForestProblems(description)) ?? []);
  }
  if (description.kind === 'features') {
    append(problems, gathering(problems, 'sources.', () => featureProblems(description)) ?? []);
  }
  // Which weights there have to be follows from all of these.
  if (problems.length > 0) return problems;
  const needed = gathering(problems, 'network.', () => neededModules(description, taxonomy));
  return needed === undefined ? problems : moduleProblems(description, needed);
}

/** Makes problems of the errors of `make`. */
function gathering<T>(problems: Problem[], prefix: string, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof CladenetError)) throw error;
    // The lineages are called entries where they are checked.
    const place = (where: string) => `${prefix}${where.replace(/^entries/, 'lineages')}`;
    append(
      problems,
      error.problems.map((problem) => ({ ...problem, where: place(problem.where) })),
    );
    return undefined;
  }
}

function* sharedProblems(description: StoredDescription): Generator<Problem> {
  const { classes, preprocessing, modules, split } = description;
  yield* twice('classes', classes);
  for (const [first, second] of lookAlikes(classes)) {
    const received = `${spelledOut(second)} besides ${spelledOut(first)}`;
    yield { where: 'classes', expected: 'names that look different', received };
  }
  yield* twice('modules.name', modules, ({ name }) => name);
  yield* twice('modules.file', modules, ({ file }) => file);
  if (description.kind === 'flat') {
    for (const { name } of description.prototypes ?? []) {
      if (!classes.includes(name)) yield { where: 'prototypes', expected: 'a class', received: `'${name}'` };
    }
    yield* twice('prototypes', description.prototypes ?? [], ({ name }) => name);
  }
  if (description.kind !== 'features') {
    yield* inputProblems(description.network.trunk.input, preprocessing, 'network.trunk.input');
  }
  const { train, validation, test } = split.fractions;
  const sum = train + validation + test;
  if (Math.abs(sum - 1) > 1e-6) {
    yield { where: 'split.fractions', expected: 'shares that add up to 1', received: String(sum) };
  }
}

/** What is in a list a second time. */
function* twice<T>(where: string, list: readonly T[], keyOf: (item: T) => unknown = (item) => item) {
  const known = new Set<unknown>();
  for (const key of list.map(keyOf)) {
    if (known.has(key)) yield { where, expected: 'each one once', received: `'${key}' a second time` };
    known.add(key);
  }
}

/** A tree can only decide by what it has. */
function* decisionProblems({
  trunk,
  headKind,
  flatHead,
  decision,
  nodes,
  ...rest
}: TreeDescription): Generator<Problem> {
  const form = { trunk, headKind };
  if (trunk === 'own' && headKind !== 'conditional') {
    yield { where: 'headKind', expected: "conditional, with the trunk 'own'", received: headKind };
  }
  if (trunk === 'layered' && headKind === 'new-child') {
    yield { where: 'headKind', expected: "conditional or path-sum, with the trunk 'layered'", received: headKind };
  }
  const { routing, flatShare, temperatures, validation, stop } = decision;
  if (flatHead === null) {
    const needing = { flatShare, 'temperatures.flat': temperatures?.flat ?? null };
    for (const [field, value] of Object.entries(needing)) {
      if (value === null) continue;
      yield { where: `decision.${field}`, expected: 'null, without a flat head', received: String(value) };
    }
  }
  const routings = [ownRouting(headKind), 'greedy', ...(flatShare === null ? [] : ['combined'])];
  for (const [where, received] of [
    ['decision.routing', routing] as const,
    ...validation.map((score, i) => [`decision.validation.${i}.routing`, score.routing] as const),
  ]) {
    if (!routings.includes(received)) yield { where, expected: routings.join(', '), received };
  }
  yield* twice('decision.validation', validation, (score) => score.routing);
  if (stop !== undefined && stop.errsUpTo.length > stop.images) {
    const received = `${stop.errsUpTo.length} numbers`;
    yield { where: 'decision.stop.errsUpTo', expected: `at most one for each of ${stop.images} images`, received };
  }
  if (stop?.errsUpTo.some((value, i) => value > (stop.errsUpTo[i - 1] ?? 1))) {
    yield { where: 'decision.stop.errsUpTo', expected: 'descending numbers', received: 'one above the one before' };
  }
  const has = {
    head: trunk !== 'own',
    network: true,
    forest: rest.sources !== undefined,
    tree: isGlobal(form),
    flat: flatHead !== null,
  };
  for (const { path, decidedBy = usualDecider(form) } of nodes) {
    if (has[decidedBy]) continue;
    yield { where: `nodes: ${printPath(path)}`, expected: 'a decider that the tree has', received: decidedBy };
  }
  yield* twice('specialists', rest.specialists ?? [], ({ node }) => node);
}

/** The classes are the tree's leaves, and its nodes are those that have something to decide. */
function* treeProblems(description: TreeDescription, taxonomy: Taxonomy): Generator<Problem> {
  const { classes, nodes, specialists = [], attempts = [], grownFrom } = description;
  yield* differences('lineages', classes, taxonomy.classes, 'a class');
  const deciding = new Map(taxonomy.decidingNodes().map(({ path, children }) => [path, children]));
  yield* twice('nodes', nodes, ({ path }) => printPath(path));
  yield* differences(
    'nodes',
    [...deciding.keys()].map(printPath),
    nodes.map(({ path }) => printPath(path)),
    'a node',
  );
  for (const { path, children } of nodes) {
    const expected = deciding.get(path);
    if (expected === undefined || isDeepStrictEqual([...expected], [...children])) continue;
    const where = `nodes: ${printPath(path)}: children`;
    yield { where, expected: expected.join(', '), received: children.join(', ') };
  }
  for (const { path, prototypes = [] } of nodes) {
    const where = `nodes: ${printPath(path)}: prototypes`;
    yield* twice(where, prototypes, ({ name }) => name);
    const below = new Set(
      deciding.has(path) ? taxonomy.node(path).children.map((child) => taxonomy.node(child).label) : [],
    );
    for (const { name } of prototypes) {
      if (!below.has(name)) yield { where, expected: 'a class that is a child of the node', received: `'${name}'` };
    }
  }
  const named = [
    ...specialists.map(({ node }) => ['specialists', node] as const),
    ...attempts.map(({ node }) => ['attempts', node] as const),
    ...(grownFrom?.trained ?? []).map((node) => ['grownFrom.trained', node] as const),
    ...(grownFrom?.kept ?? []).map((node) => ['grownFrom.kept', node] as const),
  ];
  for (const [where, node] of named) {
    if (!deciding.has(node)) yield { where, expected: 'a node of the tree that decides', received: printPath(node) };
  }
  const known = new Set(classes);
  for (const name of grownFrom?.added ?? []) {
    if (!known.has(name)) yield { where: 'grownFrom.added', expected: 'a class of the tree', received: `'${name}'` };
  }
}

/** What is in only one of two lists. */
function* differences(where: string, expected: readonly string[], received: readonly string[], what: string) {
  const [wanted, found] = [new Set(expected), new Set(received)];
  for (const name of wanted) {
    if (!found.has(name)) yield { where, expected: `${what} '${name}'`, received: 'nothing' };
  }
  for (const name of found) {
    if (!wanted.has(name)) yield { where, expected: `nothing that is not ${what} of the tree`, received: `'${name}'` };
  }
}

/** All modules that there have to be, and no others, each with the arrays of its parameters. */
function moduleProblems({ modules }: StoredDescription, needed: NeededModules): Problem[] {
  const problems: Problem[] = [];
  const names = [...needed.keys()];
  append(
    problems,
    differences(
      'modules',
      names,
      modules.map(({ name }) => name),
      'a module',
    ),
  );
  for (const { name, arrays, bytes } of modules) {
    const parameters = needed.get(name);
    if (parameters === undefined) continue;
    const found = new Map(arrays.map((array) => [array.name, array.shape]));
    append(
      problems,
      twice(`modules: ${name}`, arrays, (array) => array.name),
    );
    for (const parameter of parameters) {
      const shape = found.get(parameter.name);
      found.delete(parameter.name);
      if (isDeepStrictEqual(shape, [...parameter.shape])) continue;
      const received = shape === undefined ? 'nothing' : `[${shape.join(', ')}]`;
      const where = `modules: ${name}: ${parameter.name}`;
      problems.push({ where, expected: `[${parameter.shape.join(', ')}]`, received });
    }
    for (const [array, shape] of found) {
      const where = `modules: ${name}: ${array}`;
      problems.push({ where, expected: 'an array of the network', received: `another one, [${shape.join(', ')}]` });
    }
    const described = arrays.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
    if (described === bytes) continue;
    const where = `modules: ${name}: bytes`;
    problems.push({ where, expected: `${described}, for its arrays`, received: String(bytes) });
  }
  return problems;
}
