/**
 * `npm run test:kill`: every kind of training, and a detection, is killed at each rename, removal and mkdir that it makes, and at random
 * moments, and run again until it is done. It must have the result of the run that nothing interrupted, bit for bit, without
 * a lost checkpoint and without litter. Prints a table; exits with 1 on a fault.
 *
 *     npm run test:kill -- --random 8 --seed 1 --only flat
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from '../../src/random.js';
import { call, killedAndResumed, type Outcome, uninterrupted } from './chain.js';
import { type Scenario, scenarios, trainInputs, writeInputs } from './scenarios.js';

const { values } = parseArgs({
  options: {
    /** Kills at random moments, of each kind. */
    random: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    /** Kinds at once. */
    parallel: { type: 'string', default: '2' },
    /** The kinds whose name contains this. */
    only: { type: 'string', default: '' },
  },
});

/** Of a chain of kills at random moments: after these, it is left alone. */
const KILLS_IN_A_ROW = 4;
/** Most milliseconds from the first change on the disk to a kill. */
const LONGEST_MS = 600;
/** Within epochs every few steps. */
const WITHIN_EPOCHS = ['--checkpoint-minutes', '0.0002'];

interface Row {
  readonly name: string;
  readonly calls: number;
  readonly atCalls: number;
  readonly atRandom: number;
  readonly faults: readonly string[];
}

async function tried(scenario: Scenario, folder: string): Promise<Row> {
  let next = 0;
  const newFolder = () => join(folder, `${scenario.name.replaceAll(/\W+/g, '-')}-${++next}`, 'work');
  const whole = await uninterrupted(scenario, newFolder());
  const faults: string[] = [];
  const add = ({ faults: found }: Outcome) => {
    for (const fault of found.map((one) => `${scenario.name}: ${one}`)) {
      process.stderr.write(`${fault}\n`);
      faults.push(fault);
    }
  };

  // A run that goes on makes other calls than one from the start: a chain covers what it meets, the next the rest.
  const left = new Set(whole.calls);
  let atCalls = 0;
  while (left.size > 0) {
    const outcome = await killedAndResumed(scenario, newFolder(), whole, (_, killedAt) => {
      for (const done of killedAt) left.delete(done);
      return left.size === 0 ? undefined : { calls: [...left] };
    });
    for (const done of outcome.killedAt) left.delete(done);
    atCalls += outcome.kills;
    add(outcome);
    if (outcome.kills === 0) {
      faults.push(`${scenario.name}: not met: ${[...left].join('; ')}`);
      break;
    }
  }

  const draw = random(Number(values.seed), 'kill', scenario.name);
  const often = scenario.savesWithinEpochs ? { ...scenario, args: [...scenario.args, ...WITHIN_EPOCHS] } : scenario;
  let atRandom = 0;
  while (atRandom < Number(values.random)) {
    const outcome = await killedAndResumed(often, newFolder(), whole, (kills) =>
      kills < KILLS_IN_A_ROW ? { afterMs: draw.integer(LONGEST_MS) } : undefined,
    );
    atRandom += outcome.kills;
    add(outcome);
  }
  process.stderr.write(`${scenario.name}: ${atCalls + atRandom} kills, ${faults.length} faults\n`);
  return { name: scenario.name, calls: whole.calls.length, atCalls, atRandom, faults };
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const { status } = spawnSync(process.execPath, ['bootstrap.mjs', 'cli', '--version'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(1);

const folder = await mkdtemp(join(tmpdir(), 'cladenet-kill-'));
const rows: Row[] = [];
await writeInputs(folder);
await trainInputs(folder, async (args, cwd) => {
  const { code, stderr } = await call(args, cwd);
  if (code !== 0) throw new Error(stderr);
});
const queue = scenarios.filter(({ name }) => name.includes(values.only));
const work = async () => {
  for (let scenario = queue.shift(); scenario !== undefined; scenario = queue.shift()) {
    rows.push(await tried(scenario, folder));
  }
};
await Promise.all(Array.from({ length: Number(values.parallel) }, work));

const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
const all = { name: 'all', calls: sum((row) => row.calls), atCalls: sum((row) => row.atCalls) };
const total: Row = { ...all, atRandom: sum((row) => row.atRandom), faults: rows.flatMap((row) => row.faults) };
console.log('| command | calls that change the disk | kills at them | kills at random | faults |');
console.log('|---|---|---|---|---|');
for (const { name, calls, atCalls, atRandom, faults } of [...rows, total]) {
  console.log(`| ${name} | ${calls} | ${atCalls} | ${atRandom} | ${faults.length} |`);
}
for (const fault of total.faults) console.log(fault);
if (total.faults.length > 0) {
  console.log(`What they left is in ${folder}`);
  process.exitCode = 1;
} else await rm(folder, { recursive: true });
