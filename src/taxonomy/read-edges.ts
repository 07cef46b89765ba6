/** Taxonomies from parent/child edges. Names are identifiers there: one name is one node. */
import { atLine, type Finding } from './findings.js';
import { SEPARATOR } from './names.js';
import type { PlacedLineage, PlacedName, Reading } from './reading.js';

/** A row of the table. */
export interface Edge {
  readonly line: number;
  readonly parent: string;
  readonly child: string;
  /** `false` also holds for all nodes below the child. Default true. */
  readonly isBiological?: boolean | undefined;
}

/**
 * Reads the lineages of a table of edges.
 *
 * Edges are taken in the order of the file, and each node keeps its first parent. An edge that names a second parent,
 * closes a cycle or lacks a name is refused; it still counts as a child of its parent, so that a refused edge does not
 * also make its parent look like a node with a single child.
 */
export function readEdges(edges: readonly Edge[], source: string): Reading {
  const findings: Finding[] = [];
  const refused: Edge[] = [];
  const lineOf = new Map<string, number>();
  const edgeAbove = new Map<string, Edge>();
  for (const edge of edges) {
    const { line, parent, child } = edge;
    if (parent === '' || child === '') {
      refused.push(edge);
      continue;
    }
    const key = JSON.stringify([parent, child]);
    const earlier = lineOf.get(key);
    const problem = earlier === undefined ? flaw(edge, edgeAbove) : repeated(edge, earlier);
    if (earlier === undefined) lineOf.set(key, line);
    if (problem === undefined) {
      edgeAbove.set(child, edge);
      continue;
    }
    findings.push({ at: atLine(source, line), ...problem });
    if (earlier === undefined) refused.push(edge);
  }
  return { lineages: lineagesOf(edges, edgeAbove, refused, source), findings };
}

type Flaw = Omit<Finding, 'at'>;

function repeated({ parent, child }: Edge, earlier: number): Flaw {
  return {
    expected: 'each edge once',
    received: `'${parent}' ${SEPARATOR} '${child}' a second time`,
    remedy: `Remove this line or line ${earlier}.`,
  };
}

/** Why an edge cannot join the edges taken so far: it closes a cycle, or its child has a parent already. */
function flaw({ parent, child }: Edge, edgeAbove: ReadonlyMap<string, Edge>): Flaw | undefined {
  const above = namesDownTo(parent, edgeAbove);
  const top = above.indexOf(child);
  if (top >= 0) {
    return {
      expected: 'a tree',
      received: `a cycle: ${[...above.slice(top), child].join(` ${SEPARATOR} `)}`,
      remedy: 'Remove one of these edges.',
    };
  }
  const first = edgeAbove.get(child);
  if (first === undefined) return undefined;
  return {
    expected: `one parent for '${child}'`,
    received: `'${parent}' besides '${first.parent}' (line ${first.line})`,
    remedy: 'In a table of edges a name is one node: give each node a unique name, or write a table of paths.',
  };
}

/** The names from the top down to this one, along the edges taken. */
function namesDownTo(name: string, edgeAbove: ReadonlyMap<string, Edge>): string[] {
  const names: string[] = [];
  for (let at: string | undefined = name; at !== undefined; at = edgeAbove.get(at)?.parent) names.push(at);
  return names.reverse();
}

/** The lineage of every name that is no parent, as a class, and of every refused edge. */
function lineagesOf(
  edges: readonly Edge[],
  edgeAbove: ReadonlyMap<string, Edge>,
  refused: readonly Edge[],
  source: string,
): PlacedLineage[] {
  const placed = new Map<string, PlacedName>();
  const parents = new Set<string>();
  for (const { line, parent, child } of edges) {
    parents.add(parent);
    for (const name of [parent, child]) {
      if (!placed.has(name)) placed.set(name, { name, at: atLine(source, line) });
    }
  }
  const downTo = (name: string): PlacedName[] => namesDownTo(name, edgeAbove).flatMap((one) => placed.get(one) ?? []);
  const leaves = [...edgeAbove.keys()].filter((child) => !parents.has(child));
  return [
    ...leaves.map((label) => {
      const isBiological = namesDownTo(label, edgeAbove).every((name) => edgeAbove.get(name)?.isBiological !== false);
      return { label, names: downTo(label), isBiological };
    }),
    ...refused.map(({ line, parent, child }) => {
      const at = atLine(source, line);
      const above = parent === '' ? [{ name: '', at }] : downTo(parent);
      return { label: undefined, names: [...above, { name: child, at }] };
    }),
  ];
}
