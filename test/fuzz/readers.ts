/** All readers that are fuzzed. */
import { binaryReaders } from './binary-readers.js';
import { exportReaders } from './export-readers.js';
import type { Reader } from './harness.js';
import { ifcbReaders } from './ifcb-readers.js';
import { textReaders } from './text-readers.js';

export const readers: readonly Reader[] = [...binaryReaders, ...textReaders, ...ifcbReaders, ...exportReaders];
