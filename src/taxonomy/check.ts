/** What must be true of lineages before they are a taxonomy. Every check looks at everything, so all problems show. */
import { type Either, left, right } from 'fp-ts/lib/Either.js';
import type { Problem } from '../errors.js';
import { type Finding, type Place, toProblems } from './findings.js';
import { labelFlaw, nameFlaw, SEPARATOR } from './names.js';
import type { PlacedLineage, Reading } from './reading.js';
import { birthPath, buildGraph, keyOf, mergeChains, SEED, type TreeGraph } from './tree-graph.js';

/** What to do with a node that has a single child, where there is nothing to decide. */
export type SingleChild =
  /** Report it as a problem. */
  | 'refuse'
  /** Merge each chain of such nodes into its lower end: the child takes its parent's place. */
  | 'collapse'
  /** Leave it: the node gets a classifier with one answer. */
  | 'keep';

export interface CheckOptions {
  /** Default `refuse`. */
  readonly singleChild?: SingleChild | undefined;
}

/**
 * Checks lineages and grows their tree.
 * @param source what the lineages were read from, for the problems of the whole
 */
export function checkReading(
  { lineages, findings: found }: Reading,
  source: string,
  { singleChild = 'refuse' }: CheckOptions,
): Either<readonly Problem[], TreeGraph> {
  const tree = buildGraph(lineages);
  const findings = [...found, ...nameFindings(lineages), ...classFindings(lineages, tree)];
  const labels = new Set(lineages.flatMap(({ label }) => (label === undefined ? [] : [label])));
  if (labels.size >= 2) {
    if (singleChild === 'refuse') findings.push(...chainFindings(tree));
  } else if (found.length === 0) {
    findings.push({
      at: { where: source, order: Number.POSITIVE_INFINITY },
      expected: 'at least 2 classes',
      received: labels.size === 0 ? 'none' : `one, '${[...labels].join('')}'`,
      remedy: 'There is nothing to decide between fewer than two classes.',
    });
  }
  if (findings.length > 0) return left(toProblems(findings));
  if (singleChild === 'collapse') mergeChains(tree, () => true);
  return right(tree);
}

/** Names that cannot be; one finding a place, however many lineages lead through it. */
function nameFindings(lineages: readonly PlacedLineage[]): Finding[] {
  const findings: Finding[] = [];
  const told = new Set<Place>();
  for (const { label, names } of lineages) {
    const leaf = names.at(-1);
    if (leaf === undefined) continue;
    for (const { name, at } of names) {
      const flaw = nameFlaw(name);
      if (flaw === undefined || told.has(at)) continue;
      told.add(at);
      findings.push({
        at,
        expected: `names that are not empty, without '${SEPARATOR}', control characters and white space at their ends`,
        received: names.length > 1 ? `${flaw}, in the path '${names.map((step) => step.name).join(SEPARATOR)}'` : flaw,
      });
    }
    const flaw = label === undefined || label === leaf.name ? undefined : labelFlaw(label);
    if (flaw === undefined) continue;
    findings.push({
      at: leaf.at,
      expected: 'a class that is not empty, without control characters and white space at its ends',
      received: flaw,
    });
  }
  return findings;
}

/** Classes that are not each at a leaf of their own. */
function classFindings(lineages: readonly PlacedLineage[], tree: TreeGraph): Finding[] {
  const findings: Finding[] = [];
  const placeOf = new Map<string, { key: string; at: Place }>();
  const classAt = new Map<string, { label: string; at: Place }>();
  for (const { label, names } of lineages) {
    const at = names.at(-1)?.at;
    if (label === undefined || label === '' || at === undefined) continue;
    const key = keyOf(names);
    const path = birthPath(key);
    const { isSound } = tree.getNodeAttributes(key);
    const earlier = placeOf.get(label);
    const other = classAt.get(key);
    if (earlier !== undefined) {
      findings.push({
        at,
        expected: 'each class once',
        received:
          earlier.key === key
            ? `'${label}' a second time`
            : `'${label}' in a second place: '${path}' besides '${birthPath(earlier.key)}'`,
        remedy: `Remove this one or the first one (${earlier.at.where}).`,
      });
    } else if (other !== undefined && isSound) {
      findings.push({
        at,
        expected: 'one class at a leaf',
        received: `'${label}' at '${path}', which is the leaf of '${other.label}' (${other.at.where})`,
        remedy:
          'Give each class a leaf of its own. In a table whose paths end in the taxon above the class, name the column ' +
          "'parent path'.",
      });
    } else if (tree.outDegree(key) > 0 && isSound) {
      const [child] = tree.outNeighbors(key);
      findings.push({
        at,
        expected: 'a class only at a leaf',
        received: `'${label}' at '${path}', which has nodes below it (${tree.getNodeAttribute(child, 'at').where})`,
        remedy: `Give the class a leaf of its own, for example '${path}${SEPARATOR}${label}'.`,
      });
    }
    if (earlier === undefined) placeOf.set(label, { key, at });
    if (other === undefined) classAt.set(key, { label, at });
  }
  return findings;
}

/** Chains of nodes with a single child, one finding a chain. */
function chainFindings(tree: TreeGraph): Finding[] {
  const isLink = (key: string): boolean =>
    key !== SEED && tree.outDegree(key) === 1 && tree.getNodeAttribute(key, 'label') === undefined;
  const findings: Finding[] = [];
  tree.forEachNode((top, { at }) => {
    if (!isLink(top) || tree.someInNeighbor(top, isLink)) return;
    const names: string[] = [];
    let key = top;
    while (isLink(key)) {
      key = tree.outNeighbors(key)[0] ?? SEED;
      names.push(tree.getNodeAttribute(key, 'name'));
    }
    const end = tree.getNodeAttributes(key);
    // Names that cannot be, and branches that end without a class, are refused already; mending them may mend the chain.
    if (!end.isSound || (end.label === undefined && tree.outDegree(key) === 0)) return;
    findings.push({
      at,
      expected: 'at least 2 children below every inner node',
      received: `one below '${birthPath(top)}': ${names.join(` ${SEPARATOR} `)}`,
      remedy: "`singleChild: 'collapse'` merges such a chain into its lower end, `singleChild: 'keep'` keeps it.",
    });
  });
  return findings;
}
