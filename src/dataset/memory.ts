/** How much memory this process may use for images. */
import { totalmem } from 'node:os';

/** Half of the machine's memory, or of what its control group allows (bytes). */
export function memoryForImages(total = totalmem(), allowed: number | undefined = process.constrainedMemory()): number {
  // Without a limit, the system reports 0, nothing or a number beyond all memory.
  return (allowed === undefined || allowed <= 0 ? total : Math.min(total, allowed)) / 2;
}
