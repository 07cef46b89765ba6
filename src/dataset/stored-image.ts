/** Images that lie inside another file, so that nothing has to be unpacked first. */

/** A file in a zip file. */
export interface ZippedImage {
  readonly kind: 'zip';
  /** The zip file. */
  readonly file: string;
  /** Where the local header of the entry begins in it. */
  readonly offset: number;
  /** Bytes that the entry takes in the zip file. */
  readonly size: number;
  /** Bytes of the image file. */
  readonly bytes: number;
  readonly isDeflated: boolean;
  /** CRC-32 of the image file. */
  readonly crc: number;
}

/** Grey pixels of 8 bits, row by row, as in the `.roi` file of an IFCB. */
export interface RawImage {
  readonly kind: 'raw';
  readonly file: string;
  /** Where the first pixel is in the file. */
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  /** Whether the file is of this process alone and is removed by it: nothing is remembered of it. Default `false`. */
  readonly isTemporary?: boolean | undefined;
}

/** Several regions of one file that show parts of one scene. Between them is the mean grey level around the gaps. */
export interface StitchedImage {
  readonly kind: 'stitched';
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** Where each part lies in the file and, by its upper left corner, in the image. A later part covers an earlier one. */
  readonly parts: readonly StitchedPart[];
}

/** A region of a file, and where it lies in the image. */
export interface StitchedPart {
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

/** How an image lies in another file. */
export type StoredImage = ZippedImage | RawImage | StitchedImage;

/** An image to open: a file, or a part of one. */
export interface ImageFile {
  /** The path of the file, or a readable name of the image inside another file (`export.zip/images/1.png`). */
  readonly path: string;
  /** Where the image lies in another file; undefined for a file of its own. */
  readonly stored?: StoredImage | undefined;
}

/** Images given by the paths of their files, or as a listing has them, without what else it says of them. */
export function imageFilesOf(images: readonly (string | ImageFile)[]): ImageFile[] {
  return images.map((image) =>
    typeof image === 'string' ? { path: image } : { path: image.path, stored: image.stored },
  );
}

/** Bytes of the image as a file, or of its pixels. */
export function storedBytes(stored: StoredImage): number {
  return stored.kind === 'zip' ? stored.bytes : stored.width * stored.height;
}

/** `stored` of each image; undefined where all images are files of their own, as most are. */
export function storedOf(images: readonly ImageFile[]): readonly (StoredImage | undefined)[] | undefined {
  return images.some(({ stored }) => stored !== undefined) ? images.map(({ stored }) => stored) : undefined;
}
