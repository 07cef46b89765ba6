/** A command that is killed again and again, each time goes on, and is compared with the one that nothing interrupted. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { smallCompact } from '../cli/small-compact.js';
import { differences, resultsIn } from './results.js';
import type { Scenario } from './scenarios.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const PRELOAD = pathToFileURL(fileURLToPath(new URL('preload.mjs', import.meta.url))).href;

export interface Plan {
  /** Kill before the first of these calls. */
  readonly calls?: readonly string[];
  /** Kill so long after the first call that changes the disk. */
  readonly afterMs?: number;
}

interface Line {
  readonly call?: string;
  readonly killed?: string;
  readonly saved?: string;
  readonly at?: number;
  readonly removed?: string;
}

export interface Ended {
  readonly wasKilled: boolean;
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs the compiled command line with {@link Plan}. */
export async function call(args: readonly string[], cwd: string, plan: Plan = {}): Promise<Ended> {
  const env = {
    ...process.env,
    TF_NUM_INTRAOP_THREADS: '1',
    KILL_PLAN: JSON.stringify({ ...plan, log: logOf(cwd), compact: smallCompact }),
  };
  const child = spawn(process.execPath, ['--import', PRELOAD, MAIN, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { wasKilled: signal === 'SIGKILL', code, stderr };
}

/** Beside the folder, so that it is no litter in it. */
const logOf = (cwd: string) => `${cwd}.log`;

async function linesOf(cwd: string): Promise<Line[]> {
  const text = await readFile(logOf(cwd), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** What the run that nothing interrupted left, and the calls that it made. */
export interface Whole {
  readonly results: ReadonlyMap<string, string>;
  readonly calls: readonly string[];
}

export async function uninterrupted({ args }: Scenario, cwd: string): Promise<Whole> {
  await mkdir(join(cwd, 'run'), { recursive: true });
  const { code, stderr } = await call(args, cwd);
  if (code !== 0) throw new Error(`the uninterrupted run failed: ${stderr}`);
  const calls = (await linesOf(cwd)).flatMap((line) => line.call ?? []);
  return { results: await resultsIn(cwd), calls: [...new Set(calls)] };
}

export interface Outcome {
  readonly kills: number;
  /** The calls at which it was killed, where the plan named calls. */
  readonly killedAt: readonly string[];
  /** What went wrong: results that differ, checkpoints lost, litter, a run that failed. */
  readonly faults: readonly string[];
}

/** More kills than any chain needs. */
const MOST = 500;

/**
 * Calls the command until it is done.
 *
 * @param planFor the plan of each call, by its number from 0; undefined lets it run to its end
 */
export async function killedAndResumed(
  { args }: Scenario,
  cwd: string,
  whole: Whole,
  planFor: (call: number, killedAt: readonly string[]) => Plan | undefined,
): Promise<Outcome> {
  await mkdir(join(cwd, 'run'), { recursive: true });
  const faults: string[] = [];
  const killedAt: string[] = [];
  let kills = 0;
  for (;;) {
    const plan = kills > MOST ? undefined : planFor(kills, killedAt);
    const { wasKilled, code, stderr } = await call(args, cwd, plan);
    if (!wasKilled) {
      if (code !== 0) faults.push(`exit code ${code}: ${stderr.trim().split('\n').slice(-4).join(' / ')}`);
      break;
    }
    kills += 1;
    if (/damaged/.test(stderr)) faults.push(`a damaged checkpoint: ${/.*damaged.*/.exec(stderr)?.[0]}`);
    const last = (await linesOf(cwd)).at(-1)?.killed;
    if (last !== undefined) killedAt.push(last);
  }
  faults.push(...lostCheckpoints(await linesOf(cwd)));
  for (const path of differences(whole.results, await resultsIn(cwd))) {
    faults.push(whole.results.has(path) ? `${path} differs or is missing` : `${path} is left behind`);
  }
  if (faults.length === 0) await rm(cwd, { recursive: true });
  return { kills, killedAt, faults };
}

/** Checkpoints that were in place, and from which a later run did not go on: it saved one of an earlier step. */
function lostCheckpoints(lines: readonly Line[]): string[] {
  const reached = new Map<string, number>();
  const lost: string[] = [];
  for (const { saved, at = 0, removed } of lines) {
    if (removed !== undefined) {
      for (const folder of reached.keys()) if (`${folder}/`.startsWith(`${removed}/`)) reached.delete(folder);
    }
    if (saved === undefined) continue;
    const before = reached.get(saved) ?? -1;
    if (at < before) lost.push(`${saved}: saved after half-step ${at} when ${before} had been saved`);
    reached.set(saved, Math.max(at, before));
  }
  return lost;
}
