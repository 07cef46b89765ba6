/** Cancels what of a plan has not ended. */
import { writeFileAtomic } from '../files.js';
import { isJobDone, readEvents, writeEvent } from './events.js';
import { cancelledFile, type Plan } from './plan.js';
import type { Scheduler } from './schedulers/scheduler.js';

/**
 * @returns ids of the scheduler that were cancelled
 * @throws CladenetError CLUSTER where the scheduler is missing or refuses
 */
export async function cancelPlan(folder: string, plan: Plan, scheduler: Scheduler): Promise<string[]> {
  const ids = new Map<number, string>();
  for (const { id: job } of plan.jobs) {
    const events = await readEvents(folder, job);
    const submitted = events.findLast(({ event }) => event === 'submitted');
    if (!(await isJobDone(folder, plan, job)) && submitted?.event === 'submitted') ids.set(job, submitted.id);
  }
  if (ids.size === 0) return [];
  // Scripts look for it: a job that stops does not start again.
  await writeFileAtomic(cancelledFile(folder), '');
  const live = await scheduler.query(folder, [...ids.values()]);
  const cancelled = [...new Set(ids.values())].filter((id) => live === undefined || live.has(id));
  await scheduler.cancel(folder, cancelled);
  for (const job of ids.keys()) await writeEvent(folder, job, { event: 'cancelled' });
  return cancelled;
}
