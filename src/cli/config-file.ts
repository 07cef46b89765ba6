/** Configuration files. */
import { readFile } from 'node:fs/promises';
import { CladenetError } from '../errors.js';

/** @throws CladenetError USAGE if the file is no JSON object */
export async function readJsonObject(file: string, of: string): Promise<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
      return content as Record<string, unknown>;
    }
    throw new Error('JSON that is not an object');
  } catch (error) {
    throw new CladenetError('USAGE', 'The configuration file cannot be read', [
      { where: file, expected: `a JSON object of ${of}`, received: (error as Error).message },
    ]);
  }
}
