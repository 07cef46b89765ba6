/**
 * Networks that put out maps: a CNN block, a path that goes back up to finer maps and takes in those of the way down (feature
 * pyramid, Lin et al., 2017), and a few outputs for each pixel of the maps.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { CladenetError } from '../errors.js';
import { sizeOf } from '../tensorflow/nd-array.js';
import {
  createNormedConvolution,
  createSeparableConvolution,
  type NormedConvolution,
  normedNames,
  windowTitle,
} from './convolution.js';
import { type Layer, type Part, type Pass, together, weight } from './layer.js';
import type { MapNetworkSpec } from './map-spec.js';
import { DEFAULT_NORM } from './normalised.js';
import { createLayerStack, describeLayers, type LayerRow, requireBounded } from './stack.js';

export interface MapNetwork extends Part {
  readonly spec: MapNetworkSpec;
  /** Of the maps for one image: height, width, outputs. */
  readonly output: readonly [height: number, width: number, outputs: number];
  readonly rows: readonly LayerRow[];
  /** Images [n, size, size, channels] to maps [n, height, width, outputs]. */
  forward(pass: Pass, images: Tensor): Tensor;
}

const relu = { kind: 'relu' } as const;

/** The bias of the outputs, which a training may start from other values than 0. */
export const OUTPUT_BIAS = 'head/output/bias';
const OUTPUT_KERNEL = 'head/output/kernel';

/** A step up: maps of twice the side, added to those of the way down. */
interface Rise extends Part {
  readonly output: readonly number[];
  forward(pass: Pass, above: Tensor, beside: Tensor): Tensor;
}

/**
 * Builds the network of a spec with so many outputs for each pixel of its maps.
 *
 * @throws CladenetError CONFIG when a layer leaves no pixels, or no layer has maps of the wanted stride
 */
export function createMapNetwork(spec: MapNetworkSpec, outputs: number): MapNetwork {
  const { size, channels } = spec.input;
  const norm = spec.norm ?? DEFAULT_NORM;
  const down = createLayerStack(spec.layers, 'trunk', [size, size, channels], norm);
  const levels = levelsOf(down, size, spec);
  const [coarsest = 0, ...finer] = levels;
  const outputOf = (layer: number) => down[layer]?.output ?? [];
  const widths = widthsOf(levels.length, spec);
  const top = lateral('merge/0', outputOf(coarsest), widths[0] as number, norm);
  const rises: Rise[] = [];
  for (const [i, level] of finer.entries()) {
    const above = rises.at(-1)?.output ?? top.output;
    rises.push(createRise(`merge/${i + 1}`, above, outputOf(level), widths[i + 1] as number, spec));
  }
  const merged = rises.at(-1)?.output ?? top.output;
  const width = widths.at(-1) as number;
  const hidden = mixing('head/0', width, merged, spec);
  const [rows = 0, columns = 0] = hidden.output;
  const output = [rows, columns, outputs] as const;
  const last: Part = {
    parameters: [
      weight(OUTPUT_KERNEL, [1, 1, width, outputs], 'glorot-uniform'),
      weight(OUTPUT_BIAS, [outputs], 'zeros'),
    ],
    maps: sizeOf(output),
    multiplyAdds: sizeOf(output) * width,
  };
  const up: readonly Layer[] = [
    row('merge 1x1', top),
    ...rises.map((rise) => row(`merge 2x up + 1x1, ${mixingTitle(spec)}, ReLU`, rise)),
    row(`${mixingTitle(spec)}, batch norm, ReLU`, hidden),
    row('conv 1x1', { ...last, output }),
  ];
  requireBounded([...down, ...up], 'trunk');
  return {
    spec,
    output,
    ...together([...down, top, ...rises, hidden, last]),
    rows: describeLayers([...down, ...up]),
    forward(pass, images) {
      const { ops } = pass;
      const ofLevel = new Map<number, Tensor>();
      let x = images;
      for (const [i, layer] of down.entries()) {
        x = layer.forward(pass, x);
        if (levels.includes(i)) ofLevel.set(i, x);
      }
      let y = top.forward(pass, ofLevel.get(coarsest) as Tensor, relu);
      for (const [i, level] of finer.entries()) {
        y = (rises[i] as Rise).forward(pass, y, ofLevel.get(level) as Tensor);
      }
      y = hidden.forward(pass, y, relu);
      return ops.biasAdd(ops.conv2d(y, pass.parameter(OUTPUT_KERNEL), 1, 'same'), pass.parameter(OUTPUT_BIAS));
    },
  };
}

