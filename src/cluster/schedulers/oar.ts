/**
 * OAR 2.5: jobs of a stage are an array, whose parameters are their numbers.
 *
 * OAR queues a job again that exits with 99, if it ran for more than 60 s; before, it would be Terminated, and those that depend
 * on it would start. So the script holds 99 back until then. The new run has a new number, but keeps the array and the place in
 * it, by which jobs are known here: `ARRAY.PLACE`.
 */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CladenetError } from '../../errors.js';
import { MAX_DOCUMENT_BYTES, readRegularFile } from '../../regular-file.js';
import { commandLine } from '../shell.js';
import { callProgram } from './call.js';
import type { Scheduler } from './scheduler.js';
import { waitForChild } from './wait-for-child.js';

const NAME = 'OAR';

export const oar: Scheduler = {
  name: 'oar',

  script({ title, jobName, folder, directory, jobs, directives, setup, work }) {
    const log = commandLine([`${folder}/logs/`]);
    const lines = [`-n ${jobName}`, '-O logs/oar.%jobid%.out', '-E logs/oar.%jobid%.out', ...directives];
    return `#!/bin/bash
# ${title}. By hand, in its folder: oarsub -S "./FILE ${jobs[0]}", with its name and the number of a job.
# OAR signals the shell that starts it: this needs one that is replaced by its last command, such as bash
${lines.map((line) => `#OAR ${line}`).join('\n')}

cd ${commandLine([directory])} || exit 1
job=$1
exec >> ${log}"$job.log" 2>&1
${setup.map((line) => `${line}\n`).join('')}${work} &
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
    const parameters = `parameters-${jobs[0]}-${Date.now()}.txt`;
    await writeFile(join(folder, parameters), jobs.map((job) => `${job}\n`).join(''));
    // Who has ended meanwhile holds nobody up.
    const before = after.length === 0 ? [] : [...((await jobsById()) ?? [])].filter(([id]) => after.includes(id));
    const depends = before.flatMap(([, { number }]) => ['-a', String(number)]);
    const directives = (await readRegularFile(script, { maxBytes: MAX_DOCUMENT_BYTES }))
      .toString()
      .split('\n')
      .flatMap(directiveIn);
    // A shell runs the command, so the script is named from its folder. With `exec` it takes the place of the shell, which
    // would be what OAR sends its signal to, and end by it.
    const args = ['-J', '--array-param-file', parameters, ...directives, ...depends, `exec ./${basename(script)}`];
    const { stdout } = await callProgram(NAME, 'oarsub', args, folder);
    const [, array] = /OAR_ARRAY_ID=(\d+)/.exec(stdout) ?? [];
    const numbers = [...stdout.matchAll(/"job_id"\s*:\s*"?(\d+)/g)].map(([, number]) => number);
    if (numbers.length === jobs.length) {
      return new Map(jobs.map((job, i) => [job, `${array ?? numbers[0]}.${i + 1}`]));
    }
    throw new CladenetError('CLUSTER', `${NAME} gave no job numbers`, [
      {
        where: `oarsub ${args.join(' ')}`,
        expected: `the numbers of ${jobs.length} jobs`,
        received: stdout.trim() || 'nothing',
      },
    ]);
  },

  async query(_, ids) {
    const known = await jobsById();
    return known && new Map([...known].filter(([id]) => ids.includes(id)));
  },

  async cancel(_, ids) {
    const known = await jobsById();
    const numbers = [...(known ?? [])].filter(([id]) => ids.includes(id)).map(([, { number }]) => String(number));
    if (known === undefined) throw new CladenetError('CLUSTER', `${NAME} does not say which jobs there are`);
    if (numbers.length > 0) await callProgram(NAME, 'oardel', numbers);
  },
};

/** The option of a line like `#OAR -p gpu='YES' and host='...'`, and its value. */
function directiveIn(line: string): string[] {
  const [, option, value] = /^#OAR\s+(-\S+)(?:\s+(.*\S))?\s*$/.exec(line) ?? [];
  return option === undefined ? [] : value === undefined ? [option] : [option, value];
}

const jobSchema = z.looseObject({
  Job_Id: z.coerce.number(),
  array_id: z.coerce.number(),
  array_index: z.coerce.number(),
  state: z.string(),
});

const ENDED = ['Terminated', 'Error'];
const WAITING = ['Waiting', 'Hold', 'toLaunch', 'toAckReservation'];

interface OarJob {
  readonly number: number;
  readonly state: 'waiting' | 'running';
  readonly reason: string;
}

/** The jobs that have not ended; undefined where OAR does not answer. */
async function jobsById(): Promise<Map<string, OarJob> | undefined> {
  const answer = await callProgram(NAME, 'oarstat', ['-J']).catch(() => undefined);
  const { data } = z.record(z.string(), jobSchema).safeParse(jsonOf(answer?.stdout ?? ''));
  if (answer === undefined || data === undefined) return undefined;
  const jobs = Object.values(data).filter(({ state }) => !ENDED.includes(state));
  return new Map(
    jobs.map(({ Job_Id, array_id, array_index, state }) => [
      `${array_id}.${array_index}`,
      { number: Job_Id, state: WAITING.includes(state) ? 'waiting' : 'running', reason: state },
    ]),
  );
}

/** Without jobs the answer may be empty. */
function jsonOf(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}
