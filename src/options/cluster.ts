/** Options by which work is given to a scheduler. */
import { z } from 'zod';
import { text, toggle, whole } from '../value-schemas.js';
import { grouped, option } from './option.js';

/** In a line of a script. */
const line = (expected: string) => text(expected).regex(/^[^\p{Cc}]+$/u, `${expected}, in one line`);
const word = (expected: string) => text(expected).regex(/^[^\s\p{Cc}]+$/u, `${expected}, without spaces`);
const lines = (expected: string) => z.array(line(expected), `a list: ${expected}`).optional();

export const planOptions = {
  plan: option(text('a folder').optional(), {
    description: 'folder for the plan: job scripts, what happens to the jobs, and their logs',
    value: 'dir',
    writes: 'folder',
    default: 'what the command writes, with .plan',
  }),
  perJob: option(whole(1).optional(), {
    description: 'parts of the work in a job',
    value: 'n',
    default: 'as many as make it worth its start',
  }),
  writeOnly: option(toggle().default(false), {
    description: 'write the plan, with a Snakefile, and submit nothing',
  }),
  profile: option(text('a file').optional(), {
    description:
      'read options of this command from a JSON file, by their names in camelCase; the command line takes precedence',
    value: 'file',
    default: 'the file that the variable CLADENET_PROFILE names',
    reads: 'file',
  }),
};

const before = {
  before: option(lines('a line of shell'), {
    description: 'a line that each job runs first, such as "module load node"',
    value: 'line',
    repeatable: true,
    group: 'Resources',
  }),
};

export const slurmOptions = {
  ...grouped('Resources', {
    partition: option(word('the name of a partition').optional(), {
      description: 'partition of the jobs',
      value: 'name',
    }),
    gpus: option(word('a number of GPUs, or kind:number').optional(), {
      description: 'GPUs of a job; the command needs --gpu to use one',
      value: 'n',
    }),
    cpus: option(whole(1).optional(), { description: 'cores of a job', value: 'n' }),
    memory: option(word('memory as Slurm writes it, such as 16G').optional(), {
      description: 'memory of a job, such as 16G',
      value: 'size',
    }),
    time: option(word('a time as Slurm writes it, such as 20:00:00').optional(), {
      description: 'time limit of a job, such as 20:00:00; one that reaches it is queued again, and resumes',
      value: 'time',
    }),
    account: option(word('an account').optional(), { description: 'account that pays', value: 'name' }),
    qos: option(word('a quality of service').optional(), { description: 'quality of service', value: 'name' }),
    sbatch: option(lines('an option of sbatch, such as --exclude=node3'), {
      description: 'any other option of sbatch, such as --sbatch=--exclude=node3',
      value: 'option',
      repeatable: true,
    }),
  }),
  ...before,
};

export const oarOptions = {
  ...grouped('Resources', {
    property: option(line('properties of a machine, in SQL').optional(), {
      description: `properties of the machine, such as "gpu='YES' and host='...'"`,
      value: 'sql',
      short: 'p',
    }),
    type: option(lines('a type of job'), {
      description: 'type of the jobs, such as besteffort; idempotent is always added',
      value: 'type',
      repeatable: true,
      short: 't',
    }),
    resource: option(line('resources as OAR writes them').optional(), {
      description: 'resources of a job, such as /nodes=1,walltime=20:00:00',
      value: 'list',
      short: 'l',
    }),
    queue: option(word('the name of a queue').optional(), {
      description: 'queue of the jobs',
      value: 'name',
      short: 'q',
    }),
    project: option(word('the name of a project').optional(), { description: 'project of the jobs', value: 'name' }),
    checkpoint: option(whole(0).default(60), {
      description:
        'OAR signals a job this long before it kills it; 0 never does, so that up to --checkpoint-minutes are lost',
      unit: 'seconds',
    }),
    oarsub: option(lines('an option of oarsub'), {
      description: 'any other option of oarsub, such as "--oarsub=--notify mail:me@example.org"',
      value: 'option',
      repeatable: true,
    }),
  }),
  ...before,
};

export const localOptions = {
  processes: option(whole(1).default(1), { description: 'processes at once', value: 'n', group: 'Resources' }),
  ...before,
};

/** Lines of a script of Slurm. */
export function slurmDirectives(options: z.output<z.ZodObject<typeof slurmOptions>>): string[] {
  const { partition, gpus, cpus, memory, time, account, qos, sbatch = [] } = options;
  const named = { partition, gpus, 'cpus-per-task': cpus, mem: memory, time, account, qos };
  const given = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
  return [...given, ...sbatch];
}

/** Lines of a script of OAR. */
export function oarDirectives(options: z.output<z.ZodObject<typeof oarOptions>>): string[] {
  const { property, type = [], resource, queue, project, checkpoint, oarsub = [] } = options;
  const types = [...new Set([...type, 'idempotent'])];
  return [
    ...(property === undefined ? [] : [`-p ${property}`]),
    ...types.map((one) => `-t ${one}`),
    ...(resource === undefined ? [] : [`-l ${resource}`]),
    ...(queue === undefined ? [] : [`-q ${queue}`]),
    ...(project === undefined ? [] : [`--project ${project}`]),
    ...(checkpoint === 0 ? [] : [`--checkpoint ${checkpoint}`, '--signal 12']),
    ...oarsub,
  ];
}

/** The folder of a plan that is there. */
export const planFolder = option(text('a folder'), { description: 'folder of the plan', reads: 'file' });
