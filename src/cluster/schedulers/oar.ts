/**
 * OAR 2.5: jobs of a stage are an array, whose parameters are their numbers.
 *
 * OAR queues a job again that exits with 99, if it ran for more than 60 s; before, it would be Terminated, and those that depend
 * on it would start. So the script holds 99 back until then. The new run has a new number, and keeps those of its array.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CladenetError } from '../../errors.js';
import { commandLine } from '../shell.js';
import { callProgram } from './call.js';
import type { Queued, Scheduler } from './scheduler.js';
import { waitForChild } from './wait-for-child.js';

const NAME = 'OAR';

export const oar: Scheduler = {
  name: 'oar',

  script({ title, jobName, folder, directory, directives, setup, work }) {
    const lines = [
      `-n ${jobName}`,
      `-d ${directory}`,
      `-O ${folder}/logs/oar.%jobid%.out`,
      `-E ${folder}/logs/oar.%jobid%.out`,
      ...directives,
    ];
    return `#!/bin/bash
# ${title}. By hand: oarsub -S "SCRIPT NUMBER", with this file and the number of a job
${lines.map((line) => `#OAR ${line}`).join('\n')}

cd ${commandLine([directory])} || exit 1
${setup.map((line) => `${line}\n`).join('')}job=$1
exec >> ${commandLine([`${folder}/logs/`])}"$job.log" 2>&1
${work} &
${waitForChild}
# 99: stopped, and the same command resumes. 140 and 143: stopped before it could say so.
case $code in 99 | 140 | 143)
  if [ -e ${commandLine([`${folder}/cancelled`])} ]; then exit 1; fi
  while [ $SECONDS -lt 62 ]; do sleep 1; done
  exit 99 ;;
esac
exit $code
`;
  },

  async submit({ folder, script, jobs, after }) {
    const parameters = join(folder, `parameters-${Date.now()}.txt`);
    await writeFile(parameters, jobs.map((job) => `${job}\n`).join(''));
    const args = [
      '-J',
      '--array-param-file',
      parameters,
      ...after.flatMap((id) => ['-a', id.split('.')[0] ?? id]),
      '-S',
      script,
    ];
    const { stdout } = await callProgram(NAME, 'oarsub', args, folder);
    const ids = [...stdout.matchAll(/"(?:job_id|OAR_JOB_ID)"\s*:\s*"?(\d+)/g)]
      .map(([, id]) => Number(id))
      .sort((a, b) => a - b);
    if (ids.length === jobs.length) return new Map(jobs.map((job, i) => [job, String(ids[i])]));
    throw new CladenetError('CLUSTER', `${NAME} gave no job numbers`, [
      {
        where: `oarsub ${args.join(' ')}`,
        expected: `the numbers of ${jobs.length} jobs`,
        received: stdout.trim() || 'nothing',
      },
    ]);
  },

  async query(_, ids) {
    const answer = await callProgram(NAME, 'oarstat', ['-J']).catch(() => undefined);
    const known = answer && parseJobs(answer.stdout);
    return known && new Map([...known].filter(([id]) => ids.includes(id)));
  },

  async cancel(_, ids) {
    if (ids.length > 0) await callProgram(NAME, 'oardel', ids);
  },
};

const jobsSchema = z.record(z.string(), z.looseObject({ state: z.string(), message: z.string().nullish() }));

function parseJobs(text: string): Map<string, Queued> | undefined {
  try {
    const { data } = jobsSchema.safeParse(JSON.parse(text));
    return (
      data &&
      new Map(
        Object.entries(data).map(([id, { state, message }]) => [
          id,
          { state: state === 'Running' ? 'running' : 'waiting', reason: message ?? '' },
        ]),
      )
    );
  } catch {
    return undefined;
  }
}
