/** Reads files of weights. */
import { CladenetError } from '../errors.js';
import { readProblem, readRegularFile } from '../regular-file.js';
import { type StoredArrays, WeightsFault } from './arrays.js';
import { decodePth } from './pth.js';
import { decodeSafetensors, isSafetensors } from './safetensors.js';

/** Bytes of a file of weights: 2 GiB, four times what the largest network takes that cladenet builds. */
const MOST_BYTES = 2 ** 31;

/** What a file of weights is, in words. */
export const WEIGHTS_FILE = 'a .safetensors file, or a .pth file with a dictionary of tensors';

/**
 * The arrays of a `.safetensors` file, or of a `.pth` file of `torch.save`, by their names. What a file is follows from its
 * content. Nothing in it is executed.
 *
 * @throws CladenetError MODEL when the file cannot be read, is damaged, or is a pickle that names other things than tensors and
 *   dictionaries
 */
export async function readWeightsFile(path: string): Promise<StoredArrays> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(path, { maxBytes: MOST_BYTES });
  } catch (error) {
    throw unreadable([readProblem(path, error, WEIGHTS_FILE)]);
  }
  try {
    return isSafetensors(bytes) ? decodeSafetensors(bytes) : decodePth(bytes);
  } catch (error) {
    if (!(error instanceof WeightsFault)) throw error;
    const remedy = error.faults.some((fault) => fault.startsWith('a pickle that names'))
      ? 'Only tensors and dictionaries are read, and nothing in a file is executed. Save the state dictionary alone: torch.save(model.state_dict(), PATH).'
      : 'Download or save the file again.';
    throw unreadable(error.faults.map((received) => ({ where: path, expected: WEIGHTS_FILE, received, remedy })));
  }
}

const unreadable = (problems: CladenetError['problems']) =>
  new CladenetError('MODEL', 'These weights cannot be read', problems);
