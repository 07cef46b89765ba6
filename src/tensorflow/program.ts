/**
 * A program: pure functions of (state, inputs) that share a state on the device. `compile` records each function once and
 * replays it as a TensorFlow graph. `interpret` runs it operation by operation and is the reference that the tests compare
 * the compiled form with.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { CladenetError, nearest, type Problem } from '../errors.js';
import type { NdArray, NumberArray } from './nd-array.js';
import type { Ops } from './ops.js';

export type Tensors = Readonly<Record<string, Tensor>>;

export interface ProgramFunction {
  /** An example of each input, which fixes its shape and data type. */
  readonly inputs: Readonly<Record<string, NdArray>>;
  /** Pure: returns new values for (some of) the state, and the outputs, of which there is at least one. */
  readonly run: (ops: Ops, state: Tensors, inputs: Tensors) => { readonly state?: Tensors; readonly outputs: Tensors };
}

export interface ProgramDefinition<F extends string = string> {
  /** Initial values of everything that stays on the device: weights, optimiser slots, statistics, images. */
  readonly state: Readonly<Record<string, NdArray>>;
  readonly functions: Readonly<Record<F, ProgramFunction>>;
}

export interface Program<F extends string = string> {
  /** Runs one function, updates the state and returns the outputs. Inputs have the shapes of the examples. */
  run(name: F, inputs: Readonly<Record<string, NumberArray>>): Record<string, NdArray>;
  /** Copies the named state back from the device. Default: all of it. */
  readState(names?: readonly string[]): Record<string, NdArray>;
  /** Replaces the named state by values of the same shapes and types. */
  writeState(values: Readonly<Record<string, NdArray>>): void;
  /** Frees everything on the device. The program cannot be used afterwards. */
  dispose(): void;
}

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** The checks that both ways of running a program make before they use the device, so that their errors are the same. */
export class ProgramGuard {
  private disposed = false;

  constructor(private readonly definition: ProgramDefinition) {}

  checkAlive(call: string): void {
    if (!this.disposed) return;
    throw new CladenetError('USAGE', `${call}: this program has been disposed`);
  }

  /** Marks the program as disposed. Disposing it twice is an error. */
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
    if (problems.length > 0) throw new CladenetError('USAGE', 'The state does not fit this program', problems);
  }

  checkNames(names: readonly string[]): void {
    this.checkAlive('readState');
    const known = Object.keys(this.definition.state);
    const problems = names.filter((name) => !known.includes(name)).map((name) => this.unknownState('readState', name));
    if (problems.length > 0) throw new CladenetError('USAGE', 'No such state in this program', problems);
  }

  /** Checks the new state that a function returned: names and shapes have to be the program's. */
  checkNewState(name: string, values: Tensors): void {
    const { state } = this.definition;
    const problems: Problem[] = [];
    for (const [variable, { shape }] of Object.entries(values)) {
      const own = state[variable];
      const where = `the new ${variable} of ${name}`;
      if (own === undefined) problems.push(this.unknownState(where, variable));
      else if (!sameShape(shape, own.shape)) {
        problems.push({ where, expected: `[${own.shape.join(', ')}]`, received: `[${shape.join(', ')}]` });
      }
    }
    if (problems.length > 0)
      throw new CladenetError('USAGE', `${name} returns a state that does not fit this program`, problems);
  }

  private unknownState(where: string, name: string): Problem {
    const known = Object.keys(this.definition.state);
    return { where, expected: nearest(name, known) ?? known.join(', '), received: name };
  }
}
