/** Taxonomies from parent/child edges. Names are identifiers there: one name is one node. */
import { DirectedGraph } from 'graphology';
import type { Reading } from './check.js';
import { atLine, type Finding } from './findings.js';
import { SEPARATOR } from './names.js';
import type { Entry, Step } from './tree-graph.js';

/** A row of the table. */
export interface Edge {
  readonly line: number;
  readonly parent: string;
  readonly child: string;
}

type EdgeGraph = DirectedGraph<{ name: string }, { line: number }>;

/** Keys that look like numbers would leave the order of the file, being fields of objects inside graphology. */
const keyOf = (name: string): string => `#${name}`;

/**
 * The lineages of a table of edges. Edges that cannot stay (a second parent, the end of a cycle, a missing name) are
 * left out of the tree, but still count as children of their parents.
 */
export function readEdges(edges: readonly Edge[], source: string): Reading {
  const graph: EdgeGraph = new DirectedGraph();
  const findings: Finding[] = [];
  const refused: Edge[] = [];
  for (const { line, parent, child } of edges) {
    const [above, below] = [keyOf(parent), keyOf(child)];
    if (parent === '' || child === '') {
      refused.push({ line, parent, child });
      continue;
    }
    graph.mergeNode(above, { name: parent });
    graph.mergeNode(below, { name: child });
    if (graph.hasDirectedEdge(above, below)) {
      findings.push({
        at: atLine(source, line),
        expected: 'each edge once',
        received: `'${parent}' ${SEPARATOR} '${child}' a second time`,
        remedy: `Remove this line or line ${graph.getEdgeAttribute(above, below, 'line')}.`,
      });
    } else {
      graph.addDirectedEdge(above, below, { line });
    }
  }
  const refuse = (edge: string, finding: Omit<Finding, 'at'>): void => {
    const { line } = graph.getEdgeAttributes(edge);
    findings.push({ at: atLine(source, line), ...finding });
    refused.push({
      line,
      parent: graph.getNodeAttribute(graph.source(edge), 'name'),
      child: graph.getNodeAttribute(graph.target(edge), 'name'),
    });
    graph.dropEdge(edge);
  };
  for (const { closing, names } of findCycles(graph)) {
    refuse(closing, {
      expected: 'a tree',
      received: `a cycle: ${names.join(` ${SEPARATOR} `)}`,
      remedy: 'Remove one of these edges.',
    });
  }
  graph.forEachNode((child, { name }) => {
    const [first, ...others] = graph
      .mapInEdges(child, (edge, { line }, parent) => ({ edge, line, parent: graph.getNodeAttribute(parent, 'name') }))
      .sort((a, b) => a.line - b.line);
    for (const { edge, parent } of others) {
      refuse(edge, {
        expected: `one parent for '${name}'`,
        received: `'${parent}' besides '${first?.parent}' (line ${first?.line})`,
        remedy: 'A name is one node in a table of edges: give each node a name of its own, or write a table of paths.',
      });
    }
  });
  return { entries: entriesOf(graph, edges, refused, source), findings };
}

/** The cycles that a walk from the tops down closes: the edge that closes each, and its names, the first one again last. */
function findCycles(graph: EdgeGraph): { closing: string; names: string[] }[] {
  const cycles: { closing: string; names: string[] }[] = [];
  const done = new Set<string>();
  const tops = graph.filterNodes((key) => graph.inDegree(key) === 0);
  for (const start of [...tops, ...graph.nodes()]) {
    if (done.has(start)) continue;
    const trail: { key: string; rest: string[] }[] = [];
    const depth = new Map<string, number>();
    const enter = (key: string): void => {
      depth.set(key, trail.length);
      trail.push({ key, rest: graph.outNeighbors(key).reverse() });
    };
    enter(start);
    for (let at = trail.at(-1); at !== undefined; at = trail.at(-1)) {
      const next = at.rest.pop();
      if (next === undefined) {
        trail.pop();
        depth.delete(at.key);
        done.add(at.key);
      } else if (depth.has(next)) {
        const keys = [...trail.slice(depth.get(next)).map(({ key }) => key), next];
        const names = keys.map((key) => graph.getNodeAttribute(key, 'name'));
        cycles.push({ closing: graph.directedEdge(at.key, next) ?? '', names });
      } else if (!done.has(next)) {
        enter(next);
      }
    }
  }
  return cycles;
}

/** The lineage of every name that is no parent, up the one edge that each node has kept, and of every refused edge. */
function entriesOf(graph: EdgeGraph, edges: readonly Edge[], refused: readonly Edge[], source: string): Entry[] {
  const steps = new Map<string, Step>();
  const parents = new Set<string>();
  for (const { line, parent, child } of edges) {
    parents.add(keyOf(parent));
    for (const name of [parent, child]) {
      if (!steps.has(keyOf(name))) steps.set(keyOf(name), { name, at: atLine(source, line) });
    }
  }
  const lineageOf = (leaf: string): Step[] => {
    const lineage: Step[] = [];
    for (let key: string | undefined = leaf; key !== undefined && graph.hasNode(key); [key] = graph.inNeighbors(key)) {
      lineage.push(steps.get(key) ?? { name: '', at: atLine(source, 0) });
    }
    return lineage.reverse();
  };
  const leaves = graph.filterNodes((key) => !parents.has(key));
  return [
    ...leaves.map((key) => ({ label: graph.getNodeAttribute(key, 'name'), lineage: lineageOf(key) })),
    ...refused.map(({ line, parent, child }) => {
      const at = atLine(source, line);
      const above = parent === '' ? [{ name: '', at }] : lineageOf(keyOf(parent));
      return { label: undefined, lineage: [...above, { name: child, at }] };
    }),
  ];
}
