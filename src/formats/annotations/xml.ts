/**
 * A reader of XML that keeps the line of every element, which annotations need for their problems. It reads elements, attributes,
 * text, CDATA and the entities of XML itself; comments, instructions and the DOCTYPE are passed over, and nothing that a DOCTYPE
 * declares is expanded. It does not recurse, so no depth overflows the stack.
 */

/** An element of a document. */
export interface XmlElement {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children, trimmed. */
  readonly text: string;
}

/** Text that is not well-formed XML. */
export class XmlSyntaxError extends Error {
  constructor(
    readonly line: number,
    readonly expected: string,
    readonly received: string,
  ) {
    super(`line ${line}: expected ${expected}, received ${received}`);
  }
}

interface Open {
  readonly name: string;
  readonly line: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const NAME = /[^\s<>/="'&?!]+/y;
const ATTRIBUTE = /\s+([^\s<>/="'&]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const END_OF_TAG = /\s*(\/?)>/y;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(\w{1,10}));/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** Characters of a text in an error. */
const SHOWN = 40;

/**
 * The outermost element of a document.
 *
 * @throws XmlSyntaxError
 */
export function parseXml(document: string): XmlElement {
  const text = document.startsWith('\ufeff') ? document.slice(1) : document;
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let [at, line] = [0, 1];
  const fail = (expected: string) =>
    new XmlSyntaxError(
      line,
      expected,
      at >= text.length ? 'the end of the text' : `'${text.slice(at, at + SHOWN).split('\n')[0]}'`,
    );
  const move = (to: number) => {
    for (; at < to; at++) if (text.charCodeAt(at) === 10) line++;
  };
  const past = (end: string, what: string) => {
    const found = text.indexOf(end, at);
    if (found < 0) throw fail(`the end of ${what}, ${end}`);
    move(found + end.length);
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text) ?? undefined;
  };
  const close = ({ text: own, ...element }: Open) => {
    const closed = { ...element, text: own.trim() };
    const around = open.at(-1);
    if (around === undefined) root = closed;
    else around.children.push(closed);
  };
  while (at < text.length) {
    if (text.startsWith('<!--', at)) past('-->', 'a comment');
    else if (text.startsWith('<?', at)) past('?>', 'an instruction');
    else if (text.startsWith('<![CDATA[', at)) {
      const begin = at + 9;
      past(']]>', 'CDATA');
      const around = open.at(-1);
      if (around === undefined) throw fail('an element around CDATA');
      around.text += text.slice(begin, at - 3);
    } else if (text.startsWith('<!DOCTYPE', at)) {
      const subset = text.indexOf('[', at);
      const end = text.indexOf('>', at);
      if (subset >= 0 && subset < end) past(']', 'a DOCTYPE');
      past('>', 'a DOCTYPE');
    } else if (text.startsWith('</', at)) {
      const element = open.pop();
      at += 2;
      const name = match(NAME)?.[0];
      if (element === undefined || name !== element.name) throw fail(`'</${element?.name ?? ''}>'`);
      move(at + name.length);
      const end = match(END_OF_TAG);
      if (end === undefined || end[1] !== '') throw fail("'>'");
      move(at + end[0].length);
      close(element);
    } else if (text[at] === '<') {
      const began = line;
      at += 1;
      const name = match(NAME)?.[0];
      if (name === undefined) throw fail('the name of an element');
      if (root !== undefined && open.length === 0) throw fail('one outermost element');
      move(at + name.length);
      const attributes = new Map<string, string>();
      for (let found = match(ATTRIBUTE); found !== undefined; found = match(ATTRIBUTE)) {
        const [whole, key = '', double, single] = found;
        if (attributes.has(key)) throw fail('each attribute once');
        attributes.set(
          key,
          withoutEntities(double ?? single ?? '', () => fail('an entity of XML')),
        );
        move(at + whole.length);
      }
      const end = match(END_OF_TAG);
      if (end === undefined) throw fail(`an attribute of ${name}, or '>'`);
      move(at + end[0].length);
      const element: Open = { name, line: began, attributes, children: [], text: '' };
      if (end[1] === '/') close(element);
      else open.push(element);
    } else {
      const next = text.indexOf('<', at);
      const end = next < 0 ? text.length : next;
      const piece = text.slice(at, end);
      const around = open.at(-1);
      if (around !== undefined) around.text += withoutEntities(piece, () => fail('an entity of XML'));
      else if (piece.trim() !== '') throw fail('an element');
      move(end);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) throw fail(`'</${unclosed.name}>' for the element of line ${unclosed.line}`);
  if (root === undefined) throw fail('an element');
  return root;
}

function withoutEntities(text: string, fault: () => Error): string {
  if (!text.includes('&')) return text;
  const replaced = text.replaceAll(ENTITY, (_, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) {
      const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
      if (known === undefined) throw fault();
      return known;
    }
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    if (code > 0x10ffff) throw fault();
    return String.fromCodePoint(code);
  });
  return replaced;
}

/** The first child of a name. */
export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child) => child.name === name);

/** The number that a child or the element holds; NaN where there is none. */
export function numberIn(element: XmlElement | undefined): number {
  return element === undefined || element.text === '' ? Number.NaN : Number(element.text);
}
