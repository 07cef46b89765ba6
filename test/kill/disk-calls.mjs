/** Puts a function before every call that changes the disk, for processes that are killed there. */
import { existsSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** A removed folder is emptied file by file: it is also met half empty, with one of these files gone. */
const FIRST_REMOVED = ['checkpoint.json', 'classifier.json', 'predictions.json', 'record.json', 'weights/b'];

/**
 * @param names  functions of node:fs/promises
 * @param before is called before each call, with the name of the function and its arguments
 * @param after  is called after each call that succeeded
 */
export function onDiskCalls(names, before, after = () => undefined) {
  for (const name of names) {
    const real = fs[name];
    fs[name] = async (...args) => {
      before(name, args);
      const inner = FIRST_REMOVED.map((file) => join(String(args[0]), file)).find((path) => existsSync(path));
      if (name === 'rm' && inner !== undefined) {
        await fs.unlink(inner);
        before('unlink', [inner]);
      }
      const result = await real(...args);
      after(name, args);
      return result;
    };
  }
  syncBuiltinESMExports();
}
