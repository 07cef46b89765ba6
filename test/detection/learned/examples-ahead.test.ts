/**
 * Examples are made on other threads, and are the same. Threads run compiled code, so the trainings of this test are those of the compiled
 * library.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { examplesOf, shared } from '../../../src/detection/learned/examples/example-work.js';
import { type Example, type ExampleTask, exampleStream } from '../../../src/detection/learned/examples/examples.js';
import { usualThreads } from '../../../src/detection/learned/examples/examples-ahead.js';
import { cutOut } from '../../../src/detection/scenes/cutout.js';
import { disc, rectangle } from '../shapes.js';

const example = (level: number): Example => ({ pixels: new Uint8Array(4).fill(level), boxes: [] });

describe('a stream of examples', () => {
  const train = {
    count: 10,
    exampleAt: (index: number, seed?: readonly number[]) => example(index + 10 * (seed?.[2] ?? 0)),
  };
  const judged: number[] = [];
  const validation = {
    count: 3,
    exampleAt(index: number) {
      judged.push(index);
      return example(200 + index);
    },
  };
  const levels = (examples: readonly Example[]) => examples.map(({ pixels }) => pixels[0]);

  it('has those of the next step ready, in the order of the step, and any others when it is asked', async () => {
    const tasks: ExampleTask[] = [];
    // Answers come in any order, and say where they are from.
    const run = async (asked: readonly ExampleTask[], take: (answer: Example[], task: number) => void) => {
      tasks.push(...asked);
      for (const [task, { indices, first }] of [...asked.entries()].reverse()) {
        take(
          Array.from(indices, (index, i) => example(100 + index + 10 * (first + i))),
          task,
        );
      }
    };
    const stream = exampleStream<Example>(train, validation, { side: 2, ahead: { run, tasks: 2 } });
    const step = Int32Array.of(7, 3, 5);
    await stream.prepare(step, [1, 4]);
    expect(tasks.map(({ indices, seed, first }) => [[...indices], seed, first])).toEqual([
      [[7, 3], [1, 4], 0],
      [[5], [1, 4], 2],
    ]);
    // Asked for what is not ready, it makes that, and keeps what is.
    expect(levels(stream.at(step, [1, 3]))).toEqual([7, 13, 25]);
    expect(levels(stream.at(Int32Array.of(11, 12)))).toEqual([201, 202]);
    const ready = stream.at(step, [1, 4]);
    expect(levels(ready)).toEqual([107, 113, 125]);
    expect(stream.at(step, [1, 4])).toBe(ready);
    expect(levels(stream.at(Int32Array.of(0, 12, 11, 10)))).toEqual([0, 202, 201, 200]);
    // Examples that judge are made once.
    expect(judged).toEqual([1, 2, 0]);
  });
});

describe('threads that make examples', () => {
  const variable = process.env.TF_NUM_INTRAOP_THREADS;
  afterEach(() => {
    if (variable === undefined) delete process.env.TF_NUM_INTRAOP_THREADS;
    else process.env.TF_NUM_INTRAOP_THREADS = variable;
  });

  it('are one less than TensorFlow has, at most one for an example, and at most four', () => {
    const counts = ['0', '1', '2', '3', '64'].map((threads) => {
      process.env.TF_NUM_INTRAOP_THREADS = threads;
      return [usualThreads(32), usualThreads(1)];
    });
    expect(counts).toEqual([
      [0, 0],
      [0, 0],
      [1, 1],
      [2, 1],
      [4, 1],
    ]);
  });

  /** Runs a script on the compiled library, which gets these crops as `crops` and `lines`, and returns what it says. */
  function compiled(script: string, ...parameters: string[]): unknown {
    const whole = `
      import { readFileSync } from 'node:fs';
      import { cutOut } from '${dist('detection/scenes/cutout.js')}';
      const running = { started: 0, now: 0 };
      process.on('worker', (worker) => {
        running.started++;
        running.now++;
        worker.on('exit', () => running.now--);
      });
      const [crops, lines] = JSON.parse(readFileSync(0, 'utf8')).map((some) =>
        cutOut(some.map((crop) => ({ ...crop, image: { ...crop.image, pixels: Uint8Array.from(crop.image.pixels) } }))).cutouts);
      ${script}`;
    const crops = [[disc(6), disc(8, 60), disc(10, 120)], [rectangle(30, 1)]].map((some) =>
      some.map(({ image, ...crop }) => ({ ...crop, image: { ...image, pixels: [...image.pixels] } })),
    );
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', whole, ...parameters], {
      encoding: 'utf8',
      input: JSON.stringify(crops),
      maxBuffer: 2 ** 26,
    });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  it('make the same examples, and hand over errors as they are', () => {
    const said = compiled(`
      import { examplesOf } from '${dist('detection/learned/examples/example-work.js')}';
      import { withExamples } from '${dist('detection/learned/examples/examples-ahead.js')}';
      import { sha256 } from '${dist('hash.js')}';
      const options = { seed: 1, width: 80, height: 70, organisms: [1, 3], overlap: [0, 0.3] };
      const scenes = { of: 'scenes', cutouts: crops, options, count: 6 };
      const pairs = { ...scenes, of: 'pairs', options: { ...options, longestSide: 35 } };
      const none = { count: 0 };
      const image = { pixels: examplesOf(scenes).exampleAt(0).pixels, width: 80, height: 70 };
      const frames = { of: 'frames', frames: [{ image, boxes: [{ x: 20, y: 30, width: 9, height: 8 }] }], options: { side: 64, scale: 1 }, count: 6 };
      const seeds = [[1, 2], [1, 3]];
      const indices = Int32Array.of(3, 0, 5, 1, 4);
      const print = (examples) => sha256(JSON.stringify(examples.map((one) => Object.entries(one).map(([name, value]) => [name, Array.from(value)]))));
      const said = [];
      for (const work of [scenes, pairs, frames]) {
        for (const threads of [0, 2]) {
          const prints = await withExamples(work, none, { side: 64, threads }, async (stream) => {
            const all = [];
            for (const seed of seeds) {
              await stream.prepare(indices, seed);
              all.push(print(stream.at(indices, seed)));
            }
            return all;
          });
          const own = seeds.map((seed) => print(Array.from(indices, (index, i) => examplesOf(work).exampleAt(index, [...seed, i]))));
          said.push([work.of, threads, prints.join() === own.join() && new Set(prints).size === 2, { ...running }]);
          running.started = 0;
        }
      }
      const impossible = { ...pairs, cutouts: lines, options: { seed: 1, overlap: 0.5, tolerance: 0.001, scale: 1 } };
      const error = await withExamples(impossible, none, { side: 64, threads: 1 }, (stream) => stream.prepare(indices, [1, 2])).catch((error) => error);
      const { name, code, summary, problems } = error;
      console.log(JSON.stringify([said, { name, code, summary, problems }, running]));
    `);
    const rows = ['scenes', 'pairs', 'frames'].flatMap((of) =>
      [0, 2].map((threads) => [of, threads, true, { started: threads, now: 0 }]),
    );
    const error = {
      name: 'CladenetError',
      code: 'DATASET',
      summary: 'No two organisms overlap as wanted.',
      problems: [expect.objectContaining({ where: 'overlap', received: 'none in 200 draws' })],
    };
    expect(said).toEqual([rows, expect.objectContaining(error), { started: 1, now: 0 }]);
  });

  it('do not change a training, also where it is interrupted, and end with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cladenet-ahead-'));
    try {
      const said = compiled(
        `
        import { encodeWeights } from '${dist('network/weights-file.js')}';
        import { interpret } from '${dist('tensorflow/interpret.js')}';
        import { loadRuntime } from '${dist('tensorflow/runtime.js')}';
        import { trainDetector, trainDetectorInto } from '${dist('detection/learned/training/train-detector.js')}';
        const scenes = { organisms: [1, 3], overlap: [0, 0.3], laidOnOthers: 0.2 };
        const data = { from: 'scenes', train: crops, validation: [], scenes };
        const make = (definition) => interpret(loadRuntime(), definition);
        const options = { make, size: 64, examples: 5, training: { epochs: 2, batch: 2 } };
        const print = ({ weights, history }) =>
          [encodeWeights(weights.detector).description, ...history.map(({ loss }) => loss)];
        const without = print(await trainDetector(data, { ...options, threads: 0 }));
        const before = { ...running };
        const stopping = new AbortController();
        const hooks = { signal: stopping.signal, onStep: ({ step }) => step === 1 && stopping.abort() };
        const [out] = process.argv.slice(1);
        const stopped = await trainDetectorInto(out, data, { ...options, threads: 1, hooks }).catch(({ code }) => code);
        const after = { ...running };
        const resumed = print(await trainDetectorInto(out, data, { ...options, threads: 2 }));
        console.log(JSON.stringify({ without, stopped, resumed, before, after, running }));
      `,
        join(folder, 'out'),
      ) as Said;
      expect(said.without).toHaveLength(3);
      expect(said.resumed).toEqual(said.without);
      expect(said.stopped).toBe('ABORTED');
      expect(said.before).toEqual({ started: 0, now: 0 });
      expect(said.after).toEqual({ started: 1, now: 0 });
      expect(said.running).toEqual({ started: 3, now: 0 });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('get the pixels of organisms and frames in shared memory', () => {
    const { cutouts } = cutOut([disc(6), disc(8, 60)]);
    const work = { of: 'scenes', cutouts, options: { seed: 1, width: 64, height: 64 }, count: 3 } as const;
    const theirs = shared(work);
    expect(theirs.cutouts.map((one) => ({ ...one, levels: [...one.levels], mask: [...one.mask] }))).toEqual(
      cutouts.map((one) => ({ ...one, levels: [...one.levels], mask: [...one.mask] })),
    );
    const image = { pixels: new Uint8Array(100 * 90).fill(7), width: 100, height: 90 };
    const frames = shared({ of: 'frames', frames: [{ image, boxes: [] }], options: { side: 64, scale: 1 }, count: 2 });
    const buffers = [...theirs.cutouts.flatMap(({ levels, mask }) => [levels, mask]), frames.frames[0]?.image.pixels];
    for (const bytes of buffers) expect(bytes?.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(examplesOf(theirs).exampleAt(1, [1, 2, 3])).toEqual(examplesOf(work).exampleAt(1, [1, 2, 3]));
  });
});

const dist = (path: string) => new URL(`../../../dist/${path}`, import.meta.url).href;

interface Said {
  readonly without: unknown;
  readonly resumed: unknown;
  readonly stopped: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly running: unknown;
}
