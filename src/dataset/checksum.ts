/** The checksum of decoded pixels. */
import { crc32 } from 'node:zlib';

/** CRC-32 of one square among others. @param bytes the size of each */
export function checksumOf(pixels: Uint8Array, square: number, bytes: number): number {
  return crc32(pixels.subarray(square * bytes, (square + 1) * bytes));
}
