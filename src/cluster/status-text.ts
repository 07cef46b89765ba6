/** A plan and how far it is, as text. */
import { alignColumns, alignWithRemark } from '../report/tables/columns.js';
import { counted, duration } from '../units.js';
import type { Plan } from './plan.js';
import { type PlanStatus, STATES } from './status.js';

/** The jobs, and what they ask for. */
export function planTable({ jobs, resources, scheduler, directory }: Plan, folder: string): string {
  const rows = jobs.map(({ id, stage, cost, name }) => [String(id), String(stage), String(cost), name]);
  return [
    `scheduler: ${scheduler}`,
    `resources: ${resources.directives.join('  ') || 'the default of the scheduler'}`,
    ...resources.setup.map((line) => `runs first: ${line}`),
    `directory: ${directory}`,
    `plan: ${folder}`,
    '',
    ...alignWithRemark([['job', 'stage', 'images in all epochs', ''], ...rows], 0),
  ].join('\n');
}

export function statusText({ jobs, secondsLeft, isAsked }: PlanStatus): string {
  const rows = jobs.map(({ id, state, restarts, note, name }) => [
    String(id),
    state,
    restarts === 0 ? '' : `restarted ${restarts} x`,
    note,
    name,
  ]);
  const counts = STATES.flatMap((state) => {
    const count = jobs.filter((job) => job.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const failed = jobs.filter(({ state }) => state === 'failed' || state === 'stopped');
  return [
    ...alignColumns(rows, 5),
    '',
    `${counted(jobs.length, 'job')}: ${counts.join(', ')}${isAsked ? '' : ' (by its own files)'}`,
    ...(secondsLeft === undefined || secondsLeft === 0
      ? []
      : [`about ${duration(secondsLeft)} of training left at the past speed`]),
    ...failed.slice(0, 5).map(({ id, log }) => `read about job ${id}: ${log}`),
  ].join('\n');
}

/** Whether nothing will change any more by itself. */
export const hasEnded = ({ jobs }: PlanStatus): boolean =>
  jobs.every(({ state }) => !['running', 'queued'].includes(state));
