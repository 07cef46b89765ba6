/** `cladenet work`: does jobs of a plan in this process. Job scripts call it. */
import { z } from 'zod';
import { requireSame } from '../../cluster/fingerprint.js';
import { readPlan } from '../../cluster/plan.js';
import { workOn, workOnAll } from '../../cluster/work.js';
import { CladenetError } from '../../errors.js';
import { planFolder } from '../../options/cluster.js';
import { option } from '../../options/option.js';
import { log } from '../../progress.js';
import { realPath } from '../../real-path.js';
import { whole } from '../../value-schemas.js';
import { divideCall } from '../divided-call.js';
import { DONE, FAILED, STOPPED } from '../exit-codes.js';
import { command } from '../toolkit/command.js';
import { untilSignal } from '../until-signal.js';

export const work = command({
  arguments: z.object({ plan: planFolder }),
  options: z.strictObject({
    job: option(whole(1).optional(), {
      description: 'do this job',
      value: 'n',
      default: 'one job after the other, until none is left',
    }),
  }),
  details:
    'Job scripts call it. A job that is done ends at once; one that another process has in work is not done twice.',
  async run({ plan: given }, { job: wanted }) {
    const folder = realPath(given);
    const plan = await readPlan(folder);
    const job = plan.jobs.find(({ id }) => id === wanted);
    if (wanted !== undefined && job === undefined) {
      const expected = `a number from 1 to ${plan.jobs.length}`;
      throw new CladenetError('USAGE', 'There is no such job', [{ where: 'job', expected, received: String(wanted) }]);
    }
    process.chdir(plan.directory);
    const { run } = await import('../run.js');
    let isSame = false;
    return untilSignal(async (signal) => {
      const options = {
        run,
        signal,
        log,
        async requireUnchanged() {
          if (isSame) return;
          requireSame(given, plan.fingerprints, (await divideCall(plan.command)).fingerprints);
          isSame = true;
        },
      };
      const outcome = await (job === undefined ? workOnAll(folder, plan, options) : workOn(folder, plan, job, options));
      return { done: DONE, failed: FAILED, stopped: STOPPED }[outcome];
    });
  },
});
