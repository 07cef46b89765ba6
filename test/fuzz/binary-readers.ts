/** Readers of binary files: saved classifiers, checkpoints, decoded images on disk, and images. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { FORMAT_2, format2Models } from '../fixtures/format-2.js';
import type { Reader } from './harness.js';

const model: Reader = {
  name: 'model',
  async seeds(folder) {
    for (const name of format2Models) cpSync(join(FORMAT_2, 'models', name), join(folder, name), { recursive: true });
    return format2Models;
  },
  read: (path) => loadClassifier(path),
};

export const binaryReaders: readonly Reader[] = [model];
