/** Does the jobs of a plan: one, as a job of a scheduler, or one after the other until none is left. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { throwIfAborted } from '../abort.js';
import { smallest } from '../arrays.js';
import { exclusively, isFree } from '../outputs/exclusively.js';
import { EPOCHS, type EpochNews } from '../training/epoch-news.js';
import { failureOf, isDone, isJobDone, type JobEvent, readEvents, writeEvent } from './events.js';
import { type Job, lockedPart, type Plan } from './plan.js';

/** How a job ended. */
export type Outcome = 'done' | 'failed' | 'stopped';

export interface WorkOptions {
  /** Runs a command; returns its exit code. */
  readonly run: (command: readonly string[]) => Promise<number>;
  /** @throws where what the plan was made for has changed */
  readonly requireUnchanged: () => Promise<void>;
  /** Reports what happens, in a line. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The exit code of a command that a signal stopped, and that resumes when it is called again. */
const STOPPED = 99;
/** Codes of a process that ended by a signal. */
const isSignal = (code: number) => code > 128 && code < 160;

/**
 * Does one job. One that is done ends at once; one that another process has in work is waited for, and not done twice.
 *
 * @param onBusy is called before it waits; waiting ends if it throws
 * @throws CladenetError ABORTED when `signal` fires while it waits
 */
export async function workOn(
  folder: string,
  plan: Plan,
  job: Job,
  options: WorkOptions,
  onBusy: () => void = () => options.log(`job ${job.id} (${job.name}) is in work in another process: waiting`),
): Promise<Outcome> {
  const { log, signal } = options;
  // Epochs are not waited for, but what comes later is written later.
  let noted = Promise.resolve();
  if (await isJobDone(folder, plan, job.id)) {
    log(`job ${job.id} (${job.name}) is done`);
    return 'done';
  }
  return exclusively(lockedPart(folder, job.id), { signal, onWait: onBusy }, async () => {
    if (await isJobDone(folder, plan, job.id)) return 'done';
    const broken = await failedBefore(folder, plan, job);
    if (broken !== undefined) return fail(1, `job ${broken.id} (${broken.name}) failed, whose result this one needs`);
    try {
      await options.requireUnchanged();
    } catch (error) {
      await fail(2, (error as Error).message);
      throw error;
    }
    await note({ event: 'started', host: hostname(), pid: process.pid });
    log(`job ${job.id} (${job.name})`);
    const stop = onEpochs((news) => void note({ event: 'epoch', ...news }));
    const code = await options.run(job.command).finally(stop);
    if (code === 0) {
      await note({ event: 'done' });
      return 'done';
    }
    if (code !== STOPPED && !isSignal(code)) return fail(code);
    await note({ event: 'stopped' });
    return 'stopped';
  });

  async function fail(code: number, reason?: string): Promise<'failed'> {
    if (reason !== undefined) log(reason);
    await note({ event: 'failed', code, ...(reason !== undefined && { reason: reason.slice(0, 1000) }) });
    return 'failed';
  }

  /** The work does not end because its progress cannot be written: a full disk is met where results are saved. */
  function note(event: Parameters<typeof writeEvent>[2]): Promise<void> {
    noted = noted
      .then(() => writeEvent(folder, job.id, event))
      .catch((error: unknown) => log(`not written: ${(error as Error).message}`));
    return noted;
  }
}

const LOOK_MS = 1000;

/**
 * Does one job after the other, and leaves those that other processes have in work, until each is done, has failed or waits for
 * one that failed.
 *
 * @returns the worst outcome
 */
export async function workOnAll(folder: string, plan: Plan, options: WorkOptions): Promise<Outcome> {
  for (;;) {
    throwIfAborted(options.signal, 'Working');
    const left: { readonly job: Job; readonly events: readonly JobEvent[] }[] = [];
    for (const job of plan.jobs) {
      if (!(await isJobDone(folder, plan, job.id))) left.push({ job, events: await readEvents(folder, job.id) });
    }
    const failed = left.filter(({ events }) => failureOf(events) !== undefined);
    const open = left.filter(({ events }) => failureOf(events) === undefined);
    const stage = smallest(left.map(({ job }) => job.stage));
    const ready = open.filter(({ job }) => job.stage === stage);
    if (ready.length === 0 && failed.length === 0) return 'done';
    // Nothing of this stage is left but failures: those after it would need them.
    if (ready.length === 0) return 'failed';
    const outcome = await workOnOneOf(
      folder,
      plan,
      ready.map(({ job }) => job),
      options,
    );
    if (outcome === 'stopped') return 'stopped';
    if (outcome === undefined) await sleep(LOOK_MS);
  }
}

/** Another process took the job meanwhile. */
class Busy extends Error {}

/** Undefined where other processes have all of them in work. */
async function workOnOneOf(
  folder: string,
  plan: Plan,
  jobs: readonly Job[],
  options: WorkOptions,
): Promise<Outcome | undefined> {
  const leave = () => {
    throw new Busy();
  };
  for (const job of jobs) {
    if (!(await isFree(lockedPart(folder, job.id)))) continue;
    try {
      return await workOn(folder, plan, job, options, leave);
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
    }
  }
  return undefined;
}

/** A failed job of a stage before, which the job needs. */
async function failedBefore(folder: string, plan: Plan, { stage }: Job): Promise<Job | undefined> {
  for (const job of plan.jobs) {
    if (job.stage >= stage) continue;
    const events = await readEvents(folder, job.id);
    if (!isDone(events) && failureOf(events) !== undefined) return job;
  }
  return undefined;
}

/** @returns ends it */
function onEpochs(report: (news: EpochNews) => void): () => void {
  const listener = (message: unknown) => report(message as EpochNews);
  subscribe(EPOCHS, listener);
  return () => void unsubscribe(EPOCHS, listener);
}
