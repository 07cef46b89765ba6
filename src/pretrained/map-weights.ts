/** The arrays of a file of weights as the parameters of a CNN block. */
import { append, largest } from '../arrays.js';
import { CladenetError, type Problem } from '../errors.js';
import type { Parameter } from '../network/layer.js';
import { createTrunk } from '../network/network.js';
import { presets } from '../network/presets.js';
import type { TrunkSpec } from '../network/spec.js';
import type { Weights } from '../network/weights.js';
import { type NdArray, sizeOf } from '../tensorflow/nd-array.js';
import type { StoredArray, StoredArrays } from '../weights/arrays.js';
import { convolutionsOf } from './convolutions.js';
import { isClassifier, isCounter, NAMINGS, type Naming } from './naming.js';
import { summedOverColours } from './stem.js';

/** The parameters of a CNN block, and what else the file has. */
export interface MappedWeights {
  readonly weights: Weights;
  /** The names in the file of what a CNN block has no use for: the classifier. */
  readonly ignored: readonly string[];
}

/** An array that a network takes from a file. */
interface Wanted {
  /** Its name in the file. */
  readonly name: string;
  readonly parameter: Parameter;
  /** Its shape in the file: kernels are [out, in, height, width] there. */
  readonly shape: readonly number[];
  readonly isStem: boolean;
}

/**
 * The parameters of the CNN block `spec` from the arrays of a file, whatever naming it has. Kernels are transposed from PyTorch's
 * order. The first kernel is summed over the colours if the network takes grey images.
 *
 * @param where the file, for messages
 * @throws CladenetError MODEL with everything that is missing, of another shape, unknown or not finite; and with the architecture
 *   that the arrays are of
 */
export function mapWeights(where: string, arrays: StoredArrays, spec: TrunkSpec): MappedWeights {
  const stored = new Map([...arrays].map(([name, array]) => [name.replace(/^module\./, ''), array]));
  const best = wantedBy(spec)
    .map((wanted) => ({ wanted, found: wanted.filter(({ name }) => stored.has(name)).length }))
    .reduce((a, b) => (b.found > a.found ? b : a), { wanted: [] as readonly Wanted[], found: 0 });
  if (best.found === 0) throw misfit([{ where, ...unlike(stored, spec, 'arrays of other names') }]);

  const problems: Problem[] = [];
  const weights: Record<string, NdArray> = {};
  for (const one of best.wanted) {
    const array = stored.get(one.name);
    const at = `${where}: ${one.name}`;
    const expected = `an array [${one.shape.join(', ')}]`;
    if (array === undefined) problems.push({ where: at, expected, received: 'none' });
    else if (!fits(array, one)) problems.push({ where: at, expected, received: `[${array.shape.join(', ')}]` });
    else {
      const values = array.values();
      append(problems, valueProblems(at, values, one));
      weights[one.parameter.name] = converted(values, array.shape, one, spec);
    }
  }
  const known = new Set(best.wanted.map(({ name }) => name));
  const others = [...stored.keys()].filter((name) => !known.has(name) && !isCounter(name));
  for (const name of others.filter((other) => !isClassifier(other))) {
    problems.push({
      where: `${where}: ${name}`,
      expected: 'no such array',
      received: `[${stored.get(name)?.shape.join(', ')}]`,
    });
  }
  if (problems.length > 0) {
    const other = likeliest(stored, spec);
    const head = other === undefined ? [] : [{ where, ...unlike(stored, spec, other) }];
    throw misfit([...head, ...problems]);
  }
  return { weights, ignored: others };
}

const misfit = (problems: readonly Problem[]) =>
  new CladenetError('MODEL', 'These weights do not fit the CNN block of the network', problems);

