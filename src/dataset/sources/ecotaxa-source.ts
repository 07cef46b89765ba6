/** EcoTaxa tables, and the images that lie with them: in a folder, in a zip file, or a table given by itself. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, posix, relative, sep } from 'node:path';
import { CladenetError, type Problem } from '../../errors.js';
import { isPassedOver } from '../../folder-names.js';
import { ByteRows } from '../../formats/byte-rows.js';
import { isEcotaxaHeader } from '../../formats/ecotaxa/columns.js';
import { byCodePoint } from '../../order.js';
import { otherKind, piecesOfRegularFile, readProblem } from '../../regular-file.js';
import type { ImageFile } from '../stored-image.js';
import { bytesInZip, openZip, type ZipFile, zippedImage } from './zip-file.js';

/** Whether a file is an EcoTaxa table by its name. */
export const isEcotaxaName = (path: string): boolean => /^ecotaxa.*\.(tsv|txt)$/i.test(basename(path));

/** The EcoTaxa tables in a zip file, by their names. */
export const ecotaxaTablesIn = (zip: ZipFile): string[] =>
  [...zip.entries.keys()].filter((name) => isEcotaxaName(name) && !name.split('/').some(isPassedOver));

/** Bytes in which the header of a table is looked for: EcoTaxa's own have some thousand. */
const HEADER_BYTES = 2 ** 16;

/** Whether a table has the header of an EcoTaxa table, separated by tabs. */
export async function beginsAsEcotaxa(path: string): Promise<boolean> {
  const pieces = piecesOfRegularFile(path, { end: HEADER_BYTES, pieceBytes: HEADER_BYTES });
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

export interface EcotaxaFile {
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

/** The EcoTaxa tables at a path (a folder, a zip file, or a table), without their images; undefined where there are none. */
export async function ecotaxaSourceAt(path: string): Promise<EcotaxaSource | undefined> {
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder) {
    const names = (await readdir(path, { recursive: true })).filter(isEcotaxaName).map((name) => join(path, name));
    const tables = names.filter((name) => !relative(path, name).split(sep).some(isPassedOver));
    return tables.length === 0 ? undefined : ecotaxaFolder(path, tables.sort(byCodePoint), []);
  }
  if (extname(path).toLowerCase() === '.zip') {
    const zip = openZip(path);
    const tables = ecotaxaTablesIn(zip);
    return tables.length === 0 ? undefined : ecotaxaZip(zip, tables);
  }
  const isTable = ['.tsv', '.txt'].includes(extname(path).toLowerCase());
  return isTable && (await beginsAsEcotaxa(path)) ? ecotaxaTable(path) : undefined;
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
  const bytes = () => piecesOfRegularFile(path);
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
