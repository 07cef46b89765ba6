/** `cladenet doctor`: what this machine has, what is wrong with it, and how to fix it. */
import { z } from 'zod';
import { gpu } from '../../options/common.js';
import { option } from '../../options/option.js';
import { print } from '../../progress.js';
import { diagnose, formatDiagnosis } from '../../setup/diagnose.js';
import { deviceOf } from '../device.js';
import { command } from '../toolkit/command.js';

export const doctor = command({
  arguments: z.object({}),
  options: z.strictObject({ gpu: option(gpu, { description: 'check the GPU too' }) }),
  details: 'The exit code is 1 if anything is wrong.',
  async run(_, options) {
    const diagnosis = await diagnose({ device: deviceOf(options) });
    print(formatDiagnosis(diagnosis));
    return diagnosis.healthy ? 0 : 1;
  },
});
