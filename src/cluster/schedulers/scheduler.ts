/** What a scheduler does for a plan: one interface for Slurm, OAR and processes on this machine. */
import type { SchedulerName } from '../plan.js';

/** A script for the jobs of a stage. */
export interface ScriptRequest {
  /** For people. */
  readonly title: string;
  /** Short: letters, digits and dashes. */
  readonly jobName: string;
  /** Absolute. */
  readonly folder: string;
  readonly directory: string;
  readonly jobs: readonly number[];
  /** Lines by which resources are asked for, without the scheduler's mark. */
  readonly directives: readonly string[];
  /** Lines that run first. */
  readonly setup: readonly string[];
  /** Runs the job whose number is in the shell's `$job`. */
  readonly work: string;
}

export interface SubmitRequest {
  /** Absolute. */
  readonly folder: string;
  readonly script: string;
  readonly jobs: readonly number[];
  /** Ids of jobs that have to end first. */
  readonly after: readonly string[];
}

/** What the scheduler says of a job that has not ended. */
export interface Queued {
  readonly state: 'waiting' | 'running';
  /** In the scheduler's words: why it waits. */
  readonly reason: string;
}

export interface Scheduler {
  readonly name: SchedulerName;
  /** Whether it keeps to the order of the stages itself: then all jobs are submitted at once. */
  readonly ordersJobs?: boolean;
  script(request: ScriptRequest): string;
  /**
   * Submits jobs together, or none of them.
   *
   * @returns the scheduler's id of each
   * @throws CladenetError CLUSTER where there is no such scheduler, or it refuses
   */
  submit(request: SubmitRequest): Promise<ReadonlyMap<number, string>>;
  /** The jobs among `ids` that have not ended; undefined where the scheduler cannot be asked. */
  query(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, Queued> | undefined>;
  /** @throws CladenetError CLUSTER naming those that could not be cancelled */
  cancel(folder: string, ids: readonly string[]): Promise<void>;
}
