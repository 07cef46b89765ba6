/** All readers that are fuzzed. */
import { binaryReaders } from './binary-readers.js';
import type { Reader } from './harness.js';

export const readers: readonly Reader[] = [...binaryReaders];