/** What a network takes from a file, in each naming that has names for all of it. */
function wantedBy(spec: TrunkSpec): readonly (readonly Wanted[])[] {
  const convolutions = convolutionsOf(spec);
  if (convolutions === undefined) return [];
  const parameters = new Map(createTrunk(spec).parameters.map((parameter) => [parameter.name, parameter]));
  // A block that keeps its shape has no shortcut.
  const present = convolutions.filter(({ kernel }) => parameters.has(kernel));
  const inNaming = ({ names }: Naming) =>
    present.map(({ site, kernel, norm }): readonly Wanted[] | undefined => {
      const found = names(site);
      if (found === undefined) return undefined;
      const [convolution, normalisation] = found;
      const of = (name: string, target: string): Wanted => {
        const parameter = parameters.get(target);
        if (parameter === undefined) throw new Error(`no parameter ${target}`);
        const [height = 0, width = 0, from = 0, to = 0] = parameter.shape;
        const shape = parameter.shape.length === 4 ? [to, from, height, width] : parameter.shape;
        return { name, parameter, shape, isStem: site.part === 'stem' && target === kernel };
      };
      return [
        of(`${convolution}.weight`, kernel),
        of(`${normalisation}.weight`, `${norm}/scale`),
        of(`${normalisation}.bias`, `${norm}/offset`),
        of(`${normalisation}.running_mean`, `${norm}/mean`),
        of(`${normalisation}.running_var`, `${norm}/variance`),
      ];
    });
  return NAMINGS.map(inNaming).flatMap((wanted) => (wanted.every((one) => one !== undefined) ? [wanted.flat()] : []));
}

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** A first kernel for colours also fits a network of grey images. */
function fits({ shape }: Pick<StoredArray, 'shape'>, { shape: expected, isStem }: Wanted): boolean {
  if (sameShape(shape, expected)) return true;
  const [to = 0, from = 0, ...kernel] = expected;
  return isStem && from === 1 && sameShape(shape, [to, COLOURS, ...kernel]);
}

const COLOURS = 3;

function converted(
  values: Float32Array,
  shape: readonly number[],
  { parameter, isStem }: Wanted,
  spec: TrunkSpec,
): NdArray {
  if (shape.length !== 4) return { shape: parameter.shape, data: values };
  const kernel = transposed(values, shape);
  const isSummed = isStem && shape[1] === COLOURS && spec.input.channels === 1;
  return { shape: parameter.shape, data: isSummed ? summedOverColours(kernel, spec) : kernel };
}

/** [out, in, height, width] as [height, width, in, out]. */
function transposed(values: Float32Array, [to = 0, from = 0, height = 0, width = 0]: readonly number[]): Float32Array {
  const result = new Float32Array(sizeOf([to, from, height, width]));
  let at = 0;
  for (let o = 0; o < to; o++) {
    for (let i = 0; i < from; i++) {
      for (let pixel = 0; pixel < height * width; pixel++) result[(pixel * from + i) * to + o] = values[at++] ?? 0;
    }
  }
  return result;
}

function valueProblems(where: string, values: Float32Array, { parameter }: Wanted): Problem[] {
  const isVariance = parameter.name.endsWith('/variance');
  const at = values.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
  if (at < 0) return [];
  const expected = isVariance ? 'variances of at least 0' : 'finite numbers';
  return [{ where: `${where}, number ${at + 1}`, expected, received: String(values[at]) }];
}

/** The preset network whose arrays a file has, with its naming; undefined if it is that of `spec`, or none. */
function likeliest(stored: StoredArrays, spec: TrunkSpec): string | undefined {
  const share = (network: TrunkSpec) =>
    largest(
      wantedBy(network).map((wanted) => {
        const found = wanted.filter((one) => {
          const array = stored.get(one.name);
          return array !== undefined && fits(array, one);
        });
        return found.length / Math.max(wanted.length, stored.size / 2);
      }),
      0,
    );
  const own = share(spec);
  const others = Object.entries(presets).map(([name, { trunk }]) => ({ name, share: share(trunk) }));
  const best = others.reduce((a, b) => (b.share > a.share ? b : a), { name: '', share: 0 });
  return best.share > own && best.share > LIKELY ? best.name : undefined;
}

/** Share of a network's arrays that a file must have to look like that network. */
const LIKELY = 0.7;

function unlike(
  stored: StoredArrays,
  spec: TrunkSpec,
  other: string,
): Pick<Problem, 'expected' | 'received' | 'remedy'> {
  const like = likeliest(stored, spec);
  const own = Object.entries(presets).find(
    ([, { trunk }]) => JSON.stringify(trunk.layers) === JSON.stringify(spec.layers),
  );
  return {
    expected: `the arrays of ${own?.[0] ?? 'this network'}, with timm's names`,
    received: like === undefined ? other : `the arrays of ${like}`,
    remedy: like === undefined ? undefined : `Use the network ${like}, or the weights of another file.`,
  };
}
