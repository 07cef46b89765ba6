/** Examples made on other threads: those of the next step while TensorFlow computes this one. */
import { intraOpThreads } from '../../../tensorflow/threads.js';
import { type RunTasks, withThreads } from '../../../threads.js';
import { type ExampleWork, examplesOf, type MadeOf, shared, startMaking } from './example-work.js';
import { type ExampleStream, type Examples, type ExampleTask, exampleStream } from './examples.js';

/** With more, each would make too little of a step. */
const MOST_THREADS = 4;

/** Threads that make examples if nothing else is said: cores that TensorFlow has, but for the one that waits for it. */
export const usualThreads = (batch: number): number => Math.max(0, Math.min(batch, MOST_THREADS, intraOpThreads() - 1));

export interface AheadOptions {
  readonly side: number;
  readonly channels?: number | undefined;
  /** Threads beside this one, for as long as the stream is used. With none, examples are made in this thread. */
  readonly threads: number;
}

/**
 * Lets `use` train on a stream of examples, the same for any number of threads.
 *
 * @throws CladenetError as `examplesOf` and its examples; RUNTIME when a thread fails
 */
export async function withExamples<Work extends ExampleWork, Result>(
  work: Work,
  validation: Examples<MadeOf<Work>>,
  { side, channels, threads }: AheadOptions,
  use: (stream: ExampleStream<MadeOf<Work>>) => Promise<Result>,
): Promise<Result> {
  const data = threads === 0 ? work : shared(work);
  const train = examplesOf(data);
  if (threads === 0) return use(exampleStream(train, validation, { side, channels }));
  return withThreads(
    {
      work: 'Making examples',
      script: new URL('./make-examples-worker.js', import.meta.url),
      data,
      start: startMaking,
      threads,
      beside: true,
    },
    (run) => {
      const ahead = { run: run as RunTasks<ExampleTask, MadeOf<Work>[]>, tasks: threads };
      return use(exampleStream(train, validation, { side, channels, ahead }));
    },
  );
}
