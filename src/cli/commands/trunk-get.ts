/** `cladenet trunk get`: the weights of a network that was trained on ImageNet. */
import { z } from 'zod';
import { option } from '../../options/option.js';
import { log, print } from '../../progress.js';
import { TRUNK_PACKAGES } from '../../setup/trunk-packages.js';
import { getTrunk, licensedName } from '../../setup/trunks.js';
import { inWords, text, toggle } from '../../value-schemas.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';

export const trunkGet = command({
  arguments: z.object({
    name: option(text('a name'), { description: `network: ${inWords(Object.keys(TRUNK_PACKAGES))}` }),
  }),
  options: z.strictObject({
    force: option(toggle().default(false), { description: 'download the weights again' }),
  }),
  details: 'Trainings of these networks fetch the weights themselves. This command is for machines without a network.',
  async run({ name }, { force }) {
    await interruptible('nothing is kept', async (signal) => {
      const trunk = await getTrunk(name, { force, signal });
      log(licensedName(trunk));
      print(trunk.file);
    });
  },
});
