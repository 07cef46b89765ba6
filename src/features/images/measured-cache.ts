/**
 * Measured features on disk, one file for each folder of images, set and segmentation. A row is used only while the version of
 * the image's file is the same. The file has a checksum, and one that is damaged or cannot be read is treated as missing.
 */
import { basename, dirname, join, resolve, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { type ImageMetadata, isSettled, newMetadata, sameFileVersion } from '../../dataset/metadata.js';
import { writeFileAtomic } from '../../files.js';
import { sha256 } from '../../hash.js';
import { readRegularFile } from '../../regular-file.js';
import { FEATURES_VERSION } from '../version.js';
import type { Measuring } from './measure-batch.js';

/** Rows of features, and of which version of each file they are. */
export interface MeasuredRows {
  readonly metadata: ImageMetadata;
  /** Images x features. */
  readonly values: Float64Array;
  readonly notes: ReadonlyMap<number, string>;
}

/** A cache as found on disk; without rows where there is none, or a damaged one. */
export interface MeasuredCache extends MeasuredRows {
  readonly file: string;
  readonly header: string;
  readonly features: number;
  /** The number of each image, by its path. */
  readonly numbers: ReadonlyMap<string, number>;
}

const MAX_BYTES = 2 ** 32;

/**
 * Opens the cache for images.
 *
 * @param root     the folder of all caches
 * @param paths    absolute
 * @param features number of features
 */
export async function openMeasured(
  root: string,
  paths: readonly string[],
  { set, segmentation }: Measuring,
  features: number,
): Promise<MeasuredCache> {
  const folder = commonFolder(paths);
  const header = JSON.stringify([FEATURES_VERSION, folder, set, Object.entries(segmentation).sort(), features]);
  const file = join(root, `${basename(folder) || 'images'}-${set}-${sha256(header).slice(0, 16)}`);
  const bytes = await readRegularFile(file, { maxBytes: MAX_BYTES }).catch(() => undefined);
  const rows = (bytes && parse(bytes, header, features)) ?? empty();
  const numbers = new Map(rows.metadata.paths.map((path, i) => [path, i]));
  return { ...rows, file, header, features, numbers };
}

const empty = (): MeasuredRows => ({ metadata: newMetadata([]), values: new Float64Array(0), notes: new Map() });

/** The deepest folder that all images are below. */
function commonFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  let folder = dirname(resolve(first));
  for (const path of others) {
    while (!path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)) folder = dirname(folder);
  }
  return folder;
}

/**
 * Replaces the cache by what is now known, and its rows of other images.
 *
 * @param now when the file versions were read (milliseconds): files that had just changed then are left out
 */
export async function writeMeasured(cache: MeasuredCache, rows: MeasuredRows, now: number): Promise<void> {
  const { features } = cache;
  const listed = new Set(rows.metadata.paths);
  const items = [
    ...cache.metadata.paths.flatMap((path, i) => (listed.has(path) ? [] : [{ rows: cache as MeasuredRows, path, i }])),
    ...rows.metadata.paths.flatMap((path, i) => (isSettled(rows.metadata, i, now) ? [{ rows, path, i }] : [])),
  ];
  const numbers = new Float64Array(items.length * (3 + features));
  items.forEach(({ rows: { metadata, values }, i }, to) => {
    numbers.set(metadata.versions.subarray(i * 3, i * 3 + 3), to * 3);
    numbers.set(values.subarray(i * features, (i + 1) * features), items.length * 3 + to * features);
  });
  const notes = items.flatMap(({ rows: own, i }, to) => (own.notes.has(i) ? [[to, own.notes.get(i)]] : []));
  const text = [cache.header, ...items.map(({ path }) => path), JSON.stringify(notes)].join('\0');
  const bytes = Buffer.concat([new Uint8Array(8), new Uint8Array(numbers.buffer), Buffer.from(text)]);
  bytes.writeUInt32LE(items.length, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  await writeFileAtomic(cache.file, bytes, { durable: false });
}

function parse(bytes: Buffer, header: string, features: number): MeasuredRows | undefined {
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) return undefined;
  const count = bytes.readUInt32LE(4);
  const end = 8 + count * (3 + features) * 8;
  const [found, ...texts] = bytes.toString('utf8', end).split('\0');
  if (found !== header || texts.length !== count + 1) return undefined;
  const numbers = new Float64Array(Uint8Array.from(bytes.subarray(8, end)).buffer);
  const notes = new Map(JSON.parse(texts.pop() ?? '[]') as [number, string][]);
  const metadata = newMetadata(texts);
  metadata.versions.set(numbers.subarray(0, count * 3));
  return { metadata, values: numbers.subarray(count * 3), notes };
}

/** Whether row `j` of the cache is of the file that image `i` has now. */
export const isCurrent = (metadata: ImageMetadata, i: number, cache: MeasuredCache, j: number): boolean =>
  sameFileVersion(metadata, i, cache.metadata, j);
