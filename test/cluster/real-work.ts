/** The work that the tests of real schedulers submit, what one process makes of it, and whether the jobs made the same. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { readEvents } from '../../src/cluster/events.js';
import { readPlan } from '../../src/cluster/plan.js';
import type { PlanStatus } from '../../src/cluster/status.js';
import { replaceCompact } from '../cli/small-compact.js';
import { tinyNetwork } from '../fixtures/shapes.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Nine classes below six nodes, some with names that shells love. */
const PATHS = ['a>a 1', 'a>a$(touch x)', "b>b'", 'b>b;2', 'c>c1', 'c>c&2', 'd>d1', 'd>e>e1', 'd>e>e2'];
const classOf = (path: string) => path.split('>').at(-1) ?? '';
/** Epochs of a node; the flat classifiers have three times as many. */
const EPOCHS = 40;
const NODES = 6;

export const STUDY = ['study', 'study.json', '--out', 'study'];

/** @param scale how much longer trainings take: enough for a job to be disturbed in the middle */
export const treeOf = (scale = 1): string[] => [
  ...['train', 'tree', '--images', 'images', '--taxonomy', 'tree.csv', '--out', 'tree', '--trunk', 'own'],
  ...['--size', '8', '--epochs', String(EPOCHS * scale), '--batch', '8'],
];

/** A study of 2 arms x 2 seeds, and a tree of six nodes with networks of their own, on tiny images. */
export async function writeWork(folder: string, scale = 1): Promise<void> {
  for (const [i, path] of PATHS.entries()) {
    await mkdir(join(folder, 'images', classOf(path)), { recursive: true });
    for (let n = 0; n < 12; n++) {
      const shade = { r: 20 * i + n, g: 20 * i, b: 20 * i };
      const image = sharp({ create: { width: 9 + (n % 4), height: 9, channels: 3, background: shade } });
      await image.png().toFile(join(folder, 'images', classOf(path), `${n}.png`));
    }
  }
  const rows = PATHS.map((path) => `${classOf(path)},${path}\n`).join('');
  await writeFile(join(folder, 'tree.csv'), `class,path\n${rows}`);
  const study = {
    images: 'images',
    taxonomy: 'tree.csv',
    network: tinyNetwork,
    seeds: [1, 2],
    fractions: { train: 0.6, validation: 0.2, test: 0.2 },
    training: { epochs: 3 * EPOCHS * scale, batch: 8 },
    headTraining: { epochs: 2 },
    arms: [
      { name: 'flat', kind: 'flat' },
      { name: 'tree', kind: 'tree' },
    ],
  };
  await writeFile(join(folder, 'study.json'), JSON.stringify(study));
}

export interface Caller {
  /** Calls the compiled command line; with `code`, that is its expected exit code. */
  cladenet(words: readonly string[], code?: number): Promise<string>;
  /** Of a plan. */
  status(plan: string): Promise<PlanStatus>;
}

/** @param user who calls, if not this one @param env for the schedulers programs */
export function caller(folder: string, env: NodeJS.ProcessEnv, user?: string): Caller {
  const words = user === undefined ? [process.execPath, MAIN] : ['runuser', '-u', user, '--', process.execPath, MAIN];
  const small = `--import=${replaceCompact}`;
  const cladenet = (args: readonly string[], code = 0) =>
    new Promise<string>((resolve, reject) => {
      const [program = '', ...first] = words;
      const child = spawn(program, [...first, ...args], { cwd: folder, env: { ...env, NODE_OPTIONS: small } });
      let text = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
      }
      child.on('error', reject);
      child.on('close', (ended) => {
        if (ended === code) resolve(text);
        else reject(new Error(`cladenet ${args.join(' ')}: exit code ${ended}\n${text}`));
      });
    });
  return {
    cladenet,
    async status(plan) {
      const file = `status-${plan}.json`;
      await cladenet(['status', plan, '--json', file]).catch(() => undefined);
      return JSON.parse(await readFile(join(folder, file), 'utf8')) as PlanStatus;
    },
  };
}

/** What one process makes of it, in `whole`; and what the jobs made. @returns what differs */
export async function compareWithOneProcess(
  folder: string,
  { cladenet }: Caller,
  commands: readonly (readonly string[])[],
): Promise<string[]> {
  const elsewhere = (words: readonly string[]) =>
    words.map((word, i) => (words[i - 1] === '--out' ? `whole-${word}` : word));
  for (const words of commands) await cladenet(elsewhere(words));
  const problems: string[] = [];
  for (const out of ['study', 'tree']) {
    const [jobs, whole] = await Promise.all([digests(join(folder, out)), digests(join(folder, `whole-${out}`))]);
    const names = new Set([...jobs.keys(), ...whole.keys()]);
    const differing = [...names].filter((name) => jobs.get(name) !== whole.get(name));
    if (whole.size < 6 || differing.length > 0)
      problems.push(`${out}: ${differing.length} of ${names.size} files differ: ${differing}`);
  }
  return problems;
}

/** Of weights and probabilities; the rest of the files has times. */
async function digests(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(?:bin|f32)$/.test(name));
  const all = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name.split(sep).join('/'), createHash('sha256').update(bytes).digest('hex')] as const;
  });
  return new Map(await Promise.all(all));
}

/** Epochs that were trained twice by jobs that train one network: flat classifiers and nodes. */
export async function trainedTwice(folder: string, plan: string): Promise<string[]> {
  const at = join(folder, plan);
  const found: string[] = [];
  for (const { id, name, command } of (await readPlan(at)).jobs) {
    if (!command.includes('--only-nodes') && !name.startsWith('flat:')) continue;
    const epochs = (await readEvents(at, id)).flatMap((one) => (one.event === 'epoch' ? [one.epoch] : []));
    if (new Set(epochs).size < epochs.length)
      found.push(`job ${id} (${name}): ${epochs.length - new Set(epochs).size} epochs twice`);
  }
  return found;
}

/** How often the jobs of a plan started, and how many there are. */
export async function startsOf(
  folder: string,
  plan: string,
): Promise<{ readonly jobs: number; readonly starts: number }> {
  const at = join(folder, plan);
  const { jobs } = await readPlan(at);
  let starts = 0;
  for (const { id } of jobs) starts += (await readEvents(at, id)).filter(({ event }) => event === 'started').length;
  return { jobs: jobs.length, starts };
}

export const EXPECTED_JOBS = { study: 2 * 2 + 1, tree: NODES + 1 };
