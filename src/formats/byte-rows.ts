/**
 * Rows of a table of any size, separated by tabs or another delimiter, from its bytes as they come. Fields stay bytes until
 * somebody wants their text: most columns of a table with a hundred of them are never looked at.
 */
import type { Problem } from '../errors.js';

/** The fields of a row, until the next row is read. */
export interface ByteRow {
  /** The line on which the row begins, counted from 1. */
  readonly line: number;
  readonly fields: number;
  readonly bytes: Buffer;
  /** Where each field begins and ends in `bytes`, without the quotes around it and white space at its ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The text of a field; empty where the row has none. */
  text(field: number): string;
}

/** A place where the rows cannot be told apart. */
export interface ByteRowFault extends Omit<Problem, 'where'> {
  readonly line: number;
}

const isSpace = (byte: number) => byte === SPACE || byte === RETURN || byte === TAB;
const [TAB, LINE_FEED, RETURN, SPACE, QUOTE] = [9, 10, 13, 32, 34];
/** Fields of a row: tables have some hundred columns. */
const MOST_FIELDS = 2 ** 14;
/** Bytes of a row: what is longer is no table, or a quote that is never closed. */
const LONGEST_ROW = 2 ** 20;

export interface ByteRowOptions {
  /** Default a tab. */
  readonly delimiter?: number | undefined;
  /** How text is encoded where the file does not begin with the mark of UTF-8. Default `latin1`. */
  readonly encoding?: 'latin1' | 'utf8' | undefined;
  readonly onRow: (row: ByteRow) => void;
  readonly onFault: (fault: ByteRowFault) => void;
}

/** Reads rows, blank ones left out: `push` the bytes piece by piece, then `end`. */
export class ByteRows {
  readonly #options: ByteRowOptions;
  readonly #delimiter: number;
  #encoding: 'latin1' | 'utf8';
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  #isFirst = true;
  #isRefused = false;
  readonly #starts = new Int32Array(MOST_FIELDS);
  readonly #ends = new Int32Array(MOST_FIELDS);
  /** Whether a field has doubled quotes in it. */
  readonly #doubled = new Uint8Array(MOST_FIELDS);

  constructor(options: ByteRowOptions) {
    this.#options = options;
    this.#delimiter = options.delimiter ?? TAB;
    this.#encoding = options.encoding ?? 'latin1';
  }

  push(chunk: Uint8Array): void {
    if (this.#isRefused) return;
    const bytes = Buffer.concat([this.#rest, chunk]);
    this.#rest = this.#read(this.#withoutMark(bytes), false);
  }

  end(): void {
    if (this.#isRefused) return;
    this.#read(this.#withoutMark(this.#rest, true), true);
    this.#rest = Buffer.alloc(0);
  }

  /** Removes the mark of UTF-8 from the first bytes. */
  #withoutMark(bytes: Buffer, isLast = false): Buffer {
    if (!this.#isFirst || (bytes.length < 3 && !isLast)) return bytes;
    this.#isFirst = false;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      this.#encoding = 'utf8';
      return bytes.subarray(3);
    }
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    if (isUtf16) {
      const remedy = 'Save it as text separated by tabs, in UTF-8.';
      this.#refuse({ line: 1, expected: 'text in UTF-8 or Latin-1', received: 'text in UTF-16', remedy });
      return Buffer.alloc(0);
    }
    return bytes;
  }

  #refuse(fault: ByteRowFault): void {
    this.#isRefused = true;
    this.#options.onFault(fault);
  }

  /** Reads all rows that end in `bytes`. @returns what is left of them */
  #read(bytes: Buffer, isLast: boolean): Buffer {
    if (this.#isFirst) return bytes;
    let at = 0;
    while (at < bytes.length && !this.#isRefused) {
      const next = this.#row(bytes, at, isLast);
      if (next === undefined) {
        if (bytes.length - at > LONGEST_ROW) {
          const remedy = 'Look for a " that is not closed in this line.';
          const received = `more than ${LONGEST_ROW} bytes`;
          this.#refuse({ line: this.#line, expected: 'a row of a table', received, remedy });
        }
        return Buffer.from(bytes.subarray(at));
      }
      at = next;
    }
    return Buffer.alloc(0);
  }

  /** Reads one row. @returns where the next begins; undefined where `bytes` end before it does */
  #row(bytes: Buffer, begin: number, isLast: boolean): number | undefined {
    const { length } = bytes;
    const [delimiter, starts, ends] = [this.#delimiter, this.#starts, this.#ends];
    let [at, fields, breaks] = [begin, 0, 0];
    for (;;) {
      while (at < length && bytes[at] !== delimiter && bytes[at] !== LINE_FEED && isSpace(bytes[at] as number)) at++;
      const opening = at;
      let [start, end, doubled] = [at, at, 0];
      if (at < length && bytes[at] === QUOTE) {
        start = ++at;
        for (;;) {
          const quote = bytes.indexOf(QUOTE, at);
          if (quote < 0 || (quote + 1 === length && !isLast)) return isLast ? this.#unclosed(bytes, begin) : undefined;
          for (let i = at; i < quote; i++) if (bytes[i] === LINE_FEED) breaks++;
          at = quote + 1;
          end = quote;
          if (bytes[at] !== QUOTE) break;
          doubled = 1;
          at++;
        }
      }
      const closed = at;
      while (at < length && bytes[at] !== delimiter && bytes[at] !== LINE_FEED) at++;
      let last = at;
      while (last > closed && isSpace(bytes[last - 1] as number)) last--;
      // What follows a closed quote makes the quotes part of the text: `"a" b`.
      if (last > closed || closed === opening) [start, end, doubled] = [opening, last, 0];
      if (at === length && !isLast) return undefined;
      if (fields < MOST_FIELDS) {
        starts[fields] = start;
        ends[fields] = end;
        this.#doubled[fields] = doubled;
        fields++;
      }
      if (at === length || bytes[at] === LINE_FEED) break;
      at++;
    }
    this.#emit(bytes, fields);
    this.#line += 1 + breaks;
    return at + 1;
  }

  #emit(bytes: Buffer, fields: number): void {
    let isBlank = true;
    for (let i = 0; i < fields && isBlank; i++) isBlank = this.#starts[i] === this.#ends[i];
    if (isBlank) return;
    this.#options.onRow({
      ...{ line: this.#line, fields, bytes, starts: this.#starts, ends: this.#ends },
      text: (field) => {
        if (field < 0 || field >= fields) return '';
        const [start, end] = [this.#starts[field] ?? 0, this.#ends[field] ?? 0];
        const text = start === end ? '' : bytes.toString(this.#encoding, start, end);
        return this.#doubled[field] === 1 ? text.replaceAll('""', '"') : text;
      },
    });
  }

  #unclosed(bytes: Buffer, begin: number): number {
    const end = bytes.indexOf(LINE_FEED, begin);
    const shown = bytes.toString('latin1', begin, Math.min(end < 0 ? bytes.length : end, begin + 100)).trim();
    this.#refuse({
      line: this.#line,
      expected: 'a row whose quotes are closed',
      received: `'${shown}', with a " that no other closes`,
      remedy: 'Remove the quote, or write it twice within a quoted cell.',
    });
    return bytes.length;
  }
}
