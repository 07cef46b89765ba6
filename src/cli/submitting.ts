/** `cladenet submit`: from a command to jobs. */
import { join, resolve } from 'node:path';
import { requireSame } from '../cluster/fingerprint.js';
import { makePlan, writePlan } from '../cluster/make-plan.js';
import { type Plan, planIn, type Resources } from '../cluster/plan.js';
import type { Scheduler } from '../cluster/schedulers/scheduler.js';
import { commandLine } from '../cluster/shell.js';
import { planTable } from '../cluster/status-text.js';
import { submitPlan } from '../cluster/submit.js';
import { CladenetError } from '../errors.js';
import { withOutputs } from '../outputs/with-outputs.js';
import { PACKAGE_ROOT } from '../package-root.js';
import { log, print } from '../progress.js';
import { realPath } from '../real-path.js';
import { counted } from '../units.js';
import { divideCall } from './divided-call.js';

/** How a job calls this program. */
export const program = (): string[] => [process.execPath, join(PACKAGE_ROOT, 'dist', 'cli', 'main.js')];

export interface SubmitChoice {
  readonly plan?: string | undefined;
  readonly perJob?: number | undefined;
  readonly writeOnly: boolean;
}

export async function submitCommand(
  words: readonly string[],
  { plan: given, perJob, writeOnly }: SubmitChoice,
  scheduler: Scheduler,
  resources: Resources,
): Promise<void> {
  const { out, division, fingerprints } = await divideCall(words);
  const folder = realPath(resolve(given ?? `${out.replace(/[\\/]+$/, '')}.plan`));
  const made = makePlan({
    scheduler: scheduler.name,
    directory: process.cwd(),
    command: [...words],
    resources,
    division,
    fingerprints,
    perJob,
  });
  const before = await planIn(folder);
  if (before !== undefined) requireSamePlan(folder, before, made);
  const plan = before === undefined ? made : { ...before, resources };
  await withOutputs([{ where: 'plan', path: folder, kind: 'folder' }], [], async () => {
    await writePlan(plan, { folder, scheduler, program: program(), withSnakefile: writeOnly });
    print(planTable(plan, folder));
    if (writeOnly) log(`written to ${folder}, and not submitted: README.md there says how to run it`);
    else await send(folder, plan, scheduler);
  });
}

async function send(folder: string, plan: Plan, scheduler: Scheduler): Promise<void> {
  const { sent, done, queued } = await submitPlan(folder, plan, scheduler);
  const ids = [...new Set(sent.values())];
  if (sent.size > 0)
    log(`${counted(sent.size, 'job')} submitted: ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ', ...' : ''}`);
  if (done.length > 0) log(`${counted(done.length, 'job')} done before`);
  if (queued.length > 0) log(`${counted(queued.length, 'job')} submitted before, and not ended`);
  if (sent.size > 0) log(`watch it: cladenet status ${commandLine([folder])} --watch`);
}

/** @throws CladenetError USAGE for another command, or one that was made for other code, images or files */
function requireSamePlan(folder: string, before: Plan, made: Plan): void {
  const remedy = 'Choose another folder with `plan`, or remove it once its jobs are cancelled.';
  const shown = (plan: Plan) => `${plan.scheduler} ${commandLine(plan.command)} in ${plan.directory}`;
  if (shown(before) !== shown(made)) {
    throw new CladenetError('USAGE', 'There is another plan', [
      { where: folder, expected: `a plan of: ${shown(made)}`, received: shown(before), remedy },
    ]);
  }
  requireSame(folder, before.fingerprints, made.fingerprints);
}
