/** What happens to a job, as lines of JSON in a file of its own: written by whoever submits, runs or cancels it. */
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readIfThere } from '../files.js';
import { eventFile, type Plan } from './plan.js';

const at = z.string();
const eventSchema = z.discriminatedUnion('event', [
  /** It was given to the scheduler, which knows it by `id`. */
  z.object({ event: z.literal('submitted'), at, id: z.string() }),
  z.object({ event: z.literal('started'), at, host: z.string(), pid: z.number() }),
  z.object({ event: z.literal('epoch'), at, epoch: z.number(), epochs: z.number(), seconds: z.number() }),
  /** A signal stopped it: a later run resumes. */
  z.object({ event: z.literal('stopped'), at }),
  z.object({ event: z.literal('done'), at }),
  z.object({ event: z.literal('failed'), at, code: z.number(), reason: z.string().optional() }),
  z.object({ event: z.literal('cancelled'), at }),
]);

export type JobEvent = z.output<typeof eventSchema>;
type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;

/** One write of less than a page at the end of the file: lines of several writers do not mix. */
export async function writeEvent(folder: string, job: number, event: Untimed<JobEvent>): Promise<void> {
  const file = eventFile(folder, job);
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
}

/** In the order in which they were written. Lines that are no events (half written on a full disk) are passed over. */
export async function readEvents(folder: string, job: number): Promise<JobEvent[]> {
  const text = await readIfThere(eventFile(folder, job), 'OUTPUT');
  return (text?.toString() ?? '').split('\n').flatMap((line) => {
    try {
      return eventSchema.safeParse(JSON.parse(line)).data ?? [];
    } catch {
      return [];
    }
  });
}

/** The events since it was last submitted. */
export const sinceSubmitted = (events: readonly JobEvent[]): readonly JobEvent[] =>
  events.slice(
    Math.max(
      0,
      events.findLastIndex(({ event }) => event === 'submitted'),
    ),
  );

export const isDone = (events: readonly JobEvent[]) => events.some(({ event }) => event === 'done');

/** The failure of its last run, unless it was submitted again since. */
export function failureOf(events: readonly JobEvent[]): JobEvent | undefined {
  const last = sinceSubmitted(events).findLast(({ event }) => event !== 'epoch');
  return last?.event === 'failed' ? last : undefined;
}

/** Of a job; where the last one is done, which puts all together, there is nothing left to do for any. */
export async function isJobDone(folder: string, plan: Plan, job: number): Promise<boolean> {
  const last = plan.jobs.at(-1)?.id ?? job;
  return isDone(await readEvents(folder, job)) || (last !== job && isDone(await readEvents(folder, last)));
}
