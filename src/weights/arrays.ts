/** Arrays by name, as files of weights hold them. */

/** An array of a file. Its numbers are decoded when they are asked for: of a whole network, a trunk may be all that is wanted. */
export interface StoredArray {
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** Its numbers, row-major, as 32-bit floats. */
  values(): Float32Array;
}

/** The arrays of a file by name, in the order of the file. */
export type StoredArrays = ReadonlyMap<string, StoredArray>;

/** What is wrong with the bytes of a file: one text for each fault, such as `an array that ends beyond the file`. */
export class WeightsFault extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('; '));
  }
}

/** Numbers of an array: 1 GiB as 32-bit floats. */
export const MOST_NUMBERS = 2 ** 28;
/** Axes of an array. */
const MOST_AXES = 8;

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

/** The shape of an array, if it is one: at most 8 axes and {@link MOST_NUMBERS} numbers. */
export function shapeOf(shape: unknown): readonly number[] | undefined {
  if (!Array.isArray(shape) || shape.length > MOST_AXES || !shape.every(isCount)) return undefined;
  return sizeOf(shape) <= MOST_NUMBERS ? shape : undefined;
}

/** How many numbers an array of a shape has. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Element types, with their bytes and how one is read. */
const TYPES = {
  float64: [8, (bytes, at) => bytes.readDoubleLE(at)],
  float32: [4, (bytes, at) => bytes.readFloatLE(at)],
  float16: [2, (bytes, at) => fromFloat16(bytes.readUInt16LE(at))],
  bfloat16: [2, (bytes, at) => fromBfloat16(bytes.readUInt16LE(at))],
  int64: [8, (bytes, at) => Number(bytes.readBigInt64LE(at))],
  int32: [4, (bytes, at) => bytes.readInt32LE(at)],
  int16: [2, (bytes, at) => bytes.readInt16LE(at)],
  int8: [1, (bytes, at) => bytes.readInt8(at)],
  uint8: [1, (bytes, at) => bytes.readUInt8(at)],
  bool: [1, (bytes, at) => bytes.readUInt8(at)],
} as const satisfies Readonly<Record<string, readonly [number, (bytes: Buffer, at: number) => number]>>;

/** The type of an array's elements. */
export type ElementType = keyof typeof TYPES;

/** Bytes that one element takes. */
export const bytesOf = (type: ElementType): number => TYPES[type][0];

/** How an array lies in its storage: the index of its first element, and the elements from one to the next along each axis. */
export interface Placement {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** The placement of an array that fills its storage, row-major. */
export function contiguous(shape: readonly number[]): Placement {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  return { offset: 0, strides };
}

/** How many elements of its storage an array reaches: one more than the index of its last element; 0 if it is empty. */
export function reach(shape: readonly number[], { offset, strides }: Placement): number {
  if (shape.includes(0)) return 0;
  return 1 + shape.reduce((last, n, axis) => last + (n - 1) * (strides[axis] ?? 0), offset);
}

/** The array at a placement in little-endian bytes, which the caller has compared with {@link reach}. */
export function arrayIn(bytes: Buffer, type: ElementType, shape: readonly number[], place: Placement): StoredArray {
  return { shape, type, values: () => gather(bytes, type, shape, place) };
}

function gather(
  bytes: Buffer,
  type: ElementType,
  shape: readonly number[],
  { offset, strides }: Placement,
): Float32Array {
  const [size, read] = TYPES[type];
  const values = new Float32Array(sizeOf(shape));
  const at = new Int32Array(shape.length);
  let element = offset;
  for (let i = 0; i < values.length; i++) {
    values[i] = read(bytes, element * size);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [n, stride] = [shape[axis] ?? 1, strides[axis] ?? 0];
      const next = (at[axis] ?? 0) + 1;
      if (next < n) {
        at[axis] = next;
        element += stride;
        break;
      }
      at[axis] = 0;
      element -= (n - 1) * stride;
    }
  }
  return values;
}

/** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** The upper half of a 32-bit float. */
export function fromBfloat16(bits: number): number {
  word[0] = bits << 16;
  return single[0] ?? 0;
}
