/** Lists of images: what a folder or a table is read into, before any image is decoded. */
import type { Problem } from '../errors.js';
import { sortByCodePoint } from '../order.js';
import type { Subset } from './split.js';
import type { StoredImage } from './stored-image.js';

/** An image and its class. */
export interface ImageRecord {
  /**
   * Absolute if the source was given so, otherwise relative to the working directory. Of an image inside another file, the
   * path of that file and its name in it (`export.zip/images/1.png`).
   */
  readonly path: string;
  /** The name of its class; undefined if the source does not say. */
  readonly label: string | undefined;
  /** Where the image lies in another file; undefined for a file of its own. */
  readonly stored?: StoredImage | undefined;
  /** The part of the split that the source puts it in; undefined where the source has no split of its own. */
  readonly subset?: Subset | undefined;
  /** What the table says of it in the columns that are kept (`keepColumns`), by the names of the columns. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** What a folder or a table is read into. */
export interface SourceRecords {
  readonly records: ImageRecord[];
  readonly problems: Problem[];
  readonly table?: TableRead | undefined;
}

/** What was read of a table. */
export interface TableRead {
  /** Of the paths of images; of objects, where `isByObject`. */
  readonly pathColumn: string;
  /** Whether the table names no images, and those are used that are called after its objects. Default `false`. */
  readonly isByObject?: boolean | undefined;
  /** Undefined where no labels are read. */
  readonly labelColumn: string | undefined;
  /** Rows of the table, without its header. */
  readonly rows: number;
  /** Different images in these rows. Why other rows are left out is among the problems of the listing, or in `leftOut`. */
  readonly images: number;
  /** Rows of EcoTaxa tables that are not wanted, by the reason: the state of their objects, `further images of objects`. */
  readonly leftOut?: Readonly<Record<string, number>> | undefined;
}

/** Image files with their classes, before they are loaded. */
export interface ImageListing {
  /** The folder or table as it was given. It names the cache of the decoded images. */
  readonly source: string;
  /** Sorted by path in code point order; each path once. */
  readonly records: readonly ImageRecord[];
  /** The different labels, in code point order. */
  readonly classes: readonly string[];
  /**
   * What is odd about the source but does not keep it from being read: two class folders with one name, images without a
   * class, rows that were left out. Look at them before training, or throw them with `strict`.
   */
  readonly problems: readonly Problem[];
  /** What was read of the table; undefined for a folder or an image. */
  readonly table?: TableRead | undefined;
}

/** How far the listing of a source is: bytes of its EcoTaxa tables, or IFCB bins. */
export interface ListingProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'bins';
}

/** The different labels of records, in code point order. */
export function classesOf(records: readonly ImageRecord[]): string[] {
  const names = new Set<string>();
  for (const { label } of records) if (label !== undefined) names.add(label);
  return sortByCodePoint([...names]);
}
