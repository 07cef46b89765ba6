/** How far a plan is, by the events of its jobs and their locks, refined by what the scheduler says. */
import { isFree } from '../outputs/exclusively.js';
import { failureOf, isJobDone, type JobEvent, readEvents, sinceSubmitted } from './events.js';
import { type Job, lockedPart, logFile, type Plan } from './plan.js';
import type { Queued, Scheduler } from './schedulers/scheduler.js';

export const STATES = ['done', 'running', 'queued', 'waiting', 'stopped', 'failed', 'cancelled'] as const;

/**
 * - `queued`: the scheduler has it, and it has not started
 * - `waiting`: it was not submitted
 * - `stopped`: it was stopped or killed, and nothing is known of a later run
 */
export type JobState = (typeof STATES)[number];

export interface JobStatus extends Pick<Job, 'id' | 'name' | 'stage' | 'cost'> {
  readonly state: JobState;
  /** Why it waits, failed, or how far it is; may be empty. */
  readonly note: string;
  /** How often it started again since it was submitted. */
  readonly restarts: number;
  /** Seconds of training in all its runs. */
  readonly seconds: number;
  /** The file to read. */
  readonly log: string;
}

export interface PlanStatus {
  readonly jobs: readonly JobStatus[];
  /** Of the training that is left, at the past speed with the jobs that run now; undefined before an epoch is done. */
  readonly secondsLeft: number | undefined;
  /** Whether the scheduler was asked. */
  readonly isAsked: boolean;
}

/** @param folder absolute */
export async function statusOf(folder: string, plan: Plan, scheduler: Scheduler): Promise<PlanStatus> {
  const all = await Promise.all(
    plan.jobs.map(async (job) => ({
      job,
      events: await readEvents(folder, job.id),
      isOver: await isJobDone(folder, plan, job.id),
      isInWork: !(await isFree(lockedPart(folder, job.id))),
    })),
  );
  const ids = all.flatMap(({ events, isOver }) => (isOver ? [] : (idOf(events) ?? [])));
  const queue = ids.length === 0 ? undefined : await scheduler.query(folder, ids);
  const jobs = all.map(({ job, events, isOver, isInWork }): JobStatus => {
    const id = idOf(events);
    const queued = id === undefined ? undefined : queue?.get(id);
    const found = isOver
      ? { state: 'done' as const, note: '' }
      : stateOf(events, isInWork, queued, queue !== undefined);
    const starts = sinceSubmitted(events).filter(({ event }) => event === 'started').length;
    return {
      id: job.id,
      name: job.name,
      stage: job.stage,
      cost: job.cost,
      ...found,
      restarts: Math.max(0, starts - 1),
      seconds: events.reduce((sum, one) => sum + (one.event === 'epoch' ? one.seconds : 0), 0),
      log: plan.scheduler === 'local' ? `${folder}/logs` : logFile(folder, job.id),
    };
  });
  return {
    jobs,
    secondsLeft: secondsLeft(
      jobs,
      all.map(({ events }) => progressOf(events)),
    ),
    isAsked: queue !== undefined,
  };
}

function idOf(events: readonly JobEvent[]): string | undefined {
  const submitted = events.findLast(({ event }) => event === 'submitted');
  return submitted?.event === 'submitted' ? submitted.id : undefined;
}

/** @param isAsked whether the scheduler knows of all its jobs that have not ended */
export function stateOf(
  events: readonly JobEvent[],
  isInWork: boolean,
  queued: Queued | undefined,
  isAsked: boolean,
): { readonly state: JobState; readonly note: string } {
  const since = sinceSubmitted(events);
  const epoch = since.findLast(({ event }) => event === 'epoch');
  const far = epoch?.event === 'epoch' ? `epoch ${epoch.epoch}/${epoch.epochs}` : '';
  if (isInWork) return { state: 'running', note: far };
  const failure = failureOf(events);
  if (failure?.event === 'failed') {
    return { state: 'failed', note: failure.reason?.split('\n')[0] ?? `exit code ${failure.code}` };
  }
  const last = since.findLast(({ event }) => event !== 'epoch')?.event;
  if (queued?.state === 'running') return { state: 'running', note: 'starting' };
  if (queued !== undefined) return { state: 'queued', note: queued.reason };
  if (last === undefined) return { state: 'waiting', note: 'not submitted' };
  if (last === 'cancelled') return { state: 'cancelled', note: far };
  if (last === 'submitted') {
    return isAsked ? { state: 'stopped', note: 'ended before it started' } : { state: 'queued', note: '' };
  }
  return { state: 'stopped', note: last === 'started' ? `killed${far && `, ${far}`}` : far };
}

/** Share of the current training that is done. */
function progressOf(events: readonly JobEvent[]): number {
  const epoch = sinceSubmitted(events).findLast(({ event }) => event === 'epoch');
  return epoch?.event === 'epoch' ? epoch.epoch / epoch.epochs : 0;
}

function secondsLeft(jobs: readonly JobStatus[], progress: readonly number[]): number | undefined {
  const share = (job: JobStatus, i: number) => (job.state === 'done' ? 1 : Math.min(0.95, progress[i] ?? 0));
  const seconds = jobs.reduce((sum, job) => sum + job.seconds, 0);
  const trained = jobs.reduce((sum, job, i) => sum + (job.seconds > 0 ? job.cost * share(job, i) : 0), 0);
  if (trained === 0) return undefined;
  const left = jobs.reduce((sum, job, i) => sum + job.cost * (1 - share(job, i)), 0);
  const running = jobs.filter(({ state }) => state === 'running').length;
  return (left * seconds) / trained / Math.max(1, running);
}
