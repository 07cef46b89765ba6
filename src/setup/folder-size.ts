/** How much a folder holds, for progress and for the diagnosis. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bytes } from '../units.js';

/** Bytes of all files below a folder, as far as they can be seen. */
export function bytesBelow(folder: string): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name)).size;
    }
  } catch {
    // Files come and go while another program works there; the next look counts again.
  }
  return sum;
}

/** `3 MB of 4 MB`: how far a folder is filled. */
export function filled(folder: string, expected: number): string {
  return `${bytes(Math.min(bytesBelow(folder), expected))} of ${bytes(expected)}`;
}
