/**
 * `npm run test:slurm`: a study and a tree as jobs of a real Slurm, which is started here. Jobs are preempted, requeued, cancelled
 * and killed at random moments; what is not done is submitted again. In the end there has to be what one process makes of it.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { random } from '../../src/random.js';
import {
  caller,
  compareWithOneProcess,
  EXPECTED_JOBS,
  STUDY,
  startsOf,
  trainedTwice,
  treeOf,
  writeWork,
} from '../cluster/real-work.js';
import { startSlurm, whyNoSlurm } from './cluster.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    blows: { type: 'string', default: '12' },
    keep: { type: 'boolean' },
  },
});
const blows = Number(values.blows);
const COMMANDS = [STUDY, treeOf()];
const PLANS = ['study.plan', 'tree.plan'];

const reason = whyNoSlurm();
if (reason !== undefined) {
  console.log(`skipped: ${reason}`);
  process.exit(0);
}
const root = await mkdtemp(join(tmpdir(), 'cladenet-slurm-'));
const folder = join(root, "work & 'play'");
await mkdir(folder);
await writeWork(folder);
const began = performance.now();
const cluster = await startSlurm(join(root, 'slurm'));
console.log(`Slurm started in ${seconds(began)}`);
const call = caller(folder, cluster.env);
const counts = { preempted: 0, requeued: 0, cancelled: 0, killed: 0, submitted: 2 };
try {
  const submitAll = async () => {
    for (const words of COMMANDS) {
      await call.cladenet(['submit', 'slurm', '--partition', 'besteffort', '--per-job', '1', ...words]);
    }
  };
  await submitAll();
  const draw = random(Number(values.seed), 'blows');
  let dealt = 0;
  const started = performance.now();
  for (;;) {
    await sleep(2000 + 2000 * draw.uniform());
    const states = (await Promise.all(PLANS.map((plan) => call.status(plan)))).flatMap(({ jobs }) => jobs);
    if (states.every(({ state }) => state === 'done')) break;
    if (performance.now() - started > 15 * 60_000) throw new Error(`not done: ${JSON.stringify(states)}`);
    for (const { job, state } of queue())
      if (state === 'PD') slurm('scontrol', 'update', `JobId=${job}`, 'StartTime=now');
    if (!states.some(({ state }) => ['running', 'queued'].includes(state))) {
      counts.submitted++;
      await submitAll();
    } else if (dealt < blows && (await strike(draw.integer(4)))) dealt++;
  }
  const problems = await compareWithOneProcess(folder, call, COMMANDS);
  for (const plan of PLANS) problems.push(...(await trainedTwice(folder, plan)));
  for (const [name, expected] of Object.entries(EXPECTED_JOBS)) {
    const { jobs, starts } = await startsOf(folder, `${name}.plan`);
    if (jobs !== expected) problems.push(`${name}: ${jobs} jobs instead of ${expected}`);
    console.log(`${name}: ${jobs} jobs, started ${starts} times`);
  }
  console.log(
    Object.entries(counts)
      .map(([what, count]) => `${what} ${count}`)
      .join(', '),
  );
  console.log(problems.length === 0 ? 'the same as one process, and no epoch trained twice' : problems.join('\n'));
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  await cluster.stop();
  if (values.keep) console.log(root);
  else await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
}

/** @returns whether there was something to strike */
async function strike(kind: number): Promise<boolean> {
  const running = queue().filter(({ state }) => state === 'R');
  const victim = running[Math.floor(running.length / 2)];
  if (victim === undefined) return false;
  if (kind === 0) {
    slurm('sbatch', '--partition=normal', '--ntasks=2', '--output=/dev/null', '--wrap=sleep 2');
    counts.preempted++;
  } else if (kind === 1) {
    slurm('scontrol', 'requeue', victim.job);
    counts.requeued++;
  } else if (kind === 2) {
    slurm('scancel', victim.job);
    counts.cancelled++;
  } else {
    const pid = await workerPid();
    if (pid === undefined) return false;
    process.kill(pid, 'SIGKILL');
    counts.killed++;
  }
  return true;
}

/** The process of a job that has a plan's lock. */
async function workerPid(): Promise<number | undefined> {
  for (const plan of PLANS) {
    const { jobs } = await call.status(plan);
    const running = jobs.find(({ state, note }) => state === 'running' && note !== 'starting');
    if (running === undefined) continue;
    const lines = (await readFile(join(folder, plan, 'events', `${running.id}.jsonl`), 'utf8')).trim().split('\n');
    const start = lines
      .map((line) => JSON.parse(line) as { event: string; pid?: number })
      .findLast(({ event }) => event === 'started');
    if (start?.pid !== undefined) return start.pid;
  }
  return undefined;
}

function queue(): { readonly job: string; readonly state: string }[] {
  const lines = slurm('squeue', '--noheader', '--partition=besteffort', '--format=%i %t').split('\n');
  return lines.flatMap((line) => {
    const [job = '', state = ''] = line.trim().split(' ');
    return job === '' || job.includes('[') ? [] : [{ job, state }];
  });
}

function slurm(program: string, ...args: string[]): string {
  try {
    return execFileSync(program, args, { env: cluster.env, stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  } catch {
    // The job has ended meanwhile.
    return '';
  }
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
