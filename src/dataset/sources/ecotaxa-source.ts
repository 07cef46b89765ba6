/** EcoTaxa tables, and the images that lie with them: in a folder, in a zip file, or a table given by itself. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, posix, relative, sep } from 'node:path';
import { CladenetError, type Problem } from '../../errors.js';
import { isPassedOver } from '../../folder-names.js';
import { ByteRows } from '../../formats/byte-rows.js';
import { isEcotaxaHeader } from '../../formats/ecotaxa/columns.js';
import type { ZipEntry } from '../../formats/zip.js';
import { isImageName } from '../../image-names.js';
import { once } from '../../once.js';
import { byCodePoint } from '../../order.js';
import { otherKind, piecesOfRegularFile, readProblem } from '../../regular-file.js';
import { ownText } from '../fields.js';
import type { ImageFile } from '../stored-image.js';
import { ImagesOfObjects, type NamedObject } from './images-of-objects.js';
import { bytesInZip, openZip, type ZipFile, zippedImage } from './zip-file.js';

/** Whether a file is an EcoTaxa table by its name. */
export const isEcotaxaName = (path: string): boolean => /^ecotaxa.*\.(tsv|txt)$/i.test(basename(path));

/** The EcoTaxa tables in a zip file, by their names. */
export const ecotaxaTablesIn = (zip: ZipFile): string[] =>
  [...zip.entries.keys()].filter((name) => isEcotaxaName(name) && !name.split('/').some(isPassedOver));

/** Bytes in which the header of a table is looked for: EcoTaxa's own have some thousand. */
const HEADER_BYTES = 2 ** 16;

/** The names in the header of an EcoTaxa table, separated by tabs; undefined for another table. */
export async function ecotaxaHeaderOf(path: string): Promise<readonly string[] | undefined> {
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
    return undefined;
  }
  rows.end();
  return isEcotaxaHeader(names) ? names : undefined;
}

/** Tables and the images that lie with them. */
export interface EcotaxaSource {
  /** As it was given. */
  readonly source: string;
  readonly tables: readonly EcotaxaFile[];
  /** The image that a table names; undefined where there is none. */
  find(table: string, image: string): ImageFile | undefined;
  /** The images that are called after an object, for a table that names none; several of one rank where that is not clear. */
  findByObject(table: string, object: NamedObject, rank: number | undefined): readonly RankedFile[];
  /** Entries of a zip file that cannot be read. */
  readonly problems?: readonly Problem[] | undefined;
  /** How many images are in no table, and one of them; undefined where that is not known. */
  unnamed?(): { readonly count: number; readonly example: string };
}

/** An image, and which one of its object. */
export type RankedFile = ImageFile & { readonly rank: number };

export interface EcotaxaFile {
  /** The path of the table, or its name in the zip file. */
  readonly name: string;
  /** How it is called in problems. */
  readonly where: string;
  readonly length: number;
  bytes(): AsyncIterable<Uint8Array>;
}

/**
 * A table given by itself: whether the images that it names are there is seen when they are loaded.
 *
 * @param images the paths of all images below its folder, for a table that names none
 */
export async function ecotaxaTable(path: string, images: readonly string[] = []): Promise<EcotaxaSource> {
  const byObject = once(() => new ImagesOfObjects(images));
  return {
    source: path,
    tables: [await tableFile(path)],
    find: (table, image) => ({ path: ownText(besides(table, image, join)) }),
    findByObject: (table, object, rank) => byObject().of(object, folderOf(table), rank),
  };
}

/** Tables in a folder. @param images the paths of all images below it */
export async function ecotaxaFolder(
  source: string,
  tables: readonly string[],
  images: readonly string[],
): Promise<EcotaxaSource> {
  const numbers = new Map(images.map((path, i) => [path, i]));
  const isNamed = new Uint8Array(images.length);
  const named = (path: string | undefined) => {
    const number = path === undefined ? undefined : numbers.get(path);
    if (number === undefined) return undefined;
    isNamed[number] = 1;
    return { path: images[number] ?? '' };
  };
  const byName = once(() => uniqueNames(images));
  const byObject = once(() => new ImagesOfObjects(images));
  return {
    source,
    tables: await Promise.all(tables.map(tableFile)),
    find: (table, image) =>
      named(besides(table, image, join)) ?? named(join(source, image)) ?? named(byName().get(basename(image))),
    findByObject(table, object, rank) {
      const found = byObject().of(object, folderOf(table), rank);
      for (const { path } of found) named(path);
      return found;
    },
    unnamed() {
      const others = images.filter((_, i) => isNamed[i] === 0);
      return { count: others.length, example: others[0] ?? '' };
    },
  };
}

/** Tables in a zip file. */
export function ecotaxaZip(zip: ZipFile, tables: readonly string[]): EcotaxaSource {
  const names = once(() => [...zip.entries.keys()].filter((name) => !name.split('/').some(isPassedOver)));
  const byName = once(() => uniqueNames(names()));
  const byObject = once(() => new ImagesOfObjects(names().filter(isImageName)));
  const entryOf = (name: string | undefined) => zip.entries.get(name ?? '');
  const fileOf = (entry: ZipEntry) => ({ path: `${zip.path}/${entry.name}`, stored: zippedImage(zip, entry) });
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
      return entry && fileOf(entry);
    },
    findByObject(table, object, rank) {
      return byObject()
        .of(object, folderOf(table), rank)
        .flatMap(({ path, rank: own }) => {
          const entry = entryOf(path);
          return entry === undefined ? [] : [{ ...fileOf(entry), rank: own }];
        });
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
  return isTable && (await ecotaxaHeaderOf(path)) ? ecotaxaTable(path) : undefined;
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

/** The folder of a table, with the separator at its end; empty for the working directory. */
const folderOf = (table: string) => table.slice(0, table.length - basename(table).length);

/** The path of an image that a table names relative to its folder. */
function besides(table: string, image: string, joined: (...parts: string[]) => string): string {
  const folder = folderOf(table);
  // Most names need no more than being appended.
  return /^[/\\]|\\|\/\/|(^|\/)\.\.?(\/|$)/.test(image)
    ? joined(dirname(table), image.replaceAll('\\', '/'))
    : `${folder}${image}`;
}

/** Paths by the last part of their names, where only one has it. Exports and their images are not always moved together. */
function uniqueNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const several = new Set<string>();
  for (const path of paths) {
    const name = posix.basename(path);
    if (names.has(name)) several.add(name);
    names.set(name, path);
  }
  for (const name of several) names.delete(name);
  return names;
}
