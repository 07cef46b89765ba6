/**
 * What a detector learns from: frames with the boxes of their organisms. A training draws them anew in every step, from the step's seed,
 * so that an interrupted one resumes with the same; examples that judge it are always the same.
 */
import type { Box } from '../../../box.js';
import type { RunTasks } from '../../../threads.js';

/** What is looked at: a square, one byte for each pixel and channel. */
export interface Looked {
  readonly pixels: Uint8Array;
}

/** A square frame, and the boxes of its organisms. */
export interface Example extends Looked {
  readonly boxes: readonly Box[];
}

/** Where examples come from. */
export interface Examples<E extends Looked = Example> {
  /** How many an epoch has. */
  readonly count: number;
  /** @param seed of the draw: different in every step of a training. Undefined: the same example every time */
  exampleAt(index: number, seed: readonly [number, number, number] | undefined): E;
}

/** The examples of a training, then those that judge it, by one index. */
export interface ExampleStream<E extends Looked = Example> {
  readonly side: number;
  readonly channels: number;
  readonly count: number;
  /** Makes the examples of a step of the training ready: `at` then has them. One step at a time. */
  prepare(indices: Int32Array, seed: readonly [number, number]): Promise<void>;
  /** The examples of a step; of the same step again, the same objects. */
  at(indices: Int32Array, seed?: readonly [number, number]): readonly E[];
}

/** Examples of a step of a training, of which `indices` are those from the one with the number `first` on. */
export interface ExampleTask {
  readonly indices: Int32Array;
  readonly seed: readonly [number, number];
  readonly first: number;
}

/** Makes the examples of a task. */
export const made = <E extends Looked>(examples: Examples<E>, { indices, seed, first }: ExampleTask): E[] =>
  Array.from(indices, (index, i) => examples.exampleAt(index, [...seed, first + i]));

export interface StreamOptions<E extends Looked> {
  readonly side: number;
  /** Default 1. */
  readonly channels?: number | undefined;
  /** What makes the examples of the next step, in so many tasks. Default: they are made when they are asked for. */
  readonly ahead?: { readonly run: RunTasks<ExampleTask, E[]>; readonly tasks: number } | undefined;
}

/** Examples that judge are made once, as far as their pixels take no more. */
const KEPT_BYTES = 64 * 2 ** 20;

export function exampleStream<E extends Looked>(
  train: Examples<E>,
  validation: Examples<E>,
  { side, channels = 1, ahead }: StreamOptions<E>,
): ExampleStream<E> {
  const fit = Math.floor(KEPT_BYTES / (side * side * channels));
  const kept = new Array<E | undefined>(Math.min(validation.count, fit));
  function judging(index: number): E {
    const example = kept[index] ?? validation.exampleAt(index, undefined);
    if (index < kept.length) kept[index] = example;
    return example;
  }
  const oneOf = (index: number, seed: readonly [number, number, number] | undefined) =>
    index < train.count ? train.exampleAt(index, seed) : judging(index - train.count);
  let last: Step<E> | undefined;
  let next: Step<E> | undefined;
  return {
    side,
    channels,
    count: train.count + validation.count,
    async prepare(indices, seed) {
      if (ahead === undefined) return;
      const examples = new Array<E>(indices.length);
      const most = Math.ceil(indices.length / ahead.tasks);
      const tasks = Array.from({ length: Math.ceil(indices.length / most) }, (_, task) => {
        const first = task * most;
        return { indices: indices.slice(first, first + most), seed, first };
      });
      await ahead.run(tasks, (some, task) => {
        for (const [i, example] of some.entries()) examples[task * most + i] = example;
      });
      next = { key: keyOf(indices, seed), examples };
    },
    at(indices, seed) {
      const key = keyOf(indices, seed);
      if (last?.key === key) return last.examples;
      const examples =
        next?.key === key ? next.examples : Array.from(indices, (index, i) => oneOf(index, seed && [...seed, i]));
      if (next?.key === key) next = undefined;
      last = { key, examples };
      return examples;
    },
  };
}

/** The examples of a step, by what they were asked with. */
interface Step<E> {
  readonly key: string;
  readonly examples: readonly E[];
}

const keyOf = (indices: Int32Array, seed: readonly number[] | undefined) =>
  `${seed?.join() ?? 'none'}: ${indices.join()}`;
