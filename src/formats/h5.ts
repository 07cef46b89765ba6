/** HDF5 files by h5wasm, HDF5's own library compiled to WebAssembly. It takes half a second to load, when it is first needed. */
import type { File as H5File } from 'h5wasm/node';
import { CladenetError } from '../errors.js';
import { openRegularFile, readProblem } from '../regular-file.js';

let loaded: Promise<typeof import('h5wasm/node')> | undefined;

function loadH5() {
  loaded ??= import('h5wasm/node').then(async (h5) => {
    // Otherwise it prints what is wrong, and goes on.
    (await h5.ready).activate_throwing_error_handler();
    return h5;
  });
  return loaded;
}

/** A new file, which is closed by who asked for it. */
export async function createH5(file: string): Promise<H5File> {
  const { File } = await loadH5();
  return new File(file, 'w');
}

/** What every HDF5 file begins with. */
const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');

/**
 * Opens a file, and closes it after `read`.
 *
 * @throws CladenetError DATASET for a file that cannot be read, is no HDF5 file, or is damaged; as `read`
 */
export async function readH5<T>(file: string, read: (h5: H5File) => T): Promise<T> {
  const summary = `The file ${file} cannot be read.`;
  const handle = await openRegularFile(file, { maxBytes: Number.POSITIVE_INFINITY }).catch((error: unknown) => {
    throw new CladenetError('DATASET', summary, [readProblem(file, error)], { cause: error });
  });
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(SIGNATURE.length), 0, SIGNATURE.length, 0);
  await handle.close();
  if (!buffer.subarray(0, bytesRead).equals(SIGNATURE)) {
    throw new CladenetError('DATASET', summary, [{ where: file, expected: 'an HDF5 file', received: 'other bytes' }]);
  }
  const { File } = await loadH5();
  let opened: H5File | undefined;
  try {
    opened = new File(file, 'r');
    return read(opened);
  } catch (error) {
    if (error instanceof CladenetError) throw error;
    const said = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    // WebAssembly that has aborted stays so.
    const received = said.startsWith('Aborted') ? `${said}: no HDF5 file can be read in this process any more` : said;
    const problem = { where: file, expected: 'an HDF5 file that is whole', received };
    throw new CladenetError('DATASET', summary, [problem], { cause: error });
  } finally {
    opened?.close();
  }
}