const conv3 = (filters: number) => ({ filters, kernel: 3, stride: 1, padding: 'same' }) as const;

/** A layer that looks at neighbouring pixels. */
const mixing = (
  name: string,
  filters: number,
  input: readonly number[],
  { depthwise, norm = DEFAULT_NORM }: MapNetworkSpec,
) =>
  depthwise === undefined
    ? createNormedConvolution(normedNames(name), conv3(filters), input, norm)
    : createSeparableConvolution(name, { filters, kernel: depthwise }, input, norm);

const mixingTitle = ({ depthwise }: MapNetworkSpec) =>
  depthwise === undefined ? 'conv 3x3' : `separable conv ${windowTitle(depthwise, 1)}`;

const lateral = (name: string, input: readonly number[], filters: number, norm: MapNetworkNorm): NormedConvolution =>
  createNormedConvolution(normedNames(name), { filters, kernel: 1, stride: 1, padding: 'same' }, input, norm);

type MapNetworkNorm = NonNullable<MapNetworkSpec['norm']>;

/** Where the maps above have another number of channels, they are brought to this one's first, while they are small. */
function createRise(
  name: string,
  above: readonly number[],
  beside: readonly number[],
  filters: number,
  spec: MapNetworkSpec,
): Rise {
  const norm = spec.norm ?? DEFAULT_NORM;
  const fewer = above[2] === filters ? undefined : lateral(`${name}/above`, above, filters, norm);
  const side = lateral(`${name}/beside`, beside, filters, norm);
  const smooth = mixing(`${name}/smooth`, filters, side.output, spec);
  return {
    ...together([...(fewer === undefined ? [] : [fewer]), side, smooth]),
    output: smooth.output,
    forward(pass, maps, sideMaps) {
      const upper = pass.ops.upsample2(fewer?.forward(pass, maps) ?? maps);
      return smooth.forward(pass, side.forward(pass, sideMaps, relu, upper), relu);
    },
  };
}

/** The channels of the maps of each size on the way up, from the coarsest. */
function widthsOf(sizes: number, { merged }: MapNetworkSpec): number[] {
  if (typeof merged === 'number') return Array.from({ length: sizes }, () => merged);
  if (merged.length === sizes) return merged;
  throw new CladenetError('CONFIG', 'This network cannot be built', [
    {
      where: 'merged',
      expected: `the channels of ${sizes} sizes of maps, from the coarsest, or one number for all`,
      received: `${merged.length} numbers`,
    },
  ]);
}

/** The last layers of each size of map, from the coarsest to the one of the wanted stride. */
function levelsOf(layers: readonly Layer[], size: number, { stride }: MapNetworkSpec): number[] {
  const sides = layers.map(({ output }) => output[0] as number);
  const levels = sides.flatMap((side, i) => (sides[i + 1] === side || side * stride > size ? [] : [i])).reverse();
  const found = levels.map((level) => sides[level] as number);
  const doubles = found.every((side, i) => i === 0 || side === 2 * (found[i - 1] as number));
  if (found.at(-1) === size / stride && doubles) return levels;
  throw new CladenetError('CONFIG', 'This network has no maps of the wanted stride', [
    {
      where: 'layers',
      expected: `maps of ${size / stride} pixels a side, each coarser size half the one before`,
      received: `maps of ${[...new Set(sides)].join(', ')} pixels a side`,
      remedy: 'Use layers of stride 2, and an input size that is a multiple of all strides together.',
    },
  ]);
}

const row = (title: string, part: Part & { readonly output: readonly number[] }): Layer => ({
  title,
  ...part,
  forward: () => {
    throw new TypeError('a row of the description is not computed');
  },
});
