/**
 * Two functions of Node's `util` that TensorFlow.js 4.22 calls. Node 22 deprecates them, with a warning on standard error at
 * their first use, and Node 23 removed them. `require('util')` returns the same object to every module, so defining them
 * there before TensorFlow.js loads works on every version of Node.
 */
import { createRequire } from 'node:module';

export function defineMissingUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
