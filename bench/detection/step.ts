/** How long a training takes for a scene, with and without threads that make the examples of the next step. */
import { usualThreads } from '../../src/detection/learned/examples/examples-ahead.js';
import { trainDetector } from '../../src/detection/learned/training/train-detector.js';
import { cutoutsOf, head, mean, row, say, setting } from './setting.js';

const ROUNDS = 3;

export async function measureStep(): Promise<void> {
  const train = await cutoutsOf('train');
  const examples = setting.examples ?? 400;
  const threads = [0, usualThreads(4)];
  say(`\nMilliseconds for a scene of a training, ${ROUNDS} rounds in turns of ${examples} scenes`);
  head(
    'detector',
    ...threads.map((count) => (count === 0 ? 'examples made in turn' : `made ahead, threads: ${count}`)),
  );
  for (const kind of setting.kinds) {
    const times = threads.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, count] of threads.entries()) {
        const data = { from: 'scenes', train, validation: [] } as const;
        const detector = await trainDetector(data, { kind, examples, threads: count, training: { epochs: 2 } });
        // In the first epoch, TensorFlow and the threads get ready.
        times[i]?.push((1000 * (detector.history[1]?.seconds ?? Number.NaN)) / examples);
        detector.dispose();
      }
    }
    row(kind, ...times.map((all) => `${mean(all).toFixed(1)} (${all.map((one) => one.toFixed(1)).join(', ')})`));
  }
}
