/**
 * Which job of a scheduler a process runs in, and which of its runs this is. A scheduler starts a job again only once its run
 * before has ended, on whichever host that was: so what an earlier run holds is nobody's.
 */

export interface Allocation {
  /** The job, the same in all its runs. */
  readonly job: string;
  /** Grows from run to run. */
  readonly run: number;
}

/** By the variables that Slurm and OAR set for a job; undefined outside of a job. */
export function allocationOf(env: NodeJS.ProcessEnv): Allocation | undefined {
  const { SLURM_JOB_ID: slurm, SLURM_CLUSTER_NAME: cluster = '', SLURM_RESTART_COUNT: restarts = '0' } = env;
  if (slurm !== undefined) return numbered(`slurm ${cluster} ${slurm}`, restarts);
  // OAR gives every run a new number, but leaves those of the array.
  const { OAR_ARRAY_ID: array, OAR_ARRAY_INDEX: index = '1', OAR_JOB_ID: run } = env;
  if (array !== undefined && run !== undefined) return numbered(`oar ${array} ${index}`, run);
  return undefined;
}

function numbered(job: string, run: string): Allocation | undefined {
  return /^\d{1,15}$/.test(run) ? { job, run: Number(run) } : undefined;
}
