/**
 * Files of safetensors: the length of a header, the header in JSON (name, type, shape and place of each array), and the bytes of
 * the arrays.
 *
 * @see https://huggingface.co/docs/safetensors, "Format"
 */
import { z } from 'zod';
import {
  arrayIn,
  bytesOf,
  contiguous,
  type ElementType,
  type StoredArray,
  type StoredArrays,
  shapeOf,
  sizeOf,
  WeightsFault,
} from './arrays.js';

/** Bytes of a header: 64 MiB, a thousand times what a large network takes. */
const LONGEST_HEADER = 2 ** 26;
/** Bytes before the header: its length. */
const PREFIX = 8;

const TYPES: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

const entry = z.object({
  dtype: z.string(),
  shape: z.array(z.number()),
  data_offsets: z.tuple([z.number(), z.number()]),
});

/** Whether a file has the beginning of a header in JSON. The pickles of `torch.save` have another byte there. */
export const isSafetensors = (bytes: Buffer): boolean => bytes[PREFIX] === 0x7b;

/** @throws WeightsFault with all that is wrong */
export function decodeSafetensors(bytes: Buffer): StoredArrays {
  const header = headerOf(bytes);
  const data = bytes.subarray(PREFIX + header.length);
  const faults: string[] = [];
  const arrays: [string, StoredArray][] = [];
  const spans: (readonly [number, number])[] = [];
  for (const [name, described] of Object.entries(header.content)) {
    if (name === '__metadata__') continue;
    const parsed = entry.safeParse(described);
    if (!parsed.success) {
      faults.push(`array ${name} without a dtype, a shape and data_offsets`);
      continue;
    }
    const { dtype, data_offsets: span } = parsed.data;
    const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined;
    const shape = shapeOf(parsed.data.shape);
    const [start, end] = span;
    if (type === undefined) faults.push(`array ${name} of the type ${dtype}`);
    else if (shape === undefined) faults.push(`array ${name} of the shape [${parsed.data.shape.join(', ')}]`);
    else if (!Number.isSafeInteger(start) || start < 0 || end > data.length) {
      faults.push(`array ${name} at bytes ${start} to ${end} of ${data.length}`);
    } else if (end - start !== bytesOf(type) * sizeOf(shape)) {
      faults.push(`array ${name} of ${end - start} bytes for the shape [${shape.join(', ')}] of ${dtype}`);
    } else {
      arrays.push([name, arrayIn(data.subarray(start, end), type, shape, contiguous(shape))]);
      spans.push(span);
    }
  }
  const found = faults.length > 0 ? faults : overlaps(spans, data.length);
  if (found.length > 0) throw new WeightsFault(found);
  return new Map(arrays);
}

/** The format has arrays side by side, without overlaps and gaps: a file with another length is cut or joined. */
function overlaps(spans: readonly (readonly [number, number])[], length: number): string[] {
  const sorted = [...spans].sort(([a, b], [c, d]) => a - c || b - d);
  let end = 0;
  for (const span of sorted) {
    if (span[0] !== end) return [`arrays that ${span[0] < end ? 'overlap' : 'leave a gap'} at byte ${span[0]}`];
    end = span[1];
  }
  return end === length ? [] : [`${length} bytes of arrays, of which the header describes ${end}`];
}

function headerOf(bytes: Buffer): { readonly length: number; readonly content: object } {
  const length = bytes.length < PREFIX ? Number.NaN : Number(bytes.readBigUInt64LE(0));
  if (!(length <= Math.min(LONGEST_HEADER, bytes.length - PREFIX))) {
    throw new WeightsFault([`a header of ${length} bytes in a file of ${bytes.length}`]);
  }
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString('utf8', PREFIX, PREFIX + length));
  } catch {
    throw new WeightsFault(['a header that is not JSON']);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new WeightsFault(['a header that is not an object in JSON']);
  }
  return { length, content };
}
