/**
 * A program: pure functions of (state, inputs) that share a state living on the device. `compile` records each function
 * once and replays it as a TensorFlow graph; `interpret` runs it operation by operation, and is the reference that the
 * compiled one is tested against.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { CladenetError, nearest, type Problem } from '../errors.js';
import type { NdArray, NumberArray } from './nd-array.js';
import type { Ops } from './ops.js';

export type Tensors = Readonly<Record<string, Tensor>>;

export interface ProgramFunction {
  /** One example of each input: its shape and data type are fixed by it. */
  readonly inputs: Readonly<Record<string, NdArray>>;
  /** Pure: new values for (some of) the state, and what the caller gets back. Never empty outputs. */
  readonly run: (ops: Ops, state: Tensors, inputs: Tensors) => { readonly state?: Tensors; readonly outputs: Tensors };
}

export interface ProgramDefinition<F extends string = string> {
  /** First values of everything that stays on the device: weights, optimiser slots, statistics, images. */
  readonly state: Readonly<Record<string, NdArray>>;
  readonly functions: Readonly<Record<F, ProgramFunction>>;
}

export interface Program<F extends string = string> {
  /** Runs one function: the state changes, the outputs come back. Inputs are numbers in the examples' shapes. */
  run(name: F, inputs: Readonly<Record<string, NumberArray>>): Record<string, NdArray>;
  /** Copies state back from the device: the named parts, by default all. */
  readState(names?: readonly string[]): Record<string, NdArray>;
  /** Replaces parts of the state; shapes and types stay. */
  writeState(values: Readonly<Record<string, NdArray>>): void;
  /** Frees everything on the device. The program cannot be used afterwards. */
  dispose(): void;
}

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** What both ways of running a program check before they touch the device, so that mistakes read the same in both. */
export class ProgramGuard {
  private disposed = false;

  constructor(private readonly definition: ProgramDefinition) {}

  checkAlive(call: string): void {
    if (!this.disposed) return;
    throw new CladenetError('USAGE', `${call}: this program was disposed and cannot be used any more`);
  }

  /** Marks the program as disposed; a second time is an error. */
  dispose(): void {
    this.checkAlive('dispose()');
    this.disposed = true;
  }

  checkInputs(name: string, inputs: Readonly<Record<string, NumberArray>>): ProgramFunction {
    this.checkAlive(`run(${name})`);
    const { functions } = this.definition;
    const fn = functions[name];
    if (fn === undefined) {
      throw new CladenetError('USAGE', 'No such function in this program', [
        { where: 'run', expected: Object.keys(functions).join(' or '), received: name },
      ]);
    }
    const problems = [];
    for (const [input, example] of Object.entries(fn.inputs)) {
      const data = inputs[input];
      const expected = `${example.data.constructor.name} of shape [${example.shape.join(', ')}]`;
      if (data === undefined) problems.push({ where: `input ${input}`, expected, received: 'nothing' });
      else if (data.constructor !== example.data.constructor || data.length !== example.data.length) {
        const received = `${data.constructor.name} of ${data.length} numbers`;
        problems.push({ where: `input ${input}`, expected, received });
      }
    }
    if (problems.length > 0) throw new CladenetError('USAGE', `${name} cannot run with these inputs`, problems);
    return fn;
  }

  checkState(values: Readonly<Record<string, NdArray>>): void {
    this.checkAlive('writeState');
    const { state } = this.definition;
    const problems: Problem[] = [];
    for (const [name, { shape, data }] of Object.entries(values)) {
      const own = state[name];
      if (own === undefined) problems.push(this.unknownState(`state ${name}`, name));
      else if (
        !sameShape(shape, own.shape) ||
        data.constructor !== own.data.constructor ||
        data.length !== own.data.length
      ) {
        const describe = (array: NdArray) =>
          `${array.data.constructor.name} [${array.shape.join(', ')}] of ${array.data.length} numbers`;
        problems.push({ where: `state ${name}`, expected: describe(own), received: describe({ shape, data }) });
      }
    }
    if (problems.length > 0) throw new CladenetError('USAGE', 'This is not a state of this program', problems);
  }

  checkNames(names: readonly string[]): void {
    this.checkAlive('readState');
    const known = Object.keys(this.definition.state);
    const problems = names.filter((name) => !known.includes(name)).map((name) => this.unknownState('readState', name));
    if (problems.length > 0) throw new CladenetError('USAGE', 'No such state in this program', problems);
  }

  /** What a function gave as new state: parts of the program's, in their shapes. */
  checkNewState(name: string, values: Tensors): void {
    const { state } = this.definition;
    const problems: Problem[] = [];
    for (const [part, { shape }] of Object.entries(values)) {
      const own = state[part];
      const where = `the new ${part} of ${name}`;
      if (own === undefined) problems.push(this.unknownState(where, part));
      else if (!sameShape(shape, own.shape)) {
        problems.push({ where, expected: `[${own.shape.join(', ')}]`, received: `[${shape.join(', ')}]` });
      }
    }
    if (problems.length > 0) throw new CladenetError('USAGE', `${name} gives a state that does not fit`, problems);
  }

  private unknownState(where: string, name: string): Problem {
    const known = Object.keys(this.definition.state);
    return { where, expected: nearest(name, known) ?? known.join(', '), received: name };
  }
}
