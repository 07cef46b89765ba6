/** The sources that set TensorFlow up and load it, as JavaScript for processes that a test starts. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileSources } from '../fixtures/compile-sources.js';
import { temporaryFolder } from './fake-machine.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A temporary folder with `src/setup`, `src/tensorflow` and the files at the bottom of `src`, compiled. */
export function compiled(): string {
  const folder = temporaryFolder();
  compileSources(join(folder, 'src'), (path) => /^(setup\/|tensorflow\/|[^/]+$)/.test(path));
  symlinkSync(join(ROOT, 'src/tensorflow/native'), join(folder, 'src/tensorflow/native'));
  for (const name of ['package.json', 'node_modules']) symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}
