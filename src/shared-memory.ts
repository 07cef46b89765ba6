/** Bytes in memory that threads share, so that no thread gets a copy. */

const isShared = ({ buffer }: Uint8Array) => buffer instanceof SharedArrayBuffer;

/** The same bytes, in one block of shared memory; arrays that are in such memory already stay as they are. */
export function inSharedMemory(arrays: readonly Uint8Array[]): Uint8Array[] {
  const length = arrays.reduce((sum, array) => sum + (isShared(array) ? 0 : array.length), 0);
  const block = new SharedArrayBuffer(length);
  let start = 0;
  return arrays.map((array) => {
    if (isShared(array)) return array;
    const copy = new Uint8Array(block, start, array.length);
    copy.set(array);
    start += array.length;
    return copy;
  });
}
