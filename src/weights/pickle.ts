/**
 * Reads pickles without executing anything. A pickle is a program for a stack machine that may call any function of Python by
 * its name. Here the machine builds numbers, texts, lists, tuples and dictionaries; a name that the caller does not know is
 * put aside, never looked up, and reported.
 *
 * @see Lib/pickletools.py of Python, which describes every opcode
 */
import { WeightsFault } from './arrays.js';

/** A class or function that a pickle names, as `collections.OrderedDict`. */
export class Named {
  constructor(readonly name: string) {}
}

/** What an unknown name was called for. */
class Unknown {}

/** What a pickle builds. Dictionaries are maps, tuples and lists are arrays. */
export type Value = null | boolean | number | bigint | string | Uint8Array | Value[] | Map<Value, Value> | object;

/** What the reader of a format knows. */
export interface Known {
  /** The names that may occur. */
  readonly names: ReadonlySet<string>;
  /** What a known name makes of its arguments; throws a {@link WeightsFault} if they are wrong. */
  call(name: string, args: readonly Value[]): Value;
  /** An object that lies outside the pickle. */
  persistent(id: Value): Value;
}

/** The value of a pickle, and where it ends. */
export interface Unpickled {
  readonly value: Value;
  readonly end: number;
}

/** Values on the stack, in the memo, and in all lists and dictionaries: each takes a byte of the pickle at least. */
const MOST_VALUES = 2 ** 21;

const MARK = Symbol('mark');
type Slot = Value | typeof MARK;

/** Reads the pickle that begins at `start`. @throws WeightsFault for what is cut, is not a pickle, or names something unknown */
export function unpickle(bytes: Buffer, start: number, known: Known): Unpickled {
  const machine = new Machine(bytes, start, known);
  const value = machine.run();
  if (machine.unknown.size > 0) {
    throw new WeightsFault([...machine.unknown].map((name) => `a pickle that names ${name}`));
  }
  return { value, end: machine.at };
}

class Machine {
  readonly unknown = new Set<string>();
  private readonly stack: Slot[] = [];
  private readonly memo = new Map<number, Value>();
  private values = 0;

  constructor(
    private readonly bytes: Buffer,
    public at: number,
    private readonly known: Known,
  ) {}

  run(): Value {
    for (;;) {
      const code = this.take(1).readUInt8(0);
      if (code === 0x2e) return this.pop();
      const step = STEPS.get(code);
      if (step === undefined) {
        throw new WeightsFault([`a pickle with the instruction 0x${code.toString(16)} at byte ${this.at - 1}`]);
      }
      step(this);
      this.values += 1;
      if (this.values > MOST_VALUES) throw new WeightsFault([`a pickle of more than ${MOST_VALUES} values`]);
    }
  }

  take(count: number): Buffer {
    if (this.at + count > this.bytes.length) throw new WeightsFault(['a pickle that is cut']);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** A length of 1, 2, 4 or 8 bytes. */
  size(width: 1 | 4 | 8): number {
    const length = this.take(width);
    return width === 8 ? Number(length.readBigUInt64LE(0)) : length.readUIntLE(0, width);
  }

  text(width: 1 | 4 | 8): string {
    return this.take(this.size(width)).toString('utf8');
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0 || end - this.at > LONGEST_NAME) throw new WeightsFault(['a pickle that is cut within a name']);
    const line = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return line;
  }

  push(value: Slot): void {
    this.stack.push(value);
  }

  pop(): Value {
    const value = this.stack.pop();
    if (value === undefined || value === MARK) throw broken();
    return value as Value;
  }

  top(): Value {
    const value = this.stack.at(-1);
    if (value === undefined || value === MARK) throw broken();
    return value as Value;
  }

  popToMark(): Value[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw broken();
    const values = this.stack.splice(mark + 1) as Value[];
    this.stack.pop();
    return values;
  }

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  memoSize(): number {
    return this.memo.size;
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw broken();
    this.push(this.memo.get(index) as Value);
  }

  name(name: string): void {
    if (this.known.names.has(name)) this.push(new Named(name));
    else {
      if (this.unknown.size < MOST_NAMES) this.unknown.add(name);
      this.push(new Unknown());
    }
  }

  call(): void {
    const args = this.pop();
    const callee = this.pop();
    // What a known name is given may come from an unknown one, which is what is reported then.
    if (this.unknown.size > 0) this.push(new Unknown());
    else if (callee instanceof Named && Array.isArray(args)) this.push(this.known.call(callee.name, args));
    else throw broken();
  }

