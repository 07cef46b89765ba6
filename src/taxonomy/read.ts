/** Reads taxonomies from disk. */
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { CladenetError } from '../errors.js';
import { MAX_DOCUMENT_BYTES, readProblem, readRegularFile } from '../regular-file.js';
import { decodeText } from '../text.js';
import { orThrow } from './findings.js';
import { type ParseOptions, parseTaxonomy } from './parse.js';
import { readFolders } from './read-folders.js';
import { Taxonomy } from './taxonomy.js';

/**
 * Reads a taxonomy from a table or a JSON file (see {@link parseTaxonomy}), or from a folder: each folder with folders in
 * it is an inner node, each without is a class, labelled with the folder's name.
 *
 * @throws CladenetError `TAXONOMY` with every problem, each with its line
 * @example
 * ```ts
 * import { readTaxonomy } from 'cladenet';
 *
 * const taxonomy = await readTaxonomy('plankton.csv');
 * taxonomy.classes.length; // => 10
 * ```
 */
export async function readTaxonomy(path: string, options: ParseOptions = {}): Promise<Taxonomy> {
  const summary = `${path} is not a usable taxonomy.`;
  const { source = path } = options;
  try {
    if ((await stat(path)).isDirectory()) {
      return orThrow(summary, Taxonomy.fromReading(await readFolders(path), source, options));
    }
    const format = options.format ?? (extname(path).toLowerCase() === '.json' ? 'json' : undefined);
    return orThrow(
      summary,
      parseTaxonomy(decode(await readRegularFile(path, { maxBytes: MAX_DOCUMENT_BYTES }), source), {
        ...options,
        source,
        format,
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error instanceof CladenetError) throw error;
    const problem = readProblem(source, error, 'a table, a JSON file or a folder that can be read');
    throw new CladenetError('TAXONOMY', summary, [problem], { cause: error });
  }
}

function decode(bytes: Uint8Array, source: string): string {
  const decoded = decodeText(bytes);
  if ('text' in decoded) return decoded.text;
  throw new CladenetError('TAXONOMY', `${source} is not a usable taxonomy.`, [
    { where: `${source}, line ${decoded.line}`, ...decoded.problem },
  ]);
}
