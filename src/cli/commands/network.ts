/** `cladenet network`: a preset's layers, shapes and weights. */

import { CladenetError, nearest } from '../../errors.js';
import { countWeights, createHead, createTrunk } from '../../network/network.js';
import { type PresetName, presets } from '../../network/presets.js';
import { print } from '../../progress.js';
import { networkSchema, resolveOptions } from '../options.js';

export async function networkCommand(name: string, given: Record<string, unknown>): Promise<void> {
  const { classes, size } = await resolveOptions(networkSchema, given);
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
