/**
 * Reads a tree in Newick: names, in parentheses, before the name of what is above them.
 *
 * @see Olsen, "Interpretation of the Newick's 8:45 tree format standard", 1990
 */
import type { FormatFault, TaxonRecord, TaxonRecords } from '../taxon-record.js';

interface Node {
  name: string | undefined;
  readonly parent: number | undefined;
  hasChildren: boolean;
  line: number;
  column: number;
}

/** A token: one of `( ) , ; :`, or a name. */
interface Token {
  readonly kind: 'mark' | 'name' | 'end' | 'unclosed';
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const MARKS = '(),;:';
const ENDS_NAME = /[\s()[\]':;,]/;

/** The tokens of a text, without comments. */
function* tokensOf(text: string): Generator<Token, void, void> {
  let [line, start] = [1, 0];
  const place = (at: number) => ({ line, column: at - start + 1 });
  for (let at = 0; at < text.length; ) {
    const mark = text[at] ?? '';
    if (mark === '\n') {
      line++;
      start = at + 1;
    }
    if (/\s/.test(mark)) at++;
    else if (mark === '[') {
      const end = text.indexOf(']', at);
      if (end < 0) {
        yield { kind: 'unclosed', text: '[', ...place(at) };
        return;
      }
      for (; at <= end; at++) {
        if (text[at] !== '\n') continue;
        line++;
        start = at + 1;
      }
    } else if (mark === "'") {
      let [end, name] = [at + 1, ''];
      while (end < text.length && (text[end] !== "'" || text[end + 1] === "'")) {
        name += text[end];
        end += text[end] === "'" ? 2 : 1;
      }
      yield { kind: end < text.length ? 'name' : 'unclosed', text: end < text.length ? name : mark, ...place(at) };
      if (end >= text.length) return;
      at = end + 1;
    } else if (MARKS.includes(mark)) {
      yield { kind: 'mark', text: mark, ...place(at++) };
    } else {
      let end = at + 1;
      while (end < text.length && !ENDS_NAME.test(text[end] ?? '')) end++;
      yield { kind: 'name', text: text.slice(at, end), ...place(at) };
      at = end;
    }
  }
  yield { kind: 'end', text: '', ...place(text.length) };
}

/**
 * The taxa of a tree. Underscores in names stay as they are, whether quoted or not. Lengths of branches and comments in square
 * brackets are left out.
 */
export function parseNewick(text: string): TaxonRecords {
  const nodes: Node[] = [];
  const open: number[] = [];
  const faults: FormatFault[] = [];
  let [current, lengths, isDone] = [-1, 0, false];
  /** A node begins behind a mark, and the root where the text does. */
  const begin = (parent: number | undefined, { line, column }: Token) => {
    nodes.push({ name: undefined, parent, hasChildren: false, line, column: column + 1 });
    current = nodes.length - 1;
  };
  const refuse = ({ line, column, kind, text }: Token, expected: string, remedy?: string): TaxonRecords => {
    const received =
      kind === 'end' ? 'the end of the text' : kind === 'unclosed' ? `a ${text} that is never closed` : `'${text}'`;
    return { taxa: [], faults: [{ line, column, expected, received, remedy }], notes: [] };
  };
  let expectsLength = false;
  for (const token of tokensOf(text)) {
    const { kind, text: mark, line, column } = token;
    if (kind === 'unclosed') return refuse(token, mark === '[' ? "a ']'" : 'a closing quote');
    if (isDone) {
      if (kind === 'end') break;
      return refuse(token, "one tree, and nothing behind its ';'", 'Put each tree into a file of its own.');
    }
    if (current < 0) begin(undefined, token);
    const node = nodes[current] as Node;
    if (expectsLength) {
      if (kind !== 'name' || !Number.isFinite(Number(mark))) return refuse(token, "a number behind ':'");
      expectsLength = false;
      lengths++;
    } else if (kind === 'name') {
      if (node.name !== undefined) {
        return refuse(
          token,
          "',' or ')' after a name",
          "Put a name of several words between single quotes: 'Acartia clausi'.",
        );
      }
      Object.assign(node, { name: mark, line, column });
    } else if (kind === 'end') {
      return refuse(token, open.length > 0 ? "')'" : "';' at the end of the tree");
    } else if (mark === '(') {
      if (node.name !== undefined || node.hasChildren) return refuse(token, "',' or ')'");
      node.hasChildren = true;
      open.push(current);
      begin(current, token);
    } else if (mark === ':') {
      expectsLength = true;
    } else if (mark === ';') {
      if (open.length > 0) return refuse(token, "')'");
      isDone = true;
    } else {
      const above = open.at(-1);
      if (above === undefined)
        return refuse(token, mark === ',' ? "one tree: '(' before the first name" : "no ')' without '('");
      if (mark === ',') begin(above, token);
      else {
        open.pop();
        current = above;
        Object.assign(nodes[above] as Node, { line, column });
      }
    }
  }
  const hasNamedRoot = nodes[0]?.name !== undefined;
  const taxa = nodes.flatMap(({ name, parent, hasChildren, line, column }, i): TaxonRecord[] => {
    if (i === 0 && !hasNamedRoot) return [];
    if (name === undefined) {
      const expected = hasChildren ? 'a name for every inner node' : 'a name';
      const remedy = hasChildren ? 'Write it behind the closing parenthesis: (a,b)name.' : undefined;
      faults.push({ line, column, expected, received: 'none', remedy });
    }
    const above = parent === undefined ? undefined : parent - (hasNamedRoot ? 0 : 1);
    return [{ name: name ?? '', parent: above === -1 ? undefined : above, at: { line, column } }];
  });
  const notes = lengths === 0 ? [] : ['Lengths of branches are left out.'];
  return { taxa: faults.length > 0 ? [] : taxa, faults, notes };
}
