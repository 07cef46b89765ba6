/**
 * A JSON parser that keeps what `JSON.parse` loses: the line of every value, and repeated keys of an object. It does not
 * recurse, so no depth overflows the stack.
 */

export type JsonValue =
  | { readonly kind: 'object'; readonly line: number; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly line: number; readonly items: readonly JsonValue[] }
  | { readonly kind: 'string'; readonly line: number; readonly text: string }
  | { readonly kind: 'other'; readonly line: number; readonly text: string };

export interface JsonMember {
  readonly key: string;
  /** The line of the key. */
  readonly line: number;
  readonly value: JsonValue;
}

/** Text that is not valid JSON: what was expected and what was received, and on which line. */
export class JsonSyntaxError extends Error {
  constructor(
    readonly line: number,
    readonly expected: string,
    readonly received: string,
  ) {
    super(`line ${line}: expected ${expected}, received ${received}`);
  }
}

interface Token {
  readonly text: string;
  readonly line: number;
}

const SCALAR = /[{}[\],:]|(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The tokens of a text; the last is empty. */
function* tokensOf(text: string): Generator<Token, Token, void> {
  let line = 1;
  for (let at = 0; ; ) {
    for (; isBlank(text.charCodeAt(at)); at++) if (text[at] === '\n') line++;
    if (at === text.length) return { text: '', line };
    const end = text[at] === '"' ? endOfString(text, at) : endOf(SCALAR, text, at);
    if (end === undefined) throw new JsonSyntaxError(line, 'JSON', `'${text.slice(at, at + 20).split('\n')[0]}'`);
    yield { text: text.slice(at, end), line };
    at = end;
  }
}

const isBlank = (code: number) => code === 32 || code === 10 || code === 13 || code === 9;

function endOf(token: RegExp, text: string, at: number): number | undefined {
  token.lastIndex = at;
  return token.test(text) ? token.lastIndex : undefined;
}

/** Where a string ends, without a regular expression: one would overflow the stack on a long string. */
function endOfString(text: string, begin: number): number | undefined {
  for (let at = begin + 1; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code < 32) return undefined;
    const next = code === 92 ? endOf(ESCAPE, text, at) : at + 1;
    if (next === undefined) return undefined;
    at = next;
  }
  return undefined;
}

interface OpenObject {
  readonly kind: 'object';
  readonly line: number;
  readonly members: JsonMember[];
  /** The key whose value is being read. */
  key: Token;
}

interface OpenArray {
  readonly kind: 'array';
  readonly line: number;
  readonly items: JsonValue[];
}

/** @throws JsonSyntaxError */
export function parseJson(text: string): JsonValue {
  const tokens = tokensOf(text);
  const take = (): Token => tokens.next().value;
  const unexpected = (expected: string, { text, line }: Token): JsonSyntaxError =>
    new JsonSyntaxError(line, expected, text === '' ? 'the end of the text' : `'${text}'`);
  /** Reads the colon behind a key. */
  const keyed = (key: Token): Token => {
    if (!key.text.startsWith('"')) throw unexpected('a key in double quotes', key);
    const colon = take();
    if (colon.text !== ':') throw unexpected(`':' after the key ${key.text}`, colon);
    return key;
  };
  const open: (OpenObject | OpenArray)[] = [];
  for (let token = take(); ; ) {
    // A value begins at the token.
    const { text, line } = token;
    let value: JsonValue;
    if (text === '{') {
      token = take();
      if (token.text !== '}') {
        open.push({ kind: 'object', line, members: [], key: keyed(token) });
        token = take();
        continue;
      }
      value = { kind: 'object', line, members: [] };
    } else if (text === '[') {
      token = take();
      if (token.text !== ']') {
        open.push({ kind: 'array', line, items: [] });
        continue;
      }
      value = { kind: 'array', line, items: [] };
    } else if (text.startsWith('"')) {
      value = { kind: 'string', line, text: String(JSON.parse(text)) };
    } else if (text === '' || /[}\],:]/.test(text)) {
      throw unexpected('a value', token);
    } else {
      value = { kind: 'other', line, text };
    }
    // The value is complete, and perhaps the ones around it.
    for (let around = open.at(-1); ; around = open.at(-1)) {
      token = take();
      if (around === undefined) {
        if (token.text !== '') throw unexpected('the end of the text', token);
        return value;
      }
      if (around.kind === 'object') {
        around.members.push({ key: String(JSON.parse(around.key.text)), line: around.key.line, value });
      } else {
        around.items.push(value);
      }
      if (token.text === ',') {
        token = take();
        if (around.kind === 'object') {
          around.key = keyed(token);
          token = take();
        }
        break;
      }
      const end = around.kind === 'object' ? '}' : ']';
      if (token.text !== end) throw unexpected(`',' or '${end}'`, token);
      value = around;
      open.pop();
    }
  }
}
