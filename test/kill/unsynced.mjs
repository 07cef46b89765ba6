/** Loaded before a command: nothing is synced to disk. What is written is lost in a power cut, and not with the process. */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const DONE = Symbol.for('cladenet: unsynced');
if (!fs[DONE]) {
  const { open, writeFile } = fs;
  fs.open = async (...args) => Object.assign(await open(...args), { sync: async () => undefined });
  fs.writeFile = (file, data, options) =>
    writeFile(file, data, typeof options === 'object' ? { ...options, flush: false } : options);
  fs[DONE] = true;
  syncBuiltinESMExports();
}
