/**
 * `npm run test:oar`: a study and a tree as best effort jobs of a real OAR, submitted by an ordinary user. Jobs are killed for
 * normal jobs of another user, deleted, and their processes killed. In the end there has to be what one process makes of it.
 */
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { homedir, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readEvents } from '../../src/cluster/events.js';
import { cacheFolder } from '../../src/setup/layout.js';
import { replaceCompact } from '../cli/small-compact.js';
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
import { asUser, startOar, USER, whyNoOar } from './cluster.js';

const { values } = parseArgs({ options: { keep: { type: 'boolean' } } });
/** Starting a job takes OAR up to 30 s. */
const SCALE = 4;
const COMMANDS = [STUDY, treeOf(SCALE)];
const PLANS = ['study.plan', 'tree.plan'];
/** In this order, one at a time. */
const BLOWS = ['normal job', 'process killed', 'normal job', 'deleted'] as const;

const reason = whyNoOar();
if (reason !== undefined) {
  console.log(`skipped: ${reason}`);
  process.exit(0);
}
const root = await mkdtemp(join(tmpdir(), 'cladenet-oar-'));
await chmod(root, 0o755);
const folder = join(root, 'work & play');
await mkdir(folder);
await writeWork(folder, SCALE);
execFileSync('chown', ['-R', `${USER}:`, root]);
// What `cladenet setup` made for root has to be read by the user.
const { mode } = await stat(homedir());
await chmod(homedir(), mode | 0o011);
const began = performance.now();
const stop = await startOar();
console.log(`OAR started in ${((performance.now() - began) / 1000).toFixed(1)} s`);
const env = { ...process.env, HOME: `/home/${USER}`, CLADENET_CACHE: cacheFolder() };
const call = caller(folder, env, USER);
const counts = { 'normal job': 0, 'process killed': 0, deleted: 0, submitted: 2 };
try {
  const submitAll = async () => {
    for (const words of COMMANDS) {
      const resources = [
        '-p',
        `gpu='YES' and host='${hostname()}'`,
        '-t',
        'besteffort',
        '-l',
        '/resource_id=1,walltime=0:30:00',
      ];
      const before = [`export CLADENET_CACHE=${cacheFolder()}`, `export NODE_OPTIONS="--import=${replaceCompact}"`];
      const options = [
        ...resources,
        '--checkpoint',
        '30',
        '--per-job',
        '1',
        ...before.flatMap((line) => ['--before', line]),
      ];
      await call.cladenet(['submit', 'oar', ...options, ...words]);
    }
  };
  await submitAll();
  const blows = [...BLOWS];
  const started = performance.now();
  for (;;) {
    await sleep(4000);
    const states = (await Promise.all(PLANS.map((plan) => call.status(plan)))).flatMap(({ jobs }) => jobs);
    if (states.every(({ state }) => state === 'done')) break;
    if (performance.now() - started > 20 * 60_000) throw new Error(`not done: ${JSON.stringify(states, null, 1)}`);
    const isAlive = states.some(({ state }) => ['running', 'queued'].includes(state));
    const isInWork = states.some(({ state, note }) => state === 'running' && note.startsWith('epoch'));
    if (!isAlive) {
      counts.submitted++;
      await submitAll();
    } else if (isInWork && blows[0] !== undefined && (await strike(blows[0]))) blows.shift();
  }
  const problems = await compareWithOneProcess(folder, call, COMMANDS);
  for (const plan of PLANS) problems.push(...(await trainedTwice(folder, plan)));
  for (const [name, expected] of Object.entries(EXPECTED_JOBS)) {
    const { jobs, starts } = await startsOf(folder, `${name}.plan`);
    if (jobs !== expected) problems.push(`${name}: ${jobs} jobs instead of ${expected}`);
    console.log(`${name}: ${jobs} jobs, started ${starts} times`);
  }
  const dealt = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
  console.log(`${dealt.join(', ')}; ${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
  console.log(problems.length === 0 ? 'the same as one process, and no epoch trained twice' : problems.join('\n'));
  process.exitCode = problems.length === 0 ? 0 : 1;
} finally {
  for (const plan of PLANS) await call.cladenet(['cancel', plan]).catch(() => undefined);
  stop();
  await chmod(homedir(), mode);
  if (values.keep) console.log(root);
  else await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
}

/** @returns whether there was something to strike */
async function strike(kind: (typeof BLOWS)[number]): Promise<boolean> {
  if (kind === 'normal job') {
    asUser('oarsub', '-l', '/resource_id=2,walltime=0:2:0', '-O', '/dev/null', '-E', '/dev/null', 'sleep 3');
    counts[kind]++;
    return true;
  }
  if (kind === 'deleted') {
    const jobs = Object.entries(JSON.parse(asUser('oarstat', '-J') || '{}') as Record<string, { state: string }>);
    const running = jobs.find(([, { state }]) => state === 'Running');
    if (running === undefined) return false;
    asUser('oardel', running[0]);
    counts[kind]++;
    return true;
  }
  for (const plan of PLANS) {
    for (const { id, state, note } of (await call.status(plan)).jobs) {
      if (state !== 'running' || !note.startsWith('epoch')) continue;
      const start = (await readEvents(join(folder, plan), id)).findLast(({ event }) => event === 'started');
      if (start?.event !== 'started') continue;
      process.kill(start.pid, 'SIGKILL');
      counts[kind]++;
      return true;
    }
  }
  return false;
}
