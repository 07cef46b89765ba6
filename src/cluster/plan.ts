/** A plan: a command, divided into jobs, in a folder that jobs, `status` and `cancel` share. */
import { join } from 'node:path';
import { z } from 'zod';
import { CladenetError } from '../errors.js';
import { readIfThere } from '../files.js';

const PLAN_VERSION = 1;
export const SCHEDULERS = ['slurm', 'oar', 'local'] as const;
export type SchedulerName = (typeof SCHEDULERS)[number];

const jobSchema = z.strictObject({
  /** From 1, in the order of the stages. */
  id: z.int().positive(),
  /** For people. */
  name: z.string(),
  /** From 1: jobs of a stage run after those of the stage before. */
  stage: z.int().positive(),
  /** The words after `cladenet`. */
  command: z.array(z.string()).min(1),
  /** Images that its trainings see, over all epochs: an estimate. */
  cost: z.number().min(0),
});

const planSchema = z.strictObject({
  format: z.literal('cladenet-plan'),
  version: z.literal(PLAN_VERSION),
  cladenet: z.string(),
  scheduler: z.enum(SCHEDULERS),
  /** Where commands run: their paths are relative to it. */
  directory: z.string(),
  /** The words after `cladenet`, as they were typed. */
  command: z.array(z.string()).min(1),
  /** Lines of the job scripts by which they ask for resources, and lines that run first. */
  resources: z.strictObject({ directives: z.array(z.string()), setup: z.array(z.string()) }),
  fingerprints: z.record(z.string(), z.string()),
  jobs: z.array(jobSchema).min(1),
});

export type Plan = z.output<typeof planSchema>;
export type Job = Plan['jobs'][number];
export type Resources = Plan['resources'];

export const PLAN_FILE = 'plan.json';

/** Names within the folder of a plan. */
export const eventFile = (folder: string, id: number) => join(folder, 'events', `${id}.jsonl`);
export const logFile = (folder: string, id: number) => join(folder, 'logs', `${id}.log`);
export const lockedPart = (folder: string, id: number) => join(folder, 'events', String(id));
export const scriptFile = (folder: string, stage: number) => join(folder, `stage-${stage}.sh`);
/** There while the plan is cancelled: scripts do not start again. */
export const cancelledFile = (folder: string) => join(folder, 'cancelled');

export const stagesOf = ({ jobs }: Pick<Plan, 'jobs'>): number[] =>
  [...new Set(jobs.map(({ stage }) => stage))].sort((a, b) => a - b);

/** @throws CladenetError USAGE where there is no plan */
export async function readPlan(folder: string): Promise<Plan> {
  const plan = await planIn(folder);
  if (plan !== undefined) return plan;
  throw new CladenetError('USAGE', 'There is no plan', [
    { where: 'plan', expected: 'a folder that cladenet submit made', received: folder },
  ]);
}

/** Undefined where there is none. @throws CladenetError USAGE for one that cannot be read */
export async function planIn(folder: string): Promise<Plan | undefined> {
  const file = join(folder, PLAN_FILE);
  const text = await readIfThere(file, 'USAGE');
  if (text === undefined) return undefined;
  const { data, error } = planSchema.safeParse(parsed(text.toString()));
  if (data !== undefined) return data;
  const received = error.issues.map(({ path, message }) => `${path.join('.') || 'content'}: ${message}`).join('; ');
  throw new CladenetError('USAGE', 'The plan cannot be read', [
    { where: file, expected: `a plan of format version ${PLAN_VERSION}`, received },
  ]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
