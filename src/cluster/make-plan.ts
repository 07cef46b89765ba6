/** Makes a plan from a command and its units, and writes its folder. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { largest } from '../arrays.js';
import { CladenetError } from '../errors.js';
import { reasonOf, writeFileAtomic, writeJson } from '../files.js';
import { isTemporary } from '../temporaries.js';
import { VERSION } from '../version.js';
import type { Fingerprints } from './fingerprint.js';
import { type Job, PLAN_FILE, type Plan, planIn, scriptFile, stagesOf } from './plan.js';
import { readme } from './readme.js';
import type { Scheduler } from './schedulers/scheduler.js';
import { quoted } from './shell.js';
import { snakefile } from './snakefile.js';
import { groupUnits, type Unit } from './units.js';

/** What a command divides into. */
export interface Division {
  /** The option that names units, such as `--only`; undefined for work that is one job. */
  readonly option?: string | undefined;
  readonly units: readonly Unit[];
}

export interface PlanRequest extends Pick<Plan, 'scheduler' | 'directory' | 'command' | 'resources'> {
  readonly division: Division;
  readonly fingerprints: Fingerprints;
  readonly perJob?: number | undefined;
}

/** Units in jobs, and last the command itself, which puts together what they have trained, and trains what is missing. */
export function makePlan({ division, perJob, command, ...rest }: PlanRequest): Plan {
  const { option, units } = division;
  const groups = option === undefined ? [] : groupUnits(units, perJob);
  const jobs: Job[] = groups.map(({ name, keys, cost, stage }, i) => ({
    id: i + 1,
    name,
    stage,
    command: [...command, option ?? '', keys],
    cost,
  }));
  const cost = jobs.length > 0 ? 0 : units.reduce((sum, unit) => sum + unit.cost, 0);
  const stage =
    largest(
      jobs.map((job) => job.stage),
      0,
    ) + 1;
  const name = jobs.length === 0 ? 'the whole command' : 'put together, and train what is missing';
  jobs.push({ id: jobs.length + 1, name, stage, command: [...command], cost });
  return { format: 'cladenet-plan', version: 1, cladenet: VERSION, ...rest, command: [...command], jobs };
}

export interface WriteOptions {
  /** Absolute. */
  readonly folder: string;
  readonly scheduler: Scheduler;
  /** The program and its first arguments, to which the words after `cladenet` are added. */
  readonly program: readonly string[];
  /** Whether to add a Snakefile. */
  readonly withSnakefile: boolean;
}

/** @throws CladenetError USAGE where the folder holds anything but a plan, or has a name that scripts cannot hold; OUTPUT */
export async function writePlan(
  plan: Plan,
  { folder, scheduler, program, withSnakefile }: WriteOptions,
): Promise<void> {
  await requirePlace(folder, plan);
  try {
    for (const name of ['events', 'logs']) await mkdir(join(folder, name), { recursive: true });
    for (const stage of stagesOf(plan)) {
      const script = scriptOf(plan, stage, { folder, scheduler, program });
      await writeFile(scriptFile(folder, stage), script, { mode: 0o755 });
    }
    await writeFileAtomic(join(folder, 'README.md'), readme(plan, folder, program));
    if (withSnakefile) await writeFileAtomic(join(folder, 'Snakefile'), snakefile(plan, folder, program));
    await writeJson(join(folder, PLAN_FILE), plan);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    const problem = { where: folder, expected: 'a folder that can be written', received: reasonOf(error) };
    throw new CladenetError('OUTPUT', 'The plan could not be written', [problem], { cause: error });
  }
}

function scriptOf(
  plan: Plan,
  stage: number,
  { folder, scheduler, program }: Pick<WriteOptions, 'folder' | 'scheduler' | 'program'>,
): string {
  const jobs = plan.jobs.filter((job) => job.stage === stage).map(({ id }) => id);
  const stages = stagesOf(plan).length;
  return scheduler.script({
    title: `cladenet ${plan.command
      .slice(0, 2)
      .join(' ')
      .replaceAll(/[^\w ./-]/g, '_')}, stage ${stage} of ${stages}: ${jobs.length} of ${plan.jobs.length} jobs`,
    jobName: `cladenet-${basename(folder)
      .replaceAll(/[^\w-]+/g, '-')
      .slice(0, 40)}-${stage}`,
    folder,
    directory: plan.directory,
    jobs,
    directives: plan.resources.directives,
    setup: plan.resources.setup,
    work: `${[...program, 'work', folder].map(quoted).join(' ')} --job "$job"`,
  });
}

async function requirePlace(folder: string, { directory, scheduler }: Plan): Promise<void> {
  // OAR names the folder to a shell, in single quotes.
  const [unusable, them] =
    scheduler === 'oar' ? [/[\p{Cc}"\\']/u, 'quotation marks, apostrophes'] : [/[\p{Cc}"\\]/u, 'quotation marks'];
  const expected = `a path without ${them}, backslashes and line breaks, which job scripts cannot hold`;
  const wrong = Object.entries({ plan: folder, directory }).filter(([, path]) => unusable.test(path));
  if (wrong.length > 0) {
    const problems = wrong.map(([where, received]) => ({ where, expected, received }));
    throw new CladenetError('USAGE', 'No job scripts can be written', problems);
  }
  const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => !isTemporary(name));
  if (names.length === 0 || (await planIn(folder)) !== undefined) return;
  throw new CladenetError('USAGE', 'The plan cannot be written', [
    {
      where: 'plan',
      expected: 'a new or empty folder, or an older plan',
      received: `${folder}, which holds ${names.slice(0, 5).join(', ')}`,
    },
  ]);
}
