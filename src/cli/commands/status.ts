/** `cladenet status`: how far a plan is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readPlan } from '../../cluster/plan.js';
import { schedulerNamed } from '../../cluster/schedulers/by-name.js';
import { statusOf } from '../../cluster/status.js';
import { hasEnded, statusText } from '../../cluster/status-text.js';
import { writeJson } from '../../files.js';
import { planFolder } from '../../options/cluster.js';
import { json } from '../../options/common.js';
import { option } from '../../options/option.js';
import { print } from '../../progress.js';
import { realPath } from '../../real-path.js';
import { toggle } from '../../value-schemas.js';
import { command } from '../toolkit/command.js';

const WATCH_MS = 5000;

export const status = command({
  arguments: z.object({ plan: planFolder }),
  options: z.strictObject({
    watch: option(toggle().default(false), {
      description: 'print it again when it changes, until nothing is running or queued',
    }),
    json: option(json, { description: 'write it to this file too' }),
  }),
  details: 'It knows finished jobs by the files of the plan, also when the scheduler has forgotten them.',
  async run({ plan: given }, { watch, json }) {
    const folder = realPath(given);
    const plan = await readPlan(folder);
    let last = '';
    for (;;) {
      const now = await statusOf(folder, plan, schedulerNamed(plan.scheduler));
      await writeJson(json, now);
      const shown = statusText(now);
      if (shown !== last) print(`${last === '' ? '' : '\n'}${shown}`);
      last = shown;
      if (!watch || hasEnded(now)) return now.jobs.some(({ state }) => state === 'failed') ? 1 : 0;
      await sleep(WATCH_MS);
    }
  },
});
