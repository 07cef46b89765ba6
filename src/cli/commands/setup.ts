/** `cladenet setup`: TensorFlow for this machine. */
import { z } from 'zod';
import { gpu } from '../../options/common.js';
import { option } from '../../options/option.js';
import { log } from '../../progress.js';
import { runSetup } from '../../setup/setup.js';
import { toggle } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { command } from '../toolkit/command.js';

export const setup = command({
  arguments: z.object({}),
  options: z.strictObject({
    gpu: option(gpu, { description: 'set up the CUDA build, or stop with an error if there is no GPU' }),
    force: option(toggle().default(false), { description: 'download and compile everything again' }),
    quiet: option(toggle().default(false), { description: 'print nothing if everything is ready' }),
  }),
  async run(_, { gpu, force, quiet }) {
    const { addon, build, device, tensorflow, changed } = await runSetup({ device: deviceOf({ gpu }), force });
    if (quiet && !changed) return;
    log(
      `TensorFlow ${tensorflow} is ready on the ${device.toUpperCase()} (${build} build)${quiet ? '' : `: ${addon}`}`,
    );
  },
});
