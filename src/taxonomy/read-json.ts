/** Reads taxonomies from nested JSON: nodes as `{name, children, label?, id?, rank?, biological?}`, or compact, as objects whose keys are names. */
import { nearest } from '../errors.js';
import { JsonSyntaxError, type JsonValue, parseJson } from '../json-lines.js';
import { atLine, type Finding, type Place } from './findings.js';
import { MOST_LEVELS, MOST_STEPS, tooDeep, tooLarge } from './limits.js';
import type { PlacedLineage, PlacedName, Reading } from './reading.js';

/** A node as written, before its children are read. */
interface Written {
  readonly name: string;
  readonly label: string | undefined;
  readonly id?: string | undefined;
  readonly rank?: string | undefined;
  readonly isBiological: boolean;
  readonly at: Place;
  readonly below: JsonValue | undefined;
}

const KINDS = { string: 'a string', array: 'a list', object: 'an object' } as const;

const UNMARKED = { label: undefined, isBiological: true };

/**
 * Reads nested JSON. The two forms can be mixed. An empty list, `null` or missing `children` make a leaf:
 *
 *     {"name": "Plankton", "children": [{"name": "Copepod", "children": [...]}, {"name": "Diatom", "label": "diatom"}]}
 *     {"Plankton": {"Copepod": ["calanoid", "cyclopoid"], "Diatom": null}}
 *
 * `"biological": false` marks all classes below a node.
 */
export function readJson(text: string, source: string): Reading {
  let top: JsonValue;
  try {
    top = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, expected, received } = error;
    return { lineages: [], findings: [{ at: atLine(source, line), expected, received }] };
  }
  const lineages: PlacedLineage[] = [];
  const findings: Finding[] = [];
  let steps = 0;
  const pending: { written: Written; above: readonly PlacedName[]; isBiological: boolean }[] = [];
  const enter = (nodes: readonly Written[], above: readonly PlacedName[], isBiological: boolean): void => {
    for (const written of nodes.toReversed()) {
      pending.push({ written, above, isBiological: isBiological && written.isBiological });
    }
  };
  enter(childrenOf(top, source, findings), [], true);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { name, label, id, rank, at, below } = next.written;
    const { isBiological } = next;
    const names = [...next.above, { name, id, rank, at }];
    if (names.length > MOST_LEVELS) {
      findings.push(tooDeep(at));
      continue;
    }
    const children = below === undefined ? [] : childrenOf(below, source, findings);
    if (label !== undefined || children.length === 0) {
      steps += names.length;
      if (steps > MOST_STEPS) return { lineages: [], findings: [...findings, tooLarge(source)] };
      lineages.push({ label: label ?? name, names, isBiological });
    }
    enter(children, names, isBiological);
  }
  return { lineages, findings };
}

/** The nodes that a value lists. Anything else in it is a finding. */
function childrenOf(value: JsonValue, source: string, findings: Finding[]): Written[] {
  const nodes: Written[] = [];
  const add = (item: JsonValue): void => {
    if (item.kind === 'string') {
      nodes.push({ ...UNMARKED, name: item.text.trim(), at: atLine(source, item.line), below: undefined });
    } else if (item.kind === 'object') {
      for (const node of nodesOf(item, source, findings)) nodes.push(node);
    } else {
      findings.push({
        at: atLine(source, item.line),
        expected: 'a node: a name, or an object',
        received: item.kind === 'array' ? 'a list inside a list' : item.text,
      });
    }
  };
  if (value.kind === 'array') value.items.forEach(add);
  else add(value);
  const inner = new Map<string, Place>();
  for (const { name, at, below } of nodes) {
    if (below === undefined) continue;
    const earlier = inner.get(name);
    if (earlier === undefined) {
      inner.set(name, at);
    } else {
      findings.push({
        at,
        expected: 'siblings of different names',
        received: `'${name}' a second time (after ${earlier.where})`,
        remedy: 'Put the children of both into one node.',
      });
    }
  }
  return nodes;
}

/** The nodes of an object: the object itself if it has a `name`, otherwise one for each of its keys. */
function nodesOf(object: JsonValue & { kind: 'object' }, source: string, findings: Finding[]): Written[] {
  const field = (key: string) => object.members.find((member) => member.key === key);
  const name = field('name')?.value;
  if (name?.kind !== 'string') {
    return object.members.map(({ key, line, value }) => ({
      ...UNMARKED,
      name: key.trim(),
      at: atLine(source, line),
      below: filled(value),
    }));
  }
  const wrong = (value: JsonValue, expected: string) => {
    const received = value.kind === 'other' ? value.text : KINDS[value.kind];
    findings.push({ at: atLine(source, value.line), expected, received });
  };
  const label = field('label')?.value;
  if (label !== undefined && label.kind !== 'string') wrong(label, "a string as the 'label'");
  // Fields of these names that hold something else are another program's.
  const [id, rank] = [field('id')?.value, field('rank')?.value];
  const mark = field('biological')?.value;
  if (mark !== undefined && !(mark.kind === 'other' && ['true', 'false'].includes(mark.text))) {
    wrong(mark, "true or false as 'biological'");
  }
  const below = field('children')?.value;
  const lists = object.members.filter(({ value }) => value.kind === 'array' || value.kind === 'object');
  const mistyped = below === undefined && lists.find(({ key }) => nearest(key, ['children']) !== undefined);
  if (mistyped) {
    findings.push({
      at: atLine(source, mistyped.line),
      expected: "the key 'children'",
      received: `'${mistyped.key}'`,
    });
  }
  return [
    {
      name: name.text.trim(),
      label: label?.kind === 'string' ? label.text.trim() : undefined,
      id: id?.kind === 'string' || (id?.kind === 'other' && /^\d/.test(id.text)) ? id.text : undefined,
      rank: rank?.kind === 'string' ? rank.text : undefined,
      isBiological: !(mark?.kind === 'other' && mark.text === 'false'),
      at: atLine(source, name.line),
      below: filled(below),
    },
  ];
}

/** The value, unless it is empty: a node with an empty list of children is a leaf. */
function filled(value: JsonValue | undefined): JsonValue | undefined {
  if (value?.kind === 'array') return value.items.length > 0 ? value : undefined;
  if (value?.kind === 'object') return value.members.length > 0 ? value : undefined;
  return value?.kind === 'other' && value.text === 'null' ? undefined : value;
}
