/** What the commands `submit ...` share. */
import { z } from 'zod';
import { option } from '../options/option.js';

export const submitted = z.object({
  command: option(z.array(z.string()), {
    description:
      'a command that trains, with its options, as it is typed after cladenet: study trunks.json --out runs/trunks',
  }),
});

/** The profile of a site. */
export const optionsFile = { option: 'profile', usual: () => process.env.CLADENET_PROFILE };
