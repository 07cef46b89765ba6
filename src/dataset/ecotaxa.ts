/** Lists the images of EcoTaxa tables: in a folder, in a zip file, or in a table given by itself. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { throwIfAborted } from '../abort.js';
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import { isPassedOver } from '../folder-names.js';
import { ByteRows } from '../formats/byte-rows.js';
import { EcotaxaCategories, type EcotaxaCategory } from '../formats/ecotaxa/categories.js';
import { type AnnotationStatus, isEcotaxaHeader } from '../formats/ecotaxa/columns.js';
import { type EcotaxaLine, EcotaxaTable } from '../formats/ecotaxa/table.js';
import { byCodePoint } from '../order.js';
import { otherKind, readProblem } from '../regular-file.js';
import { sharedTexts } from './fields.js';
import type { ImageRecord, SourceRecords } from './listing.js';
import type { ImageFile } from './stored-image.js';
import { bytesInZip, type ZipFile, zippedImage } from './zip-file.js';

/** Which images of EcoTaxa tables are listed. */
export interface EcotaxaOptions {
  /**
   * Of EcoTaxa tables, only objects whose annotation has one of these states. Default: `validated`, and all where no labels
   * are read or no object is annotated.
   */
  readonly status?: readonly AnnotationStatus[] | undefined;
  /** Of an object with several images (`img_rank`) in an EcoTaxa table, the first or all. Default `first`. */
  readonly objectImages?: 'first' | 'all' | undefined;
}

