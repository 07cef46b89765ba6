/** Submits the jobs of a plan that are not done, stage by stage: all of them, or none. */
import { rm } from 'node:fs/promises';
import { CladenetError, type Problem } from '../errors.js';
import { isFree } from '../outputs/exclusively.js';
import { failureOf, isJobDone, readEvents, writeEvent } from './events.js';
import { cancelledFile, lockedPart, type Plan, scriptFile, stagesOf } from './plan.js';
import type { Scheduler } from './schedulers/scheduler.js';

export interface Submitted {
  /** Jobs that were submitted now, and the scheduler's ids. */
  readonly sent: ReadonlyMap<number, string>;
  readonly done: readonly number[];
  /** Jobs that the scheduler has from before, or that are in work. */
  readonly queued: readonly number[];
}

/**
 * @param folder absolute
 * @throws CladenetError CLUSTER where the scheduler is missing or refuses, after what was submitted is cancelled, or named where
 *   it cannot be
 */
export async function submitPlan(folder: string, plan: Plan, scheduler: Scheduler): Promise<Submitted> {
  const { done, queued, ids } = await known(folder, plan, scheduler);
  const sent = new Map<number, string>();
  await rm(cancelledFile(folder), { force: true });
  let after: string[] = [];
  try {
    for (const stage of scheduler.ordersJobs ? [0] : stagesOf(plan)) {
      const own = plan.jobs.filter((job) => scheduler.ordersJobs || job.stage === stage).map(({ id }) => id);
      const jobs = own.filter((id) => !done.includes(id) && !queued.includes(id));
      const waited = own.filter((id) => queued.includes(id)).flatMap((id) => ids.get(id) ?? []);
      if (jobs.length > 0) {
        const submitted = await scheduler.submit({ folder, script: scriptFile(folder, stage), jobs, after });
        for (const [job, id] of submitted) sent.set(job, id);
        for (const [job, id] of submitted) await writeEvent(folder, job, { event: 'submitted', id });
      }
      const ahead = [...jobs.flatMap((job) => sent.get(job) ?? []), ...waited];
      // A stage that is done holds nobody up.
      if (ahead.length > 0) after = ahead;
    }
  } catch (error) {
    throw await undone(folder, scheduler, sent, error);
  }
  return { sent, done, queued };
}

/** The jobs that are done, and those that the scheduler has from before. */
async function known(folder: string, plan: Plan, scheduler: Scheduler) {
  const done: number[] = [];
  const failed = new Set<number>();
  const ids = new Map<number, string>();
  for (const { id: job } of plan.jobs) {
    const events = await readEvents(folder, job);
    if (await isJobDone(folder, plan, job)) done.push(job);
    if (failureOf(events) !== undefined) failed.add(job);
    const submitted = events.findLast(({ event }) => event === 'submitted');
    if (submitted?.event === 'submitted') ids.set(job, submitted.id);
  }
  const live = ids.size === 0 ? undefined : await scheduler.query(folder, [...ids.values()]);
  const queued: number[] = [];
  for (const { id: job } of plan.jobs) {
    if (done.includes(job)) continue;
    const id = ids.get(job);
    const isQueued = id !== undefined && live?.has(id) && !failed.has(job);
    if (isQueued || !(await isFree(lockedPart(folder, job)))) queued.push(job);
  }
  return { done, queued, ids };
}

async function undone(
  folder: string,
  scheduler: Scheduler,
  sent: ReadonlyMap<number, string>,
  cause: unknown,
): Promise<unknown> {
  if (sent.size === 0) return cause;
  const ids = [...new Set(sent.values())];
  const problems: Problem[] = cause instanceof CladenetError ? [...cause.problems] : [];
  const summary = cause instanceof CladenetError ? cause.summary : (cause as Error).message;
  try {
    await scheduler.cancel(folder, ids);
    for (const job of sent.keys()) await writeEvent(folder, job, { event: 'cancelled' }).catch(() => undefined);
    return new CladenetError(
      'CLUSTER',
      `${summary}; the jobs submitted before are cancelled (${ids.join(', ')})`,
      problems,
      { cause },
    );
  } catch {
    return new CladenetError(
      'CLUSTER',
      `${summary}; jobs submitted before could not be cancelled: ${ids.join(', ')}`,
      problems,
      { cause },
    );
  }
}
