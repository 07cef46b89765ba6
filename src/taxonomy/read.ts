/** Reads taxonomies from disk. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { CladenetError } from '../errors.js';
import { isWorms, parseWorms } from '../formats/worms/parse.js';
import { byCodePoint } from '../order.js';
import { MAX_DOCUMENT_BYTES, readProblem, readRegularFile } from '../regular-file.js';
import { decodeText } from '../text.js';
import { orThrow } from './findings.js';
import { NEWICK, type ParseOptions, parseTaxonomy, type TaxonomyFormat } from './parse.js';
import { readEcotaxa } from './read-ecotaxa.js';
import { readFolders } from './read-folders.js';
import { readRecords } from './read-records.js';
import type { Reading } from './reading.js';
import { Taxonomy } from './taxonomy.js';

/**
 * Reads a taxonomy from a file of any format (see {@link parseTaxonomy}), or from a folder: each folder with folders in it is an
 * inner node, each without is a class, labelled with the folder's name. A folder of classification records of WoRMS (`.json`,
 * `.jsonl`) is read as one. Of EcoTaxa tables (a folder or a zip file of them, or one) it is the hierarchies of all objects, in
 * which nodes with a single child are collapsed unless they are kept; a taxon above others has a leaf of the same name for its own
 * objects.
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
    const ecotaxa = await readEcotaxa(path);
    if (ecotaxa !== undefined) {
      // Its hierarchies have every rank, most of them with nothing to decide.
      const singleChild = options.singleChild === 'keep' ? 'keep' : 'collapse';
      return orThrow(summary, Taxonomy.fromReading(ecotaxa, source, { ...options, singleChild }));
    }
    if ((await stat(path)).isDirectory()) {
      const reading = (await readRecordFolder(path, options)) ?? (await readFolders(path));
      return orThrow(summary, Taxonomy.fromReading(reading, source, options));
    }
    const text = await readText(path, source);
    return orThrow(
      summary,
      parseTaxonomy(text, { ...options, source, format: options.format ?? formatOf(path, text) }),
    );
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error instanceof CladenetError) throw error;
    const problem = readProblem(source, error, 'a table, a JSON file or a folder that can be read');
    throw new CladenetError('TAXONOMY', summary, [problem], { cause: error });
  }
}

/** The format that an extension states, where the text alone could be taken for another. */
function formatOf(path: string, text: string): TaxonomyFormat | undefined {
  const extension = extname(path).toLowerCase();
  if (NEWICK.includes(extension)) return 'newick';
  return extension === '.json' && !isWorms(text) ? 'json' : undefined;
}

/** Extensions of records of WoRMS. */
const RECORDS: readonly string[] = ['.json', '.jsonl', '.ndjson'];

/** The taxa of a folder of records of WoRMS; undefined for any other folder. */
async function readRecordFolder(
  path: string,
  { format, onNote, source = path }: ParseOptions,
): Promise<Reading | undefined> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.map(({ name }) => name).filter((name) => RECORDS.includes(extname(name).toLowerCase()));
  if (names.length === 0 || entries.some((entry) => entry.isDirectory())) return undefined;
  const files = names.sort(byCodePoint).map(async (name) => {
    const file = join(path, name);
    return { file, text: await readText(file, file) };
  });
  const texts = await Promise.all(files);
  if (format !== 'worms' && !texts.some(({ text }) => isWorms(text))) return undefined;
  return readRecords(parseWorms(texts), source, onNote);
}

async function readText(path: string, source: string): Promise<string> {
  return decode(await readRegularFile(path, { maxBytes: MAX_DOCUMENT_BYTES }), source);
}

function decode(bytes: Uint8Array, source: string): string {
  const decoded = decodeText(bytes);
  if ('text' in decoded) return decoded.text;
  throw new CladenetError('TAXONOMY', `${source} is not a usable taxonomy.`, [
    { where: `${source}, line ${decoded.line}`, ...decoded.problem },
  ]);
}
