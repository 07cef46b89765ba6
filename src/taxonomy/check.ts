/** Checks whether lineages form a taxonomy. Every check sees all of them, so all problems are reported at once. */

import { type Either, left, right } from 'fp-ts/lib/Either.js';
import { append } from '../arrays.js';
import { inMiddle, type Problem } from '../errors.js';
import { lookAlikes, spelledOut } from '../look-alikes.js';
import { taxonFindings } from './check-taxa.js';
import { type Finding, type Place, toProblems } from './findings.js';
import { limitFindings } from './limits.js';
import { labelFlaw, nameFlaw, SEPARATOR } from './names.js';
import type { PlacedLineage, Reading } from './reading.js';
import { buildGraph, keyOf, mergeChains, pathOfKey, TOP, type TreeGraph } from './tree-graph.js';

/** What to do with a node that has a single child, and so nothing to decide. */
export type SingleChild =
  /** Report it as a problem. */
  | 'refuse'
  /** Merge each chain of such nodes into its lower end: the child takes the place of its parent. */
  | 'collapse'
  /** Keep it as a node with one answer. */
  | 'keep';

/** How a taxonomy is checked. */
export interface CheckOptions {
  /** Default `refuse`. */
  readonly singleChild?: SingleChild | undefined;
}

/**
 * Checks lineages and builds their tree.
 * @param source the name of the input, for problems of the tree as a whole
 */
export function checkReading(
  { lineages, findings: found }: Reading,
  source: string,
  { singleChild = 'refuse' }: CheckOptions,
): Either<readonly Problem[], TreeGraph> {
  const limits = limitFindings(lineages, source);
  if (limits.length > 0) return left(toProblems([...found, ...limits]));
  const tree = buildGraph(lineages);
  const findings = [...found, ...nameFindings(lineages), ...classFindings(lineages, tree), ...twinFindings(lineages)];
  append(findings, taxonFindings(lineages));
  const labels = new Set(lineages.flatMap(({ label }) => (label === undefined ? [] : [label])));
  if (labels.size >= 2) {
    if (singleChild === 'refuse') append(findings, chainFindings(tree));
  } else if (found.length === 0) {
    findings.push({
      at: { where: source, order: Number.POSITIVE_INFINITY },
      expected: 'at least 2 classes',
      received: labels.size === 0 ? 'none' : `one, '${[...labels].join('')}'`,
      remedy: 'A taxonomy needs at least two classes to decide between.',
    });
  }
  if (findings.length > 0) return left(toProblems(findings));
  if (singleChild === 'collapse') mergeChains(tree, () => true);
  return right(tree);
}

/** Names that are not valid: one finding per place, however many lineages lead through it. */
function nameFindings(lineages: readonly PlacedLineage[]): Finding[] {
  const findings: Finding[] = [];
  const reported = new Set<Place>();
  for (const { label, names } of lineages) {
    const leaf = names.at(-1);
    if (leaf === undefined) continue;
    for (const { name, at } of names) {
      const flaw = nameFlaw(name);
      if (flaw === undefined || reported.has(at)) continue;
      reported.add(at);
      findings.push({
        at,
        expected: `names that are not empty, without '${SEPARATOR}', control characters, or white space at their ends`,
        received:
          names.length > 1
            ? `${flaw}, in the path '${inMiddle(names.map((step) => step.name).join(SEPARATOR), 200)}'`
            : flaw,
      });
    }
    const flaw = label === undefined || label === leaf.name ? undefined : labelFlaw(label);
    if (flaw === undefined) continue;
    findings.push({
      at: leaf.at,
      expected: 'a class that is not empty, without control characters, or white space at its ends',
      received: flaw,
    });
  }
  return findings;
}

/** Classes that do not have their own leaf. */
function classFindings(lineages: readonly PlacedLineage[], tree: TreeGraph): Finding[] {
  const findings: Finding[] = [];
  const placeOf = new Map<string, { key: string; at: Place }>();
  const classAt = new Map<string, { label: string; at: Place }>();
  for (const { label, names } of lineages) {
    const at = names.at(-1)?.at;
    if (label === undefined || label === '' || at === undefined) continue;
    const key = keyOf(names);
    const path = pathOfKey(key);
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
            : `'${label}' in a second place: '${path}' besides '${pathOfKey(earlier.key)}'`,
        remedy: `Remove this one or the first one (${earlier.at.where}).`,
      });
    } else if (other !== undefined && isSound) {
      findings.push({
        at,
        expected: 'one class at a leaf',
        received: `'${label}' at '${path}', which is the leaf of '${other.label}' (${other.at.where})`,
        remedy:
          'Give each class its own leaf. In a table whose paths end in the taxon above the class, name the column ' +
          "'parent path'.",
      });
    } else if (tree.outDegree(key) > 0 && isSound) {
      const [child] = tree.outNeighbors(key);
      findings.push({
        at,
        expected: 'a class only at a leaf',
        received: `'${label}' at '${path}', which has nodes below it (${tree.getNodeAttribute(child, 'at').where})`,
        remedy: `Give the class its own leaf, for example '${path}${SEPARATOR}${label}'.`,
      });
    }
    if (earlier === undefined) placeOf.set(label, { key, at });
    if (other === undefined) classAt.set(key, { label, at });
  }
  return findings;
}

/** Classes, and names of siblings, that look the same but are not. */
function twinFindings(lineages: readonly PlacedLineage[]): Finding[] {
  const placeOf = new Map<string, Place>();
  for (const { label, names } of lineages) {
    for (const { name, at } of names) if (!placeOf.has(name)) placeOf.set(name, at);
    const end = names.at(-1)?.at;
    if (label !== undefined && end !== undefined && !placeOf.has(label)) placeOf.set(label, end);
  }
  return lookAlikes([...placeOf.keys()].filter((name) => nameFlaw(name) === undefined)).flatMap(([earlier, name]) => {
    const [first, at] = [placeOf.get(earlier), placeOf.get(name)];
    if (first === undefined || at === undefined) return [];
    const received = `${spelledOut(name)}, which looks like ${spelledOut(earlier)} (${first.where})`;
    return [{ at, expected: 'different names that look different', received, remedy: 'Write the name in one form.' }];
  });
}

/** Chains of nodes with a single child: one finding per chain. */
function chainFindings(tree: TreeGraph): Finding[] {
  const isLink = (key: string): boolean =>
    key !== TOP && tree.outDegree(key) === 1 && tree.getNodeAttribute(key, 'label') === undefined;
  const findings: Finding[] = [];
  tree.forEachNode((top, { at }) => {
    if (!isLink(top) || tree.someInNeighbor(top, isLink)) return;
    const names: string[] = [];
    let key = top;
    while (isLink(key)) {
      key = tree.outNeighbors(key)[0] ?? TOP;
      names.push(tree.getNodeAttribute(key, 'name'));
    }
    const end = tree.getNodeAttributes(key);
    // Invalid names and branches that end without a class have findings already. Correcting them can remove the chain.
    if (!end.isSound || (end.label === undefined && tree.outDegree(key) === 0)) return;
    findings.push({
      at,
      expected: 'at least 2 children below every inner node',
      received: `one below '${pathOfKey(top)}': ${names.join(` ${SEPARATOR} `)}`,
      remedy: "`singleChild: 'collapse'` merges such a chain into its lower end, `singleChild: 'keep'` keeps it.",
    });
  });
  return findings;
}
