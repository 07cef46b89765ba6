/** What is decoded: the bytes of an image file, or pixels that another file has. Every image is opened here. */
import { closeSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { compose } from '../../formats/ifcb/stitching.js';
import { LOCAL_HEADER_BYTES, localHeaderLength, unpackEntry } from '../../formats/zip.js';
import { openRegularFileSync, readRegularFile, readRegularFileSync } from '../../regular-file.js';
import type { ImageFile, StitchedImage, StoredImage, ZippedImage } from '../stored-image.js';
import { MAX_WHOLE_PIXELS, type Raster } from './raster.js';
import { LARGE_FILE } from './target.js';

/** An image file (its bytes, or the path of a large one, which is read piece by piece) or its pixels. */
export type ImageContent = { readonly file: Uint8Array | string } | { readonly raster: Raster };

/** The largest image file in a zip file, which has to be in memory as a whole (bytes). */
const LARGEST_ENTRY = 2 ** 28;

/** @throws Error of the system, or saying what is wrong with the file */
export async function contentOf({ path, stored }: ImageFile): Promise<ImageContent> {
  if (stored !== undefined) return storedContent(stored);
  const { size } = await stat(path);
  return { file: size > LARGE_FILE ? path : await readRegularFile(path, { maxBytes: LARGE_FILE }) };
}

/** As {@link contentOf}, without giving way to other work: for threads. @throws Error as `contentOf`, and for a large file */
export function contentOfSync({ path, stored }: ImageFile): ImageContent {
  return stored === undefined ? { file: readRegularFileSync(path, { maxBytes: LARGE_FILE }) } : storedContent(stored);
}

function storedContent(stored: StoredImage): ImageContent {
  const descriptor = openRegularFileSync(stored.file, { maxBytes: Number.POSITIVE_INFINITY });
  const read = (position: number, length: number) => readExactly(descriptor, position, length);
  try {
    switch (stored.kind) {
      case 'zip':
        return { file: entryOf(stored, read) };
      case 'raw':
        return { raster: greyRaster(read(stored.offset, pixelsOf(stored)), stored.width, stored.height) };
      case 'stitched':
        return { raster: stitched(stored, read) };
    }
  } finally {
    closeSync(descriptor);
  }
}

type ReadExactly = (position: number, length: number) => Uint8Array;

function readExactly(descriptor: number, position: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const count = readSync(descriptor, bytes, done, length - done, position + done);
    if (count === 0) throw new Error('a file that ends before this image does');
    done += count;
  }
  return bytes;
}

function entryOf(entry: ZippedImage, read: ReadExactly): Uint8Array {
  const { offset, size, bytes } = entry;
  if (bytes > LARGEST_ENTRY) throw new Error(`${bytes} bytes; the limit is ${LARGEST_ENTRY} in a zip file`);
  const header = localHeaderLength(read(offset, LOCAL_HEADER_BYTES));
  if (header === undefined) throw new Error('a zip file that has changed or is damaged');
  return unpackEntry(entry, read(offset + header, size));
}

function pixelsOf({ width, height }: { readonly width: number; readonly height: number }): number {
  if (width * height <= MAX_WHOLE_PIXELS) return width * height;
  throw new Error(`${width} x ${height} pixels; the limit is ${MAX_WHOLE_PIXELS} pixels`);
}

function stitched(image: StitchedImage, read: ReadExactly): Raster {
  pixelsOf(image);
  const patches = image.parts.map((part) => ({ ...part, pixels: read(part.offset, pixelsOf(part)) }));
  return greyRaster(compose(patches, image.width, image.height), image.width, image.height);
}

const greyRaster = (data: Uint8Array, width: number, height: number): Raster => ({
  ...{ data, width, height },
  channels: 1,
  stride: width,
});