export interface ListEcotaxaOptions extends EcotaxaOptions {
  /** A column that holds the labels instead of EcoTaxa's categories; `false`: no labels are read. */
  readonly labelColumn?: string | false | undefined;
  /** Columns whose texts are kept with the images. */
  readonly keepColumns?: readonly string[] | undefined;
  /** Columns that are kept where the tables have them. */
  readonly keepIfPresent?: readonly string[] | undefined;
  /** Called with how many bytes of the tables are read so far, and of all. */
  readonly onRead?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Whether a file is an EcoTaxa table by its name. */
export const isEcotaxaName = (path: string): boolean => /^ecotaxa.*\.(tsv|txt)$/i.test(basename(path));

/** The EcoTaxa tables in a zip file, by their names. */
export const ecotaxaTablesIn = (zip: ZipFile): string[] =>
  [...zip.entries.keys()].filter((name) => isEcotaxaName(name) && !name.split('/').some(isPassedOver));

/** Bytes in which the header of a table is looked for: EcoTaxa's own have some thousand. */
const HEADER_BYTES = 2 ** 16;

/** Whether a table has the header of an EcoTaxa table, separated by tabs. */
export async function beginsAsEcotaxa(path: string): Promise<boolean> {
  const pieces = createReadStream(path, { end: HEADER_BYTES - 1, highWaterMark: HEADER_BYTES });
  let names: readonly string[] = [];
  const rows = new ByteRows({
    onRow({ line, fields, text }) {
      if (line === 1) names = Array.from({ length: fields }, (_, i) => text(i).toLowerCase());
    },
    onFault: () => undefined,
  });
  try {
    for await (const piece of pieces) rows.push(piece);
  } catch {
    // Whoever reads the table says what is wrong with it.
    return false;
  }
  rows.end();
  return isEcotaxaHeader(names);
}

/** Tables and the images that lie with them. */
export interface EcotaxaSource {
  /** As it was given. */
  readonly source: string;
  readonly tables: readonly EcotaxaFile[];
  /** The image that a table names; undefined where there is none. */
  find(table: string, image: string): ImageFile | undefined;
  /** Entries of a zip file that cannot be read. */
  readonly problems?: readonly Problem[] | undefined;
  /** How many images are in no table, and one of them; undefined where that is not known. */
  unnamed?(): { readonly count: number; readonly example: string };
}

interface EcotaxaFile {
  /** The path of the table, or its name in the zip file. */
  readonly name: string;
  /** How it is called in problems. */
  readonly where: string;
  readonly length: number;
  bytes(): AsyncIterable<Uint8Array>;
}

/** A table given by itself: whether its images are there is seen when they are loaded. */
export async function ecotaxaTable(path: string): Promise<EcotaxaSource> {
  return {
    source: path,
    tables: [await tableFile(path)],
    find: (table, image) => ({ path: besides(table, image, join) }),
  };
}

/** Tables in a folder. @param images the paths of all images below it */
export async function ecotaxaFolder(
  source: string,
  tables: readonly string[],
  images: readonly string[],
): Promise<EcotaxaSource> {
  const isNamed = new Map(images.map((path) => [path, false]));
  const name = (path: string | undefined) => {
    if (path === undefined || !isNamed.has(path)) return undefined;
    isNamed.set(path, true);
    return { path };
  };
  const byName = uniqueNames(images);
  return {
    source,
    tables: await Promise.all(tables.map(tableFile)),
    find: (table, image) =>
      name(besides(table, image, join)) ?? name(join(source, image)) ?? name(byName().get(basename(image))),
    unnamed() {
      const others = images.filter((path) => isNamed.get(path) === false);
      return { count: others.length, example: others[0] ?? '' };
    },
  };
}

/** Tables in a zip file. */
export function ecotaxaZip(zip: ZipFile, tables: readonly string[]): EcotaxaSource {
  const byName = uniqueNames([...zip.entries.keys()]);
  const entryOf = (name: string | undefined) => zip.entries.get(name ?? '');
  return {
    source: zip.path,
    problems: zip.problems,
    tables: tables.flatMap((name) => {
      const entry = zip.entries.get(name);
      if (entry === undefined) return [];
      return [{ name, where: `${zip.path}/${name}`, length: entry.bytes, bytes: () => bytesInZip(zip, entry) }];
    }),
    find(table, image) {
      const entry =
        entryOf(besides(table, image, posix.join)) ??
        entryOf(posix.normalize(image)) ??
        entryOf(byName().get(posix.basename(image)));
      return entry && { path: `${zip.path}/${entry.name}`, stored: zippedImage(zip, entry) };
    },
  };
}

async function tableFile(path: string): Promise<EcotaxaFile> {
  const stats = await stat(path).catch((error: unknown) => {
    throw new CladenetError('DATASET', `The table ${path} cannot be read.`, [readProblem(path, error)]);
  });
  const kind = otherKind(stats);
  if (kind !== undefined) {
    const problem = { where: path, expected: 'a regular file', received: kind };
    throw new CladenetError('DATASET', `The table ${path} cannot be read.`, [problem]);
  }
  const bytes = () => createReadStream(path, { highWaterMark: 2 ** 20 });
  return { name: path, where: path, length: stats.size, bytes };
}

/** The path of an image that a table names relative to its folder. */
function besides(table: string, image: string, joined: (...parts: string[]) => string): string {
  const folder = table.slice(0, table.length - basename(table).length);
  // Most names need no more than being appended.
  return /^[/\\]|\\|\/\/|(^|\/)\.\.?(\/|$)/.test(image)
    ? joined(dirname(table), image.replaceAll('\\', '/'))
    : `${folder}${image}`;
}

/** Paths by the last part of their names, where only one has it. Exports and their images are not always moved together. */
function uniqueNames(paths: readonly string[]): () => ReadonlyMap<string, string> {
  let names: Map<string, string> | undefined;
  return () => {
    if (names !== undefined) return names;
    names = new Map();
    const several = new Set<string>();
    for (const path of paths) {
      const name = posix.basename(path);
      if (names.has(name)) several.add(name);
      names.set(name, path);
    }
    for (const name of several) names.delete(name);
    return names;
  };
}

/** An image of a table, before its category has a label. */
interface Listed extends ImageFile {
  readonly label: string | number | undefined;
  readonly status: AnnotationStatus | undefined;
  readonly fields: Readonly<Record<string, string>> | undefined;
  /** The table, as it is called in problems, and the line. */
  readonly where: string;
  readonly line: number;
  readonly rank: number;
}

/** Images without files that are named one by one; further ones are counted. */
const MOST_MISSING = 20;

/**
 * @throws CladenetError DATASET with everything that is wrong in the tables, by line and column; USAGE for columns that they
 *   lack
 */
export async function listEcotaxa(source: EcotaxaSource, options: ListEcotaxaOptions): Promise<SourceRecords> {
  const { objectImages = 'first', labelColumn } = options;
  const categories = new EcotaxaCategories();
  const listed: Listed[] = [];
  const missing: Problem[] = [];
  let [missingImages, furtherImages] = [0, 0];
  const wantsLabels = labelColumn !== false;

  const read = await readTables(source, options, (table) => {
    const { where, name } = table;
    const first = new Map<string, number>();
    const kept = keptFields(options);
    return (line) => {
      const file = source.find(name, line.image);
      if (file === undefined) {
        if (missingImages++ >= MOST_MISSING) return;
        const received = `${line.image}, which is not there; the line is left out`;
        missing.push({ where: placeOf({ where, line: line.line }), expected: 'an image beside the table', received });
        return;
      }
      const label = typeof labelColumn === 'string' ? line.text(labelColumn) || undefined : categories.add(line);
      const item = { ...file, label: wantsLabels ? label : undefined, status: line.status, fields: kept(line) };
      const own: Listed = { ...item, where, line: line.line, rank: line.rank };
      if (objectImages === 'all') {
        listed.push(own);
        return;
      }
      const object = line.objid || line.object;
      const earlier = first.get(object);
      if (earlier === undefined) first.set(object, listed.push(own) - 1);
      else {
        furtherImages++;
        if (own.rank < (listed[earlier]?.rank ?? 0)) listed[earlier] = own;
      }
    };
  });
  const { categories: taxa, problems: ambiguous } = categories.all(source.source);
  if (ambiguous.length > 0) throw unusable(source, ambiguous);
  const { chosen, counts } = byStatus(listed, options);
  const { records, repeated } = recordsOf(chosen, taxa);
  const problems = [
    ...(source.problems ?? []),
    ...missing,
    ...(missingImages > MOST_MISSING ? [manyMissing(source, missingImages)] : []),
    ...repeated,
    ...unnamedProblems(source),
  ];
  if (records.length === 0 && listed.length > 0) problems.push(noneChosen(source, options, counts));
  const leftOut = {
    ...Object.fromEntries(counts),
    ...(furtherImages > 0 && { 'further images of objects': furtherImages }),
  };
  const table = {
    pathColumn: 'img_file_name',
    labelColumn: wantsLabels ? (labelColumn ?? 'object_annotation_category') : undefined,
    ...{ rows: read.lines, images: records.length, leftOut },
  };
  return { records: records.sort((a, b) => byCodePoint(a.path, b.path)), problems, table };
}

/**
 * The taxa of the tables of a source, in the order in which they are met.
 *
 * @throws CladenetError DATASET as {@link listEcotaxa}
 */
export async function ecotaxaTaxa(source: EcotaxaSource, signal?: AbortSignal): Promise<readonly EcotaxaCategory[]> {
  const categories = new EcotaxaCategories();
  await readTables(source, { signal, needsImages: false }, () => (line) => {
    categories.add(line);
  });
  const { categories: taxa, problems } = categories.all(source.source);
  if (problems.length > 0) throw unusable(source, problems);
  return [...new Set(taxa)];
}

type ReadOptions = Pick<ListEcotaxaOptions, 'labelColumn' | 'keepColumns' | 'onRead' | 'signal'> & {
  readonly needsImages?: boolean | undefined;
};

/** Reads all tables. @param open called for each; returns what takes its lines */
async function readTables(
  source: EcotaxaSource,
  { labelColumn, keepColumns = [], onRead, signal, needsImages = true }: ReadOptions,
  open: (table: EcotaxaFile) => (line: EcotaxaLine) => void,
): Promise<{ readonly lines: number }> {
  const problems: Problem[] = [];
  const lacking: Problem[] = [];
  const wanted = [...keepColumns, ...(typeof labelColumn === 'string' ? [labelColumn] : [])];
  const total = source.tables.reduce((sum, { length }) => sum + length, 0);
  let [done, lines] = [0, 0];
  for (const file of source.tables) {
    const onHeader = (names: readonly string[]) => {
      for (const name of wanted.filter((name) => !names.includes(name.toLowerCase()))) {
        const near = didYouMean(name, names);
        lacking.push({
          where: `${file.where}:1`,
          expected: `a column ${name}`,
          received: names.join(', '),
          remedy: near,
        });
      }
    };
    const table = new EcotaxaTable({ source: file.where, needsImages, onHeader, onLine: open(file) });
    for await (const piece of file.bytes()) {
      throwIfAborted(signal, 'Listing the images');
      table.push(piece);
      done += piece.length;
      onRead?.({ done, total });
    }
    const read = table.end();
    lines += read.lines;
    for (const problem of read.problems) problems.push(problem);
  }
  if (problems.length > 0) throw unusable(source, problems);
  if (lacking.length > 0) throw new CladenetError('USAGE', `Tables of ${source.source} lack columns.`, lacking);
  return { lines };
}

/** The texts of the columns that are kept, each once in memory. */
function keptFields({ keepColumns = [], keepIfPresent = [] }: ListEcotaxaOptions) {
  const names = [...new Set([...keepColumns, ...keepIfPresent])];
  const share = new Map(names.map((name) => [name, sharedTexts()]));
  return (line: EcotaxaLine): Readonly<Record<string, string>> | undefined => {
    if (names.length === 0) return undefined;
    const texts = names.map((name) => [name, line.text(name.toLowerCase())] as const);
    const present = texts.filter(([name, text]) => text !== undefined || keepColumns.includes(name));
    return Object.fromEntries(present.map(([name, text = '']) => [name, share.get(name)?.(text) ?? text]));
  };
}

/** The images of objects in the states that are wanted, and how many others there are, by state. */
function byStatus(listed: readonly Listed[], { status, labelColumn }: ListEcotaxaOptions) {
  const isAnnotated = listed.some(({ status: own }) => own !== undefined);
  const usual: readonly AnnotationStatus[] | undefined =
    labelColumn === undefined && isAnnotated ? ['validated'] : undefined;
  const wanted = status ?? usual;
  const counts = new Map<string, number>();
  if (wanted === undefined) return { chosen: listed, counts };
  const chosen = listed.filter(({ status: own }) => {
    if (own !== undefined && wanted.includes(own)) return true;
    const name = own ?? 'without a category';
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return false;
  });
  return { chosen, counts };
}

/** One record for each image; none for an image of objects of different taxa. */
function recordsOf(listed: readonly Listed[], taxa: readonly EcotaxaCategory[]) {
  const labelOf = ({ label }: Listed) => (typeof label === 'number' ? taxa[label]?.label : label);
  const seen = new Map<string, Listed>();
  const clashing = new Set<string>();
  const repeated: Problem[] = [];
  for (const item of listed) {
    const first = seen.get(item.path);
    if (first === undefined) {
      seen.set(item.path, item);
      continue;
    }
    const [own, other] = [labelOf(item), labelOf(first)];
    const isSame = own === other;
    if (!isSame) clashing.add(item.path);
    const received = isSame
      ? `${item.path} again (first at ${first.where}:${first.line}), which is used once`
      : `${item.path} as ${own ?? 'nothing'}, but as ${other ?? 'nothing'} at ${first.where}:${first.line}; the image is left out`;
    repeated.push({ where: placeOf(item), expected: 'each image for one object', received });
  }
  const records: ImageRecord[] = [];
  for (const item of seen.values()) {
    if (clashing.has(item.path)) continue;
    const { path, stored, fields } = item;
    records.push({
      ...{ path, label: labelOf(item) },
      ...(stored !== undefined && { stored }),
      ...(fields !== undefined && { fields }),
    });
  }
  return { records, repeated };
}

const placeOf = ({ where, line }: Pick<Listed, 'where' | 'line'>) => `${where}:${line}, column img_file_name`;

const unusable = ({ source }: EcotaxaSource, problems: readonly Problem[]) =>
  new CladenetError('DATASET', `The EcoTaxa tables of ${source} cannot be used as they are.`, problems);

function manyMissing({ source }: EcotaxaSource, count: number): Problem {
  return { where: source, expected: 'the images that its tables name', received: `${count} that are not there` };
}

function unnamedProblems({ source, unnamed }: EcotaxaSource): Problem[] {
  const { count, example } = unnamed?.() ?? { count: 0, example: '' };
  if (count === 0) return [];
  const received = `${count} without one, such as ${example}; left out`;
  return [{ where: source, expected: 'a line in a table for each image', received }];
}

function noneChosen(
  { source }: EcotaxaSource,
  { status = ['validated'] }: ListEcotaxaOptions,
  counts: ReadonlyMap<string, number>,
): Problem {
  return {
    where: source,
    expected: `objects whose object_annotation_status is ${status.join(' or ')}`,
    received: [...counts].map(([name, count]) => `${count} ${name}`).join(', '),
    remedy: 'Choose others with `status`.',
  };
}
