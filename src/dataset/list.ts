/** Which images there are, and the class of each: from a folder of class folders, or from a table. */
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { CladenetError, type Problem } from '../errors.js';
import { sortByCodePoint } from '../order.js';
import { isImageName, listFolder } from './folders.js';
import type { ImageRecord, SourceRecords } from './record.js';
import { listTable, type TableOptions } from './table.js';

export interface ImageListing {
  /** The folder or table as it was given: decoded images are cached by it. */
  readonly source: string;
  /** Sorted by path in code point order; no path comes twice. */
  readonly records: readonly ImageRecord[];
  /** The different labels, sorted in code point order. */
  readonly classes: readonly string[];
  /**
   * What is odd about the source but does not stop it from being read: two class folders of one name, images without
   * a class, rows that were left out. Look at it before training: `strict` throws it.
   */
  readonly problems: readonly Problem[];
}

export interface ListOptions extends TableOptions {
  /** Throw where there is any problem, with all of them. Default false. */
  readonly strict?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists the images of a source.
 *
 * - A **folder**: every image below it, and the class of each is the name of the folder that directly holds it. Images
 *   directly in `source` have no class. Files are taken for images by the ends of their names; hidden ones are skipped.
 * - A **table** (`.csv`, `.tsv`, `.txt`): one image a row, see {@link TableOptions}.
 * - An **image**: that one, without a class.
 *
 * @throws CladenetError USAGE where there is no such source or column; DATASET where it holds no images, cannot be
 *   parsed, or has problems and `strict` is set; ABORTED.
 */
export async function listImages(source: string, options: ListOptions = {}): Promise<ImageListing> {
  const { records, problems } = await readSource(source, options);
  if (records.length === 0) throw new CladenetError('DATASET', `No images were found in ${source}.`, problems);
  if (options.strict && problems.length > 0) {
    throw new CladenetError('DATASET', `The images of ${source} cannot all be used as they are.`, problems);
  }
  return { source, records, classes: classesOf(records), problems };
}

/** The different labels of records, sorted in code point order. */
export function classesOf(records: readonly ImageRecord[]): string[] {
  const names = new Set<string>();
  for (const { label } of records) if (label !== undefined) names.add(label);
  return sortByCodePoint([...names]);
}

async function readSource(source: string, options: ListOptions): Promise<SourceRecords> {
  const status = await stat(source).catch((error: unknown) => {
    throw wrongSource(source, error instanceof Error ? error.message : String(error));
  });
  if (status.isDirectory()) return listFolder(source, options.signal);
  if (['.csv', '.tsv', '.txt'].includes(extname(source).toLowerCase())) return listTable(source, options);
  if (isImageName(source)) return { records: [{ path: source, label: undefined }], problems: [] };
  throw wrongSource(source, `a file named *${extname(source)}`);
}

function wrongSource(source: string, received: string): CladenetError {
  const expected = 'a folder of class folders, a table (.csv, .tsv, .txt) or an image';
  return new CladenetError('USAGE', `There are no images at ${source}.`, [{ where: source, expected, received }]);
}