  persistent(): void {
    const id = this.pop();
    this.push(this.unknown.size > 0 ? new Unknown() : this.known.persistent(id));
  }

  append(values: readonly Value[]): void {
    const list = this.top();
    if (list instanceof Unknown) return;
    if (!Array.isArray(list)) throw broken();
    for (const value of values) list.push(value);
  }

  set(values: readonly Value[]): void {
    const map = this.top();
    if (map instanceof Unknown) return;
    if (!(map instanceof Map) || values.length % 2 !== 0) throw broken();
    for (let i = 0; i < values.length; i += 2) map.set(values[i] as Value, values[i + 1] as Value);
  }

  /** Attributes of an object: dictionaries of modules carry metadata, which nothing here needs. */
  build(): void {
    this.pop();
    const target = this.top();
    if (!(target instanceof Map) && !(target instanceof Unknown)) throw broken();
  }
}

/** Of a class or function. */
const LONGEST_NAME = 1000;
/** Unknown names that are reported. */
const MOST_NAMES = 20;

const broken = () => new WeightsFault(['a pickle whose instructions do not fit together']);

function integer(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0;
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`));
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function pairs(values: readonly Value[]): Map<Value, Value> {
  if (values.length % 2 !== 0) throw broken();
  return new Map(
    Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i] as Value, values[2 * i + 1] as Value]),
  );
}

function text(value: Value): string {
  if (typeof value !== 'string' || value.length > LONGEST_NAME) throw broken();
  return value;
}

function tuple(machine: Machine, count: number): void {
  const values = Array.from({ length: count }, () => machine.pop()).reverse();
  machine.push(values);
}

/** What each opcode does, by its byte. Those of protocols 2 to 5 that state dictionaries use. */
const STEPS = new Map<number, (machine: Machine) => void>([
  [0x80, (m) => void m.take(1)], // PROTO
  [0x95, (m) => void m.take(8)], // FRAME
  [0x28, (m) => m.push(MARK)], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.take(4).readInt32LE(0))], // BININT
  [0x4b, (m) => m.push(m.take(1).readUInt8(0))], // BININT1
  [0x4d, (m) => m.push(m.take(2).readUInt16LE(0))], // BININT2
  [0x8a, (m) => m.push(integer(m.take(m.size(1))))], // LONG1
  [0x47, (m) => m.push(m.take(8).readDoubleBE(0))], // BINFLOAT
  [0x58, (m) => m.push(m.text(4))], // BINUNICODE
  [0x8c, (m) => m.push(m.text(1))], // SHORT_BINUNICODE
  [0x8d, (m) => m.push(m.text(8))], // BINUNICODE8
  [0x54, (m) => m.push(m.text(4))], // BINSTRING
  [0x55, (m) => m.push(m.text(1))], // SHORT_BINSTRING
  [0x42, (m) => m.push(m.take(m.size(4)))], // BINBYTES
  [0x43, (m) => m.push(m.take(m.size(1)))], // SHORT_BINBYTES
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x85, (m) => tuple(m, 1)], // TUPLE1
  [0x86, (m) => tuple(m, 2)], // TUPLE2
  [0x87, (m) => tuple(m, 3)], // TUPLE3
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x6c, (m) => m.push(m.popToMark())], // LIST
  [0x61, (m) => m.append([m.pop()])], // APPEND
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x64, (m) => m.push(pairs(m.popToMark()))], // DICT
  [0x73, (m) => m.set([m.pop(), m.pop()].reverse())], // SETITEM
  [0x75, (m) => m.set(m.popToMark())], // SETITEMS
  [0x71, (m) => m.remember(m.size(1))], // BINPUT
  [0x72, (m) => m.remember(m.size(4))], // LONG_BINPUT
  [0x94, (m) => m.remember(m.memoSize())], // MEMOIZE
  [0x68, (m) => m.recall(m.size(1))], // BINGET
  [0x6a, (m) => m.recall(m.size(4))], // LONG_BINGET
  [0x63, (m) => m.name([m.line(), m.line()].join('.'))], // GLOBAL
  [0x93, (m) => m.name([m.pop(), m.pop()].reverse().map(text).join('.'))], // STACK_GLOBAL
  [0x52, (m) => m.call()], // REDUCE
  [0x81, (m) => m.call()], // NEWOBJ
  [0x62, (m) => m.build()], // BUILD
  [0x51, (m) => m.persistent()], // BINPERSID
]);
