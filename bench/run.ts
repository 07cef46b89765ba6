/**
 * The bench: cladenet against Keras, PyTorch and others, in turns.
 *
 *     npm run bench                                  everything, about half an hour
 *     npm run bench -- --quick --json results.json   steps and roof, under 4 minutes once the peers are installed
 *     npm run bench -- --only epoch
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CladenetError } from '../src/errors.js';
import { writeFileAtomic } from '../src/files.js';
import { runSetup } from '../src/setup/setup.js';
import { PRECISIONS, type Precision, requirePrecision } from '../src/tensorflow/precision.js';
import { benchDecoding } from './benchmarks/decode.js';
import { benchEpochs } from './benchmarks/epoch.js';
import { benchFeatures } from './benchmarks/features.js';
import { benchForests } from './benchmarks/forest.js';
import { benchMemory } from './benchmarks/memory.js';
import { benchPredictions } from './benchmarks/predict.js';
import { benchRoof } from './benchmarks/roof.js';
import { benchLite, benchSteps } from './benchmarks/step.js';
import type { Context } from './context.js';
import { Field } from './field.js';
import { describeMachine } from './machine.js';
import { comparisonText, epochText, memoryText, roofText } from './print.js';
import { ratioTo } from './turns.js';

const NAMES = ['step', 'lite0', 'roof', 'predict', 'epoch', 'decode', 'features', 'forest', 'memory'] as const;
type Name = (typeof NAMES)[number];
const QUICK: readonly Name[] = ['step', 'roof'];

interface Options {
  readonly quick: boolean;
  readonly json?: string;
  readonly only?: Name;
  readonly rounds: number;
  readonly seconds?: number;
  readonly batch?: number;
  readonly precision: Precision;
  readonly eager: boolean;
  readonly gpu: boolean;
}

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a positive number');
  return value;
};
const whole = (text: string): number => {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('expected an integer of at least 1');
  return Number(text);
};

const options = new Command('bench')
  .description('Measures cladenet against Keras and PyTorch on this machine.')
  .option('--quick', 'only the training steps against the peers that count, and the roof share', false)
  .option('--json <file>', 'also write the results to a file')
  .addOption(new Option('--only <name>', 'one benchmark').choices(NAMES))
  .option('--rounds <n>', 'number of rounds; the median is quoted', whole, 5)
  .option('--seconds <s>', "approximate length of one contender's round (default: 3, with --quick 2)", positive)
  .option('--batch <n>', 'images in a training batch (default: 32 for report, 128 for compact, 64 for lite0)', whole)
  .addOption(
    new Option('--precision <type>', 'precision of convolutions in training, for all contenders')
      .choices(PRECISIONS)
      .default('float32'),
  )
  .option('--eager', 'also run cladenet without compiled steps, operation by operation', false)
  .option('--gpu', "run on the GPU, against the peers' GPU builds", false)
  .parse()
  .opts<Options>();

const machine = describeMachine();
const say = (text: string) => process.stderr.write(`bench: ${text}\n`);
const show = (text: string) => process.stdout.write(`\n${text}\n`);
const device = options.gpu ? 'gpu' : 'cpu';

await main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof CladenetError ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const date = new Date().toISOString().slice(0, 10);
  process.stdout.write(
    `${date}, ${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GiB, ${machine.system}\n`,
  );
  if (machine.load > machine.cores / 4) {
    say(`the load average is ${machine.load.toFixed(1)}: other work is running, so the figures below mean little`);
  }
  requirePrecision(options.precision, device);
  await runSetup({ device });
  const scratch = await mkdtemp(join(tmpdir(), 'cladenet-bench-'));
  const field = new Field(device, say);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      field.kill();
      rmSync(scratch, { recursive: true, force: true });
      process.exit(130);
    });
  }
  try {
    const results = await runAll({
      field,
      scratch,
      rounds: options.rounds,
      seconds: options.seconds ?? (options.quick ? 2 : 3),
      quick: options.quick,
      eager: options.eager,
      batch: options.batch,
      precision: options.precision,
      say,
    });
    if (options.json !== undefined) {
      const all = { ...results, date, machine, device, precision: options.precision, contenders: field.describe() };
      await writeFileAtomic(options.json, `${JSON.stringify(all, null, 2)}\n`);
    }
  } finally {
    await field.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Runs the selected benchmarks and prints each result when it is ready. */
async function runAll(context: Context) {
  const chosen = options.only === undefined ? (options.quick ? QUICK : NAMES) : [options.only];
  const onCpu = device === 'cpu';
  async function measure<T>(name: Name, run: (context: Context) => Promise<T>, text: (result: T) => string[]) {
    if (!chosen.includes(name)) return undefined;
    say(`${name} ...`);
    const result = await run(context);
    for (const part of text(result)) show(part);
    return result;
  }

  const step = await measure('step', benchSteps, (result) =>
    Object.values(result).map((comparison) => comparisonText(comparison, onCpu)),
  );
  const lite0 = await measure('lite0', benchLite, (result) => [comparisonText(result, onCpu)]);
  const roof = await measure('roof', benchRoof, (result) => [roofText(result, onCpu)]);
  const predict = await measure('predict', benchPredictions, (result) =>
    result.map((comparison) => comparisonText(comparison, onCpu)),
  );
  const epoch = await measure('epoch', benchEpochs, (result) => result.map((part) => epochText(part, onCpu)));
  const decode = await measure('decode', benchDecoding, (result) =>
    result.map((comparison) => comparisonText(comparison, onCpu)),
  );
  const features = await measure('features', benchFeatures, (result) =>
    result.map((comparison) => comparisonText(comparison, onCpu)),
  );
  const forest = await measure('forest', benchForests, (result) =>
    result.map((comparison) => comparisonText(comparison, onCpu)),
  );
  const memory = await measure('memory', benchMemory, (result) => [memoryText(result)]);

  const report = (name: Parameters<typeof ratioTo>[1]) => ratioTo(step?.report, name);
  const compact = (name: Parameters<typeof ratioTo>[1]) => ratioTo(step?.compact, name);
  return {
    ratios: {
      report: {
        kerasOneDnn: report('kerasOneDnn'),
        kerasDefault: report('kerasDefault'),
        torch: report('torch'),
      },
      compact: {
        kerasOneDnn: compact('kerasOneDnn'),
        torch: compact('torch'),
        torchChannelsLast: compact('torchChannelsLast'),
      },
      lite0: {
        kerasOneDnn: ratioTo(lite0, 'kerasOneDnn'),
        torch: ratioTo(lite0, 'torch'),
        torchChannelsLast: ratioTo(lite0, 'torchChannelsLast'),
      },
    },
    roofShare: roof?.share.median ?? null,
    results: { step, lite0, roof, predict, epoch, decode, features, forest, memory },
  };
}
