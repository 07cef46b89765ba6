/**
 * Processes on this machine, which take the jobs of a plan one after the other until none is left. They are in sessions of their
 * own, so that they go on when the terminal is closed.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeJson } from '../../files.js';
import { hasEnded, host, startOf } from '../../temporaries.js';
import { commandLine } from '../shell.js';
import type { Queued, Scheduler } from './scheduler.js';

const workersSchema = z.array(z.object({ pid: z.number(), start: z.string(), machine: z.string() }));
type Workers = z.output<typeof workersSchema>;

const fileOf = (folder: string, id: string) => join(folder, `workers-${id}.json`);

/** @param processes how many at once @param program and its first arguments */
export function localProcesses(processes: number, program: readonly string[]): Scheduler {
  return {
    name: 'local',
    ordersJobs: true,

    script: ({ title, directory, setup, work, jobs }) => `#!/bin/bash
# ${title}. By hand: run this file; it works on one job after the other, and leaves those that are done or in work
cd ${commandLine([directory])} || exit 1
${setup.map((line) => `${line}\n`).join('')}for job in ${jobs.join(' ')}; do
  ${work} || exit $?
done
`,

    async submit({ folder, jobs }) {
      const [command = '', ...args] = [...program, 'work', folder];
      mkdirSync(join(folder, 'logs'), { recursive: true });
      const workers: Workers = [];
      for (let number = 1; number <= processes; number++) {
        const log = openSync(join(folder, 'logs', `process-${number}.log`), 'a');
        const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] });
        closeSync(log);
        child.on('error', () => undefined);
        child.unref();
        if (child.pid !== undefined)
          workers.push({ pid: child.pid, start: startOf(child.pid) ?? '0', machine: host() });
      }
      const id = randomUUID().slice(0, 8);
      await writeJson(fileOf(folder, id), workers);
      return new Map(jobs.map((job) => [job, id]));
    },

    async query(folder, ids) {
      const queued = new Map<string, Queued>();
      for (const id of new Set(ids)) {
        const alive = (await workersOf(folder, id)).filter(isRunning);
        if (alive.length > 0) queued.set(id, { state: 'waiting', reason: 'for a free process' });
      }
      return queued;
    },

    async cancel(folder, ids) {
      for (const id of new Set(ids)) {
        for (const worker of await workersOf(folder, id)) if (isRunning(worker)) process.kill(worker.pid, 'SIGTERM');
      }
    },
  };
}

/** On this machine. */
const isRunning = ({ pid, start, machine }: Workers[number]) => machine === host() && !hasEnded(pid, start);

async function workersOf(folder: string, id: string): Promise<Workers> {
  const text = await readIfThere(fileOf(folder, id), 'OUTPUT');
  return workersSchema.safeParse(JSON.parse(text?.toString() ?? '[]')).data ?? [];
}
