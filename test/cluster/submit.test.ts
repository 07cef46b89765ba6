/** Plans, and what is given to a scheduler: programs that write down how they are called stand in for Slurm's. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeEvent } from '../../src/cluster/events.js';
import { type Plan, planIn } from '../../src/cluster/plan.js';
import { toCsv } from '../../src/taxonomy/write.js';
import { duration } from '../../src/units.js';
import { cladenet } from '../cli/cli.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { shapesTaxonomy } from '../fixtures/shapes.js';
import { type FakeScheduler, fakeScheduler, nextNumber } from './fake-scheduler.js';

let folder: string;
let programs: string;
let fake: FakeScheduler;
const at = (...path: string[]) => join(folder, ...path);
const queue = (jobs: readonly object[]) => `cat <<'END'\n${JSON.stringify({ meta: {}, errors: [], jobs })}\nEND`;

beforeAll(async () => {
  // A folder with characters that shells love.
  folder = join(await mkdtemp(join(tmpdir(), 'cladenet-submit-')), "it's $(HOME) & co");
  await writeShapes(at('images'), 3);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
  const arms = [
    { name: 'flat', kind: 'flat' },
    { name: 'tree; rm -rf $HOME', kind: 'tree' },
  ];
  const study = { images: 'images', taxonomy: 'tree.csv', seeds: [1, 2], training: { epochs: 1 }, arms };
  await writeFile(at('study.json'), JSON.stringify(study));
});
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

beforeEach(async () => {
  programs = await mkdtemp(join(tmpdir(), 'cladenet-fake-'));
  fake = await fakeScheduler(programs, {
    sbatch: `${nextNumber(programs)}; echo $n`,
    squeue: queue([]),
    scancel: '',
  });
  for (const name of ['run', 'run.plan', 'tree', 'tree.plan']) await rm(at(name), { recursive: true, force: true });
  return () => rm(programs, { recursive: true, force: true });
});

const STUDY = ['study', 'study.json', '--out', 'run'];
const submit = (...args: string[]) => cladenet(['submit', ...args], { cwd: folder, env: fake.env });
const planOf = async (name = 'run.plan') => (await planIn(at(name))) as Plan;
const call = (...args: string[]) => cladenet(args, { cwd: folder, env: fake.env });

describe('submit slurm', () => {
  it('writes scripts, shows what they ask for, and submits stages that wait for each other', async () => {
    const { code, stdout, stderr } = await submit(
      ...['slurm', '--partition', 'gpu', '--gpus', '1', '--memory', '16G', '--time', '20:00:00'],
      ...['--sbatch=--exclude=node3', '--before', 'module load node', '--per-job', '1', ...STUDY],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /^resources: --partition=gpu {2}--gpus=1 {2}--mem=16G {2}--time=20:00:00 {2}--exclude=node3$/m,
    );
    expect(stdout).toMatch(/^runs first: module load node$/m);
    expect(stdout).toMatch(/^ {2}3 +2 +\d+ {2}tree; rm -rf \$HOME: seed 1$/m);
    const scripts = [1, 2, 3].map((stage) => at('run.plan', `stage-${stage}.sh`));
    expect(await fake.calls()).toEqual([
      `sbatch --parsable --array=1-2 ${scripts[0]}`,
      `sbatch --parsable --array=3-4 --dependency=afterany:41 ${scripts[1]}`,
      `sbatch --parsable --array=5 --dependency=afterany:42 ${scripts[2]}`,
    ]);
    const script = await readFile(scripts[0] ?? '', 'utf8');
    for (const line of ['--array=1-2', '--requeue', '--open-mode=append', '--signal=B:USR2@60', '--partition=gpu']) {
      expect(script).toContain(`\n#SBATCH ${line}\n`);
    }
    expect(script).toContain(`\n#SBATCH --output="${at('run.plan')}/logs/%a.log"\n`);
    expect(script).toMatch(/\ncd '.*it'\\''s \$\(HOME\) & co' \|\| exit 1\nmodule load node\njob=/);
    const { jobs } = await planOf();
    expect(jobs.map(({ command }) => command.slice(4))).toEqual([
      ['--only', '1:1'],
      ['--only', '1:2'],
      ['--only', '2:1'],
      ['--only', '2:2'],
      [],
    ]);
    expect(await readFile(at('run.plan', 'README.md'), 'utf8')).toMatch(/sbatch '.*\/stage-3\.sh'/);
  });

  it('submits again only what is not done and not queued', async () => {
    await submit('slurm', '--per-job', '1', ...STUDY);
    await writeEvent(at('run.plan'), 1, { event: 'done' });
    await writeEvent(at('run.plan'), 2, { event: 'failed', code: 1 });
    await fake.answer(
      'squeue',
      queue([
        {
          job_id: 42,
          array_job_id: 42,
          array_task_id: null,
          array_task_string: '3-4',
          job_state: 'PENDING',
          state_reason: 'Dependency',
        },
      ]),
    );
    const { code, stderr } = await submit('slurm', '--per-job', '1', ...STUDY);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/2 jobs submitted: 44_2, 45_5\n1 job done before\n2 jobs submitted before, and not ended\n/);
    expect((await fake.calls()).slice(3)).toEqual([
      'squeue --json',
      `sbatch --parsable --array=2 ${at('run.plan/stage-1.sh')}`,
      `sbatch --parsable --array=5 --dependency=afterany:42 ${at('run.plan/stage-3.sh')}`,
    ]);
  });

  it('takes options from the profile of a site, and refuses those that it does not know', async () => {
    await writeFile(at('site.json'), JSON.stringify({ partition: 'besteffort', time: '1:00:00' }));
    const { stdout } = await submit('slurm', '--profile', 'site.json', '--time', '2:00:00', '--write-only', ...STUDY);
    expect(stdout).toMatch(/^resources: --partition=besteffort {2}--time=2:00:00$/m);
    expect(await readFile(at('run.plan', 'Snakefile'), 'utf8')).toMatch(
      /rule stage_3:\n +input: expand\(.*job=\[2\]\)/,
    );
    expect(await fake.calls()).toEqual([]);
    await writeFile(at('site.json'), JSON.stringify({ partitoin: 'besteffort', gpus: 'a b' }));
    const refused = await cladenet(['submit', 'slurm', ...STUDY], {
      cwd: folder,
      env: { ...fake.env, CLADENET_PROFILE: 'site.json' },
    });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /site\.json: partitoin: expected a known option, received partitoin\n +Did you mean partition\?/,
    );
    expect(refused.stderr).toMatch(/site\.json: gpus: expected .* without spaces, received a b/);
  });
});

describe('what was submitted', () => {
  it('is cancelled when a later stage is refused, and named where it cannot be', async () => {
    await fake.answer(
      'sbatch',
      `${nextNumber(programs)}; [ $n = 41 ] && echo 41 && exit; echo 'sbatch: error: invalid partition' >&2; exit 1`,
    );
    const refused = await submit('slurm', ...STUDY);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /Slurm refused; the jobs submitted before are cancelled \(41_1\)\n.*exit code 0, received exit code 1\n +sbatch: error: invalid partition/,
    );
    expect((await fake.calls()).at(-1)).toBe('scancel 41_1');
    await rm(join(programs, 'number'));
    await fake.answer('scancel', 'exit 1');
    expect((await submit('slurm', ...STUDY)).stderr).toMatch(/could not be cancelled: 41_1/);
  });

  it('is cancelled when the disk is full in the middle', async () => {
    // In place of a full disk: a file where events are written.
    await fake.answer(
      'sbatch',
      `rm -r '${at('run.plan', 'events').replaceAll("'", `'\\''`)}'; touch '${at('run.plan', 'events').replaceAll("'", `'\\''`)}'; echo 41`,
    );
    const { code, stderr } = await submit('slurm', ...STUDY);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/; the jobs submitted before are cancelled \(41_1\)/)]);
    expect((await fake.calls()).at(-1)).toBe('scancel 41_1');
  });
});

describe('a call is refused', () => {
  it('where there is no scheduler', async () => {
    const { code, stderr } = await cladenet(['submit', 'slurm', ...STUDY], {
      cwd: folder,
      env: { PATH: programs.replace(/$/, '-none') },
    });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/Slurm was not found\n.*sbatch: expected the program sbatch of Slurm on the PATH/),
    ]);
  });

  it('that does not train, starts over, is wrong, or reads what is not there', async () => {
    expect((await submit('slurm', 'predict', 'flat', 'images', '--out', 'x.csv')).stderr).toMatch(
      /expected a command that trains.*received predict/,
    );
    expect((await submit('slurm', ...STUDY, '--fresh')).stderr).toMatch(/expected no --fresh/);
    expect((await submit('slurm', 'studdy', 'study.json')).stderr).toMatch(/unknown command 'studdy'/);
    expect((await submit('slurm', 'study', 'study.json', '--oot', 'run')).stderr).toMatch(/unknown option '--oot'/);
    const none = await submit(
      'slurm',
      'train',
      'tree',
      '--from',
      'none',
      '--images',
      'images',
      '--taxonomy',
      'tree.csv',
      '--out',
      'tree',
    );
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringMatching(/from: expected something that is there, received none/),
    ]);
    expect(await fake.calls()).toEqual([]);
    expect(existsSync(at('run.plan'))).toBe(false);
  });

  it('with a folder for the plan that holds something else, or that scripts cannot hold', async () => {
    await mkdir(at('taken'), { recursive: true });
    await writeFile(at('taken', 'notes.txt'), '');
    expect((await submit('slurm', '--plan', 'taken', ...STUDY)).stderr).toMatch(
      /plan: expected a new or empty folder, or an older plan, received .*notes\.txt/,
    );
    expect((await submit('slurm', '--plan', 'a"b', ...STUDY)).stderr).toMatch(
      /expected a path without quotation marks/,
    );
  });

  it('of a plan whose images, taxonomy or code changed', async () => {
    await submit('local', '--write-only', ...STUDY);
    const work = () => call('work', 'run.plan', '--job', '1');
    await writeShapes(at('images'), 4, 2);
    await writeFile(at('tree.csv'), `${toCsv(shapesTaxonomy)}\n`);
    const plan = await planOf();
    await writeFile(
      at('run.plan', 'plan.json'),
      JSON.stringify({ ...plan, fingerprints: { ...plan.fingerprints, code: '0.0.9 0' } }),
    );
    for (const outcome of [await submit('local', '--write-only', ...STUDY), await work()]) {
      expect(outcome.code).toBe(2);
      expect(outcome.stderr).toMatch(/code: expected 0\.0\.9 0, as when the plan was made, received \d/);
      expect(outcome.stderr).toMatch(/images: expected 12 images \w+, as when the plan was made, received 16 images/);
      expect(outcome.stderr).toMatch(
        /tree\.csv: expected \w{16}, as when the plan was made, received \w{16}\n +Restore it; or cladenet cancel/,
      );
    }
    expect((await call('status', 'run.plan')).stdout).toMatch(/^1 {2}failed +What the plan was made for has changed/m);
    const other = await submit('local', '--plan', 'run.plan', 'study', 'study.json', '--out', 'other');
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/There is another plan/)]);
  });
});

describe('status and cancel', () => {
  it('know jobs by their own files, and by the queue', async () => {
    await submit('slurm', '--per-job', '1', ...STUDY);
    const plan = at('run.plan');
    const started = { event: 'started', host: 'node1', pid: 1 } as const;
    for (const event of [
      started,
      { event: 'stopped' },
      started,
      { event: 'epoch', epoch: 1, epochs: 1, seconds: 4 },
      { event: 'done' },
    ] as const) {
      await writeEvent(plan, 1, event);
    }
    await writeEvent(plan, 2, started);
    await writeEvent(plan, 3, { event: 'failed', code: 1, reason: 'no memory' });
    await fake.answer(
      'squeue',
      queue([
        // As Slurm 22.05 has it, and since 23.11.
        {
          job_id: 42,
          array_job_id: 42,
          array_task_id: 4,
          array_task_string: '',
          job_state: 'RUNNING',
          state_reason: 'None',
        },
        {
          job_id: 43,
          array_job_id: { set: true, infinite: false, number: 43 },
          array_task_id: { set: true, infinite: false, number: 5 },
          job_state: ['PENDING'],
          state_reason: 'Dependency',
        },
        {
          job_id: 9,
          array_job_id: 0,
          array_task_id: null,
          array_task_string: '',
          job_state: 'COMPLETED',
          state_reason: 'None',
        },
      ]),
    );
    const [first = 0, ...others] = (await planOf()).jobs.map(({ cost }) => cost);
    // Its 4 seconds for the first job, with one that runs now.
    const left = (4 * others.reduce((sum, cost) => sum + cost)) / first;
    const { code, stdout } = await call('status', 'run.plan', '--json', 'status.json');
    expect(code).toBe(1);
    expect(stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim())).toEqual([
      '1 done restarted 1 x flat: seed 1',
      '2 stopped killed flat: seed 2',
      '3 failed no memory tree; rm -rf $HOME: seed 1',
      '4 running starting tree; rm -rf $HOME: seed 2',
      '5 queued Dependency put together, and train what is missing',
      '',
      '5 jobs: 1 done, 1 running, 1 queued, 1 stopped, 1 failed',
      `about ${duration(left)} of training left at the past speed`,
      `read about job 2: ${plan}/logs/2.log`,
      `read about job 3: ${plan}/logs/3.log`,
      '',
    ]);
    expect(JSON.parse(await readFile(at('status.json'), 'utf8')).jobs[0]).toMatchObject({
      id: 1,
      state: 'done',
      restarts: 1,
      seconds: 4,
    });

    const cancelled = await call('cancel', 'run.plan');
    expect([cancelled.code, cancelled.stderr]).toEqual([0, 'cancelled: 42_4, 43_5\n']);
    expect((await fake.calls()).at(-1)).toBe('scancel 42_4 43_5');
    expect(existsSync(join(plan, 'cancelled'))).toBe(true);
    await fake.answer('squeue', queue([]));
    expect((await call('status', 'run.plan')).stdout).toMatch(/^5 {2}cancelled/m);
    // Without the scheduler its own files still tell.
    await fake.answer('squeue', 'exit 1');
    expect((await call('status', 'run.plan')).stdout).toMatch(/5 jobs: 1 done, .*\(by its own files\)/);
    await submit('slurm', '--per-job', '1', ...STUDY);
    expect(existsSync(join(plan, 'cancelled'))).toBe(false);
  });

  it('need a plan', async () => {
    for (const name of ['status', 'cancel', 'work']) {
      const { code, stderr } = await call(name, 'images');
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/expected a folder that cladenet submit made, received .*images/),
      ]);
    }
    await mkdir(at('broken'), { recursive: true });
    await writeFile(at('broken', 'plan.json'), '{"format":"cladenet-plan","version":9}');
    expect((await call('status', 'broken')).stderr).toMatch(/expected a plan of format version 1, received .*version/);
  });
});
