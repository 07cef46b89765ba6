/** Turns memory exhaustion in the native library into an error that names the settings to lower. */
import { CladenetError } from '../errors.js';

/** Runs `work`, a native call on `batch` images. @throws CladenetError TRAINING when memory ran out in it */
export function explainingMemory<T>(batch: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!/\bOOM\b|out of memory|bad_alloc|failed to allocate|RESOURCE_EXHAUSTED/i.test(message)) throw error;
    const problem = {
      where: `a batch of ${batch} images`,
      expected: 'enough memory for the feature maps of one batch',
      received: message.split('\n')[0] ?? message,
      remedy: 'Lower `batch`, the `size` of the images, or `deviceMemory`.',
    };
    throw new CladenetError('TRAINING', 'Memory ran out', [problem], { cause: error });
  }
}
