/** A compiled forward pass for one square at a time. */
import type { Weights } from '../../../network/weights.js';
import type { MakeProgram } from '../../../tensorflow/device.js';
import type { Program } from '../../../tensorflow/program.js';
import { explainingMemory } from '../../../training/memory.js';
import type { Model } from '../../../training/model.js';
import type { Objective } from '../../../training/objective.js';
import { answerFunction } from '../../../training/step.js';
import { exampleSource } from '../examples/example-source.js';
import type { ExampleStream } from '../examples/examples.js';

export interface Forward {
  /** The network's output for a square [side x side x channels]. */
  run(pixels: Uint8Array): Float32Array;
  dispose(): void;
}

/** @param objectiveOf the task of the network, given the examples that it has none of here */
export function forwardOf(
  make: MakeProgram,
  model: Model,
  objectiveOf: (examples: ExampleStream<never>) => Objective<object>,
  weights: Weights,
  { side, channels }: Pick<ExampleStream, 'side' | 'channels'>,
): Forward {
  const examples = none(side, channels);
  const functions = {
    answers: answerFunction(model, exampleSource(examples), objectiveOf(examples), 1, (name) => name),
  };
  const program: Program<'answers'> = explainingMemory(1, () => make({ state: weights, functions }));
  return {
    run: (pixels) => program.run('answers', { pixels }).answers?.data as Float32Array,
    dispose: () => program.dispose(),
  };
}

/** A stream of nothing: only its shape is of use where nothing is trained. */
const none = (side: number, channels: number): ExampleStream<never> => ({
  side,
  channels,
  count: 0,
  prepare: () => Promise.resolve(),
  at: () => [],
});
