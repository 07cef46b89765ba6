/** `cladenet network`: a preset's layers, shapes and weights. */

import { z } from 'zod';
import { CladenetError, nearest } from '../../errors.js';
import { countWeights, createHead, createTrunk } from '../../network/network.js';
import { type PresetName, presets } from '../../network/presets.js';
import { preparation } from '../../options/images.js';
import { option } from '../../options/option.js';
import { presetDefault } from '../../options/training.js';
import { print } from '../../progress.js';
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
    const near = nearest(name, Object.keys(presets));
    throw new CladenetError('USAGE', 'There is no such network', [
      {
        where: 'network',
        expected: Object.keys(presets).join(' or '),
        received: name,
        remedy: near && `Did you mean ${near}?`,
      },
    ]);
  }
  const preset = presets[name as PresetName];
  const input = { ...preset.trunk.input, ...(size === undefined ? {} : { size }) };
  const trunk = createTrunk({ ...preset.trunk, input });
  const head = createHead(preset.head, trunk.features, classes);
  const rows = [
    ['layer', 'output', 'weights'],
    [`image, ${input.channels === 1 ? 'grey' : 'colour'}`, `${input.size} x ${input.size} x ${input.channels}`, '0'],
    ...[...trunk.rows, ...head.rows].map(({ layer, output, weights }) => [
      layer,
      output.join(' x '),
      weights.toLocaleString('en'),
    ]),
    ['total', '', countWeights(trunk, head).toLocaleString('en')],
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  for (const [layer = '', output = '', weights = ''] of rows) {
    print(`${layer.padEnd(width(0))}  ${output.padEnd(width(1))}  ${weights.padStart(width(2))}`.trimEnd());
  }
}
