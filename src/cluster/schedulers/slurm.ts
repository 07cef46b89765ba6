/**
 * Slurm: jobs of a stage are an array, whose indices are their numbers.
 *
 * A job that stops with exit code 99 within the grace of a preemption, or before its time limit, would be FAILED: the script queues
 * it again. One that was cancelled is COMPLETING by then, not RUNNING, and stays so; one whose grace has ended Slurm queues itself.
 */
import { z } from 'zod';
import { CladenetError } from '../../errors.js';
import { commandLine } from '../shell.js';
import { callProgram } from './call.js';
import { asRanges, fromRanges } from './ranges.js';
import type { Queued, Scheduler } from './scheduler.js';
import { waitForChild } from './wait-for-child.js';

const NAME = 'Slurm';

export const slurm: Scheduler = {
  name: 'slurm',

  script({ title, jobName, folder, directory, jobs, directives, setup, work }) {
    const log = `${folder.replaceAll('%', '%%')}/logs/%a.log`;
    const lines = [
      `--job-name=${jobName}`,
      `--array=${asRanges(jobs)}`,
      `--output="${log}"`,
      '--open-mode=append',
      '--requeue',
      '--signal=B:USR2@60',
      ...directives,
    ];
    return `#!/bin/bash
# ${title}. By hand: sbatch ${commandLine([`${folder}/SCRIPT`])}, with the name of this file
${lines.map((line) => `#SBATCH ${line}`).join('\n')}

cd ${commandLine([directory])} || exit 1
${setup.map((line) => `${line}\n`).join('')}job=$SLURM_ARRAY_TASK_ID
${work} &
${waitForChild}
# 99: stopped, and the same command resumes. 140 and 143: stopped before it could say so.
case $code in 99 | 140 | 143)
  if [ ! -e ${commandLine([`${folder}/cancelled`])} ] && scontrol show job -o "$SLURM_JOB_ID" | grep -q JobState=RUNNING; then
    scontrol requeue "$SLURM_JOB_ID"
  fi ;;
esac
exit $code
`;
  },

  async submit({ folder, script, jobs, after }) {
    const arrays = [...new Set(after.map((id) => id.split('_')[0] ?? id))];
    const depends = arrays.length === 0 ? [] : [`--dependency=afterany:${arrays.join(':')}`];
    const args = ['--parsable', `--array=${asRanges(jobs)}`, ...depends, script];
    const { stdout } = await callProgram(NAME, 'sbatch', args, folder);
    const [, id] = /^(\d+)(?:;\S*)?$/m.exec(stdout.trim()) ?? [];
    if (id !== undefined) return new Map(jobs.map((job) => [job, `${id}_${job}`]));
    throw new CladenetError('CLUSTER', `${NAME} gave no job number`, [
      { where: `sbatch ${args.join(' ')}`, expected: 'the number of the job', received: stdout.trim() || 'nothing' },
    ]);
  },

  async query(_, ids) {
    const answer = await callProgram(NAME, 'squeue', ['--json']).catch(() => undefined);
    const known = answer && parseQueue(answer.stdout);
    return known && new Map([...known].filter(([id]) => ids.includes(id)));
  },

  async cancel(_, ids) {
    if (ids.length > 0) await callProgram(NAME, 'scancel', ids);
  },
};

/** A number is plain up to Slurm 23.02, and `{ set, number }` since. */
const count = z
  .union([
    z.number(),
    z.object({ set: z.boolean(), number: z.number() }).transform((one) => (one.set ? one.number : null)),
  ])
  .nullish();
const queueSchema = z.object({
  jobs: z.array(
    z.object({
      job_id: z.number(),
      array_job_id: count,
      array_task_id: count,
      array_task_string: z.string().nullish(),
      job_state: z.union([z.string(), z.array(z.string())]),
      state_reason: z.string().nullish(),
    }),
  ),
});

const WAITING = ['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'REQUEUE_FED', 'SPECIAL_EXIT'];
const RUNNING = ['RUNNING', 'COMPLETING', 'SUSPENDED', 'STOPPED', 'RESIZING', 'SIGNALING', 'STAGE_OUT'];

/** The jobs that have not ended, by their ids; those of an array that wait together are one entry. Undefined for no such answer. */
function parseQueue(text: string): Map<string, Queued> | undefined {
  const { data } = queueSchema.safeParse(jsonOf(text));
  if (data === undefined) return undefined;
  const queued = new Map<string, Queued>();
  for (const job of data.jobs) {
    const [state = ''] = [job.job_state].flat();
    const known = WAITING.includes(state) ? 'waiting' : RUNNING.includes(state) ? 'running' : undefined;
    if (known === undefined) continue;
    const array = job.array_job_id || job.job_id;
    const tasks = job.array_task_id == null ? fromRanges(job.array_task_string ?? '') : [job.array_task_id];
    for (const task of tasks) queued.set(`${array}_${task}`, { state: known, reason: job.state_reason ?? '' });
  }
  return queued;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
