/** The scheduler of a plan, to ask it and to cancel. */
import type { SchedulerName } from '../plan.js';
import { localProcesses } from './local.js';
import { oar } from './oar.js';
import type { Scheduler } from './scheduler.js';
import { slurm } from './slurm.js';

export function schedulerNamed(name: SchedulerName): Scheduler {
  return { slurm, oar, local: localProcesses(0, []) }[name];
}
