/** Taxonomies from parent/child edges. Names are identifiers there: one name is one node. */

import type { Taxon } from '../formats/taxon.js';
import { atLine, type Finding } from './findings.js';
import { MOST_LEVELS, MOST_STEPS, tooDeep, tooLarge } from './limits.js';
import { SEPARATOR } from './names.js';
import type { PlacedLineage, PlacedName, Reading } from './reading.js';

/** A row of the table, with the id and the rank of the child. */
export interface Edge extends Taxon {
  readonly line: number;
  /** Empty for a root. */
  readonly parent: string;
  readonly child: string;
  /** `false` also holds for all nodes below the child. Default true. */
  readonly isBiological?: boolean | undefined;
}

/**
 * Reads the lineages of a table of edges.
 *
 * Edges are taken in the order of the file, and each node keeps its first parent. An empty parent marks a root, which has
 * to have children. An edge that names a second parent, closes a cycle or lacks a name is refused; it still counts as a
 * child of its parent, so that a refused edge does not also make its parent look like a node with a single child.
 */
export function readEdges(edges: readonly Edge[], source: string): Reading {
  const findings: Finding[] = [];
  const refused: Edge[] = [];
  const lineOf = new Map<string, number>();
  const forest = new Forest();
  const parents = new Set(edges.map(({ parent }) => parent));
  for (const edge of edges) {
    const { line, parent, child } = edge;
    if (parent === '' && child !== '' && !parents.has(child)) {
      findings.push({ at: atLine(source, line), ...lacksParent(child) });
      continue;
    }
    if (child === '') {
      refused.push(edge);
      continue;
    }
    const key = JSON.stringify([parent, child]);
    const earlier = lineOf.get(key);
    const problem = earlier === undefined ? flaw(edge, forest) : repeated(edge, earlier);
    if (earlier === undefined) lineOf.set(key, line);
    if (problem === undefined) {
      forest.add(edge);
      continue;
    }
    findings.push({ at: atLine(source, line), ...problem });
    if (earlier === undefined && parent !== '') refused.push(edge);
  }
  const { lineages, findings: more } = lineagesOf(edges, forest, refused, source);
  return { lineages, findings: [...findings, ...more] };
}

/** The edges taken so far: trees, since none has a second parent or closes a cycle. */
class Forest {
  readonly above = new Map<string, Edge>();
  /** Names nearer to the top of the tree of each, for {@link topOf}. */
  readonly #higher = new Map<string, string>();

  add(edge: Edge): void {
    this.above.set(edge.child, edge);
    if (edge.parent !== '') this.#higher.set(edge.child, edge.parent);
  }

  /** The top of the tree of a name. Paths that were walked are shortened, so that chains cost nothing again. */
  topOf(name: string): string {
    let top = name;
    for (let up = this.#higher.get(top); up !== undefined; up = this.#higher.get(top)) top = up;
    for (let at = name; at !== top; ) {
      const up = this.#higher.get(at) ?? top;
      this.#higher.set(at, top);
      at = up;
    }
    return top;
  }

  /** The names from the top down to this one: the last of them where there are more than {@link MOST_LEVELS}. */
  namesDownTo(name: string): string[] {
    const names: string[] = [];
    for (let at = name; at !== '' && names.length <= MOST_LEVELS; at = this.above.get(at)?.parent ?? '') names.push(at);
    return names.reverse();
  }
}

type Flaw = Omit<Finding, 'at'>;

function lacksParent(child: string): Flaw {
  return {
    expected: `a parent for '${child}'`,
    received: 'an empty name',
    remedy: 'An empty parent marks a root, and a root has children.',
  };
}

function repeated({ parent, child }: Edge, earlier: number): Flaw {
  return {
    expected: 'each edge once',
    received: `'${parent}' ${SEPARATOR} '${child}' a second time`,
    remedy: `Remove this line or line ${earlier}.`,
  };
}

/** Why an edge cannot join the edges taken so far: it closes a cycle, or its child has a parent already. */
function flaw({ parent, child }: Edge, forest: Forest): Flaw | undefined {
  const first = forest.above.get(child);
  // Only nodes of one tree can be above each other.
  const above = parent !== '' && forest.topOf(parent) === forest.topOf(child) ? forest.namesDownTo(parent) : [];
  const top = above.indexOf(child);
  if (top >= 0) {
    return {
      expected: 'a tree',
      received: `a cycle: ${[...above.slice(top), child].join(` ${SEPARATOR} `)}`,
      remedy: 'Remove one of these edges.',
    };
  }
  if (first === undefined) return undefined;
  const shown = (name: string) => (name === '' ? 'none, as a root has' : `'${name}'`);
  return {
    expected: `one parent for '${child}'`,
    received: `${shown(parent)} besides ${shown(first.parent)} (line ${first.line})`,
    remedy: 'In a table of edges a name is one node: give each node a unique name, or write a table of paths.',
  };
}

/** The lineage of every name that is no parent, as a class, and of every refused edge. */
function lineagesOf(edges: readonly Edge[], forest: Forest, refused: readonly Edge[], source: string): Reading {
  const placed = new Map<string, PlacedName>();
  const parents = new Set<string>();
  for (const { line, parent, child } of edges) {
    parents.add(parent);
    for (const name of [parent, child]) {
      const { id, rank } = forest.above.get(name) ?? {};
      if (!placed.has(name)) placed.set(name, { name, id, rank, at: atLine(source, line) });
    }
  }
  const lineages: PlacedLineage[] = [];
  const findings: Finding[] = [];
  let steps = 0;
  const add = (label: string | undefined, down: readonly string[], end: PlacedName): void => {
    if (steps > MOST_STEPS) return;
    steps += down.length + 1;
    if (down.length >= MOST_LEVELS) findings.push(tooDeep(end.at));
    else {
      const names = [...down.flatMap((name) => placed.get(name) ?? []), end];
      const isBiological = names.every(({ name }) => forest.above.get(name)?.isBiological !== false);
      lineages.push({ label, names, isBiological });
    }
  };
  for (const [name, { parent }] of forest.above) {
    const end = placed.get(name);
    if (!parents.has(name) && end !== undefined) add(name, forest.namesDownTo(parent), end);
  }
  for (const { line, parent, child } of refused) {
    const at = atLine(source, line);
    const end = { name: child, at };
    if (parent !== '') add(undefined, forest.namesDownTo(parent), end);
    else lineages.push({ label: undefined, names: [{ name: '', at }, end] });
  }
  // Where branches are missing, what is wrong with the tree as a whole could be due to that.
  if (steps > MOST_STEPS) return { lineages: [], findings: [tooLarge(source)] };
  return { lineages, findings };
}
