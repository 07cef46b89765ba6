/**
 * Matrices in NumPy's own format (`.npy`), versions 1 to 3:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import type { FileHandle } from 'node:fs/promises';
import { CladenetError, type Problem } from '../../errors.js';
import { openRegularFile, readProblem } from '../../regular-file.js';

/** A matrix, row by row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** The longest header that is read (bytes): a table with named columns has one of some hundred kilobytes. */
const LONGEST_HEADER = 2 ** 20;
/** The largest file (bytes). */
const LARGEST = 2 ** 40;
const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

interface Layout {
  /** Where the numbers begin in the file. */
  readonly start: number;
  readonly bytes: 4 | 8;
  readonly isLittleEndian: boolean;
  readonly isByColumn: boolean;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Reads a matrix, or a vector as a matrix of one column, of `float32` or `float64`. The file must have exactly the size that
 * its header says, which is checked before memory is taken.
 *
 * @throws CladenetError DATASET for a file that cannot be read, is not such a matrix, or is not complete
 */
export async function readNpy(file: string): Promise<Matrix> {
  const summary = `The matrix ${file} cannot be read.`;
  const handle = await openRegularFile(file, { maxBytes: LARGEST }).catch((error: unknown) => {
    throw new CladenetError('DATASET', summary, [readProblem(file, error)], { cause: error });
  });
  try {
    const layout = await layoutOf(handle);
    if (typeof layout === 'string') throw new CladenetError('DATASET', summary, [notAMatrix(file, layout)]);
    const { start, bytes, rows, columns } = layout;
    const [expected, { size }] = [start + rows * columns * bytes, await handle.stat()];
    if (size !== expected) {
      const shape = `${rows} x ${columns} numbers of ${bytes} bytes, as its header says`;
      const problem = { where: file, expected: `${expected} bytes: ${shape}`, received: `${size}` };
      throw new CladenetError('DATASET', summary, [problem]);
    }
    return { rows, columns, values: await numbersOf(handle, layout) };
  } finally {
    await handle.close();
  }
}

/** How the numbers lie in the file, or what is wrong with its header. */
async function layoutOf(handle: FileHandle): Promise<Layout | string> {
  const start = Buffer.alloc(12);
  const { bytesRead } = await handle.read(start, 0, 12, 0);
  if (bytesRead < 10 || !start.subarray(0, 6).equals(MAGIC)) return 'a file that does not begin as one';
  const version = start[6] as number;
  if (version < 1 || version > 3) return `version ${version}`;
  const [length, begin] = version === 1 ? [start.readUInt16LE(8), 10] : [start.readUInt32LE(8), 12];
  if (length > LONGEST_HEADER) return `a header of ${length} bytes`;
  const header = Buffer.alloc(length);
  if ((await handle.read(header, 0, length, begin)).bytesRead < length) return 'a file that ends within its header';
  const text = header.toString(version === 3 ? 'utf8' : 'latin1');
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (order === undefined || shape === undefined) return 'a header without shape or order';
  const kind = /^([<>])f([48])$/.exec(type ?? '');
  if (kind === null) return type === undefined ? 'columns of several types' : `numbers of type '${type}'`;
  const sides = shape.split(',').flatMap((side) => (side.trim() === '' ? [] : [Number.parseInt(side, 10)]));
  if (sides.length < 1 || sides.length > 2) return `${sides.length} dimensions`;
  const [rows = 0, columns = 1] = sides;
  if (!Number.isSafeInteger(rows * columns * 8)) return `${rows} x ${columns} numbers`;
  return {
    start: begin + length,
    bytes: kind[2] === '4' ? 4 : 8,
    isLittleEndian: kind[1] === '<',
    isByColumn: order === 'True',
    ...{ rows, columns },
  };
}

function notAMatrix(file: string, received: string): Problem {
  const remedy = "Save it by numpy.save('features.npy', features.astype('float32')).";
  return { where: file, expected: "a .npy file with a matrix of type 'float32' or 'float64'", received, remedy };
}

/** Bytes that are read at once. */
const BLOCK = 2 ** 22;

async function numbersOf(handle: FileHandle, layout: Layout): Promise<Float64Array> {
  const { start, bytes, isLittleEndian, isByColumn, rows, columns } = layout;
  const values = new Float64Array(rows * columns);
  const block = Buffer.alloc(Math.min(BLOCK, values.length * bytes));
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  for (let done = 0; done < values.length; ) {
    const { bytesRead } = await handle.read(block, 0, block.length, start + done * bytes);
    const count = Math.min(Math.floor(bytesRead / bytes), values.length - done);
    if (count === 0) throw new CladenetError('DATASET', 'The matrix became shorter while it was read.');
    for (let i = 0; i < count; i++) {
      const number = bytes === 4 ? view.getFloat32(i * 4, isLittleEndian) : view.getFloat64(i * 8, isLittleEndian);
      const at = done + i;
      values[isByColumn ? (at % rows) * columns + Math.floor(at / rows) : at] = number;
    }
    done += count;
  }
  return values;
}

/** What a `.npy` file of version 1, in C order and little-endian, begins with. As long for any number of rows. */
export function npyHeader(rows: number, columns: number, type: 'float32' | 'float64'): Uint8Array {
  const bytes = type === 'float32' ? 4 : 8;
  const dictionary = `{'descr': '<f${bytes}', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  // The numbers begin at a multiple of 64 bytes.
  const text = `${dictionary.padEnd(HEADER - 11)}\n`;
  const header = new Uint8Array(HEADER);
  header.set(MAGIC);
  header.set([1, 0], 6);
  new DataView(header.buffer).setUint16(8, text.length, true);
  header.set(Buffer.from(text, 'latin1'), 10);
  return header;
}

const HEADER = 128;

/** A matrix as a `.npy` file (version 1, C order, little-endian), of `float32` or `float64`. */
export function formatNpy({ rows, columns, values }: Matrix, type: 'float32' | 'float64' = 'float32'): Uint8Array {
  const bytes = type === 'float32' ? 4 : 8;
  const header = npyHeader(rows, columns, type);
  const file = new Uint8Array(header.length + values.length * bytes);
  file.set(header);
  const view = new DataView(file.buffer);
  values.forEach((value, i) => {
    if (bytes === 4) view.setFloat32(header.length + i * 4, value, true);
    else view.setFloat64(header.length + i * 8, value, true);
  });
  return file;
}
