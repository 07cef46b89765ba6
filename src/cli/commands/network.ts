/** `cladenet network`: a preset's layers, shapes and weights. */
import { z } from 'zod';
import { CladenetError, didYouMean } from '../../errors.js';
import { type PresetName, presets } from '../../network/presets.js';
import { preparation } from '../../options/images.js';
import { option } from '../../options/option.js';
import { presetDefault } from '../../options/training.js';
import { print } from '../../progress.js';
import { networkTable } from '../../report/tables/network-table.js';
import { inWords, text, whole } from '../../value-schemas.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  classes: option(whole(1).default(121), { description: 'number of classes', value: 'n' }),
  size: option(preparation.size, { default: presetDefault((name) => presets[name].trunk.input.size) }),
});

export const network = command({
  arguments: z.object({
    preset: option(text('a name'), { description: `name of the network: ${inWords(Object.keys(presets))}` }),
  }),
  options,
  async run({ preset }, options) {
    draw(preset, options);
  },
});

function draw(name: string, { classes, size }: z.output<typeof options>): void {
  if (!Object.hasOwn(presets, name)) {
    throw new CladenetError('USAGE', 'There is no such network', [
      {
        where: 'network',
        expected: Object.keys(presets).join(' or '),
        received: name,
        remedy: didYouMean(name, Object.keys(presets)),
      },
    ]);
  }
  const preset = presets[name as PresetName];
  const input = { ...preset.trunk.input, ...(size === undefined ? {} : { size }) };
  print(networkTable({ ...preset, trunk: { ...preset.trunk, input } }, classes));
}
