/** A network as a table: layers, shapes and weights. */
import { countWeights, createHead, createTrunk } from '../../network/network.js';
import type { NetworkSpec } from '../../network/spec.js';
import { alignColumns } from './columns.js';

/** One line for each layer, with the shape of its output and its number of weights, and the total. */
export function networkTable(spec: NetworkSpec, classes: number): string {
  const { size, channels } = spec.trunk.input;
  const trunk = createTrunk(spec.trunk);
  const head = createHead(spec.head, trunk.features, classes);
  const layers = [...trunk.rows, ...head.rows].map(({ layer, output, weights }) => [
    layer,
    output.join(' x '),
    weights.toLocaleString('en'),
  ]);
  const rows = [
    ['layer', 'output', 'weights'],
    [`image, ${channels === 1 ? 'grey' : 'colour'}`, `${size} x ${size} x ${channels}`, '0'],
    ...layers,
    ['total', '', countWeights(trunk, head).toLocaleString('en')],
  ];
  return alignColumns(rows, 2).join('\n');
}
