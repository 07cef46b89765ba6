/** `cladenet cancel`: ends what of a plan has not ended. */
import { z } from 'zod';
import { cancelPlan } from '../../cluster/cancel.js';
import { readPlan } from '../../cluster/plan.js';
import { schedulerNamed } from '../../cluster/schedulers/by-name.js';
import { writeJson } from '../../files.js';
import { planFolder } from '../../options/cluster.js';
import { json } from '../../options/common.js';
import { option } from '../../options/option.js';
import { log } from '../../progress.js';
import { realPath } from '../../real-path.js';
import { command } from '../toolkit/command.js';

export const cancel = command({
  arguments: z.object({ plan: planFolder }),
  options: z.strictObject({ json: option(json, { description: 'write which jobs were cancelled to this file' }) }),
  details: 'What was trained is kept: submit with the same command submits what is not done.',
  async run({ plan: given }, { json }) {
    const folder = realPath(given);
    const plan = await readPlan(folder);
    const cancelled = await cancelPlan(folder, plan, schedulerNamed(plan.scheduler));
    await writeJson(json, { cancelled });
    log(cancelled.length === 0 ? 'nothing of this plan is running or queued' : `cancelled: ${cancelled.join(', ')}`);
  },
});
