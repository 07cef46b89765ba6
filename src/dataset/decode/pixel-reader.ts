/** Images of any size, piece by piece: small ones from memory, large ones from a file that they are decoded into once. */
import { closeSync, readSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Box } from '../../box.js';
import { CladenetError } from '../../errors.js';
import { openRegularFileSync } from '../../regular-file.js';
import { loadSharp } from '../../sharp.js';
import { makeFolder } from '../../sync.js';
import { removeAbandoned, temporaryBeside } from '../../temporaries.js';
import type { ImageFile } from '../stored-image.js';
import { undecodable } from './decode-files.js';
import { asSeen, BUFFERED, type Decoded, decodeWithSharp, inspect, TooManyPixelsError } from './decode-with-sharp.js';
import { decodeGreyJpeg } from './grey-jpeg.js';
import { openContent } from './open-content.js';
import type { Raster } from './raster.js';

/** Reads parts of an image. */
export interface PixelReader extends Pick<Decoded, 'bits' | 'hasPages'> {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** The pixels of a box of whole pixels that lies in the image. */
  read(box: Box): Raster;
  /** Gives back the file that holds its pixels, if there is one. */
  close(): void;
}

/** How large images are read. */
export interface PixelReaderOptions {
  /** The folder that the pixels of a large image are kept in while it is open. Default: that of the system's temporary files. */
  readonly scratch?: string | undefined;
  /** Larger images are refused. Default: 2^29 pixels, 23,170 x 23,170. */
  readonly maxPixels?: number | undefined;
  /** Images of up to this many pixels stay in memory. Default: 2^24, 4096 x 4096. */
  readonly inMemory?: number | undefined;
}

/** The most pixels of an image by default: 23,170 x 23,170. */
export const MOST_READ = 2 ** 29;
/** The most pixels of an image that stays in memory by default: 4096 x 4096. */
export const IN_MEMORY = 2 ** 24;

/**
 * Opens an image as it should look: EXIF orientation and colour profile applied, transparency on white, 16 bits scaled to 8, the
 * first page of several.
 *
 * One of more than 4096 x 4096 pixels is decoded row by row into a file without a name, once, and read from there: a region of a
 * compressed file can only be had by decoding all that is above it. A progressive JPEG, an interlaced PNG, or one that EXIF turns, has
 * to be decoded as a whole first, and may have 8192 x 8192 pixels.
 *
 * @throws CladenetError DATASET when the file cannot be read or decoded, or is larger than allowed; OUTPUT when there is no room for
 *   the pixels; RUNTIME when sharp is needed and cannot be loaded
 */
export async function openPixels(
  image: ImageFile,
  { scratch = tmpdir(), maxPixels = MOST_READ, inMemory: most = IN_MEMORY }: PixelReaderOptions = {},
): Promise<PixelReader> {
  const content = await openContent(image);
  if ('raster' in content) return inMemory({ raster: content.raster, bits: 8, hasPages: false });
  const { file } = content;
  const fast = typeof file === 'string' ? undefined : decodeGreyJpeg(file);
  if (fast !== undefined) return inMemory({ raster: fast, bits: 8, hasPages: false });
  await loadSharp();
  try {
    if (file.length === 0) throw new Error('an empty file');
    const pixels = await pixelsOf(file, maxPixels);
    return pixels <= most ? inMemory(await decodeWithSharp(file, undefined, most)) : await onDisk(file, scratch);
  } catch (error) {
    if (error instanceof CladenetError) throw error;
    throw new CladenetError('DATASET', 'An image cannot be decoded.', [undecodable(image.path, error)]);
  }
}

/** @returns width times height @throws Error for an image that is too large to be read */
async function pixelsOf(file: Uint8Array | string, most: number): Promise<number> {
  const { open: opened } = await inspect(file);
  const metadata = await opened(file, { limitInputPixels: false }).metadata();
  const { width, height, format, isProgressive, orientation = 1 } = metadata;
  const pixels = width * height;
  const isByRows = ['jpeg', 'png', 'tiff'].includes(format) && isProgressive !== true && orientation === 1;
  const limit = isByRows ? most : Math.min(most, BUFFERED);
  if (pixels <= limit) return pixels;
  const kind = isByRows || limit === most ? '' : ' for images that cannot be read row by row';
  const remedy =
    kind === '' ? '' : '; save it as a baseline JPEG, a PNG that is not interlaced, or a TIFF, not turned by EXIF';
  throw new TooManyPixelsError(`${width} x ${height} pixels; the limit is ${limit} pixels${kind}${remedy}`);
}

function inMemory({ raster, bits, hasPages }: Pick<Decoded, 'raster' | 'bits' | 'hasPages'>): PixelReader {
  const { data, width, height, channels, stride } = raster;
  return {
    ...{ width, height, channels, bits, hasPages },
    read: ({ x, y, width: across, height: down }) => ({
      data: data.subarray(y * stride + x * channels, (y + down - 1) * stride + (x + across) * channels),
      ...{ width: across, height: down, channels, stride },
    }),
    close: () => undefined,
  };
}

/** Bytes before the pixels of libvips' own format, which are there uncompressed, row by row. @see libvips, `vips.c` */
const HEADER = 64;

async function onDisk(file: Uint8Array | string, scratch: string): Promise<PixelReader> {
  const { open: opened, bits, hasPages } = await inspect(file);
  await makeFolder(scratch, false);
  await removeAbandoned(scratch);
  const folder = temporaryBeside(join(scratch, 'pixels'), 'tmp');
  // The name says the format.
  const path = join(folder, 'pixels.v');
  try {
    await mkdir(folder);
    const image = opened(file, { limitInputPixels: false, sequentialRead: true, autoOrient: true });
    const { space } = await image.metadata();
    const isGrey = space === 'b-w' || space === 'grey16';
    await (isGrey ? asSeen(image).toColourspace('b-w') : asSeen(image)).toFile(path);
    const descriptor = openRegularFileSync(path, { maxBytes: Number.POSITIVE_INFINITY });
    await rm(folder, { recursive: true });
    return { ...readerOf(descriptor), bits, hasPages };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (!/no space|write failed|ENOSPC/i.test((error as Error).message)) throw error;
    const problem = {
      where: scratch,
      expected: 'room for the pixels of a large image while it is read',
      received: (error as Error).message.split('\n')[0] ?? '',
    };
    throw new CladenetError('OUTPUT', 'A large image cannot be read', [problem], { cause: error });
  }
}

function readerOf(descriptor: number): Omit<PixelReader, 'bits' | 'hasPages'> {
  const fill = (bytes: Uint8Array, position: number): void => {
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(descriptor, bytes, done, bytes.length - done, position + done);
      if (count === 0) throw new Error('pixels that end before the image does');
      done += count;
    }
  };
  const header = new DataView(new ArrayBuffer(HEADER));
  fill(new Uint8Array(header.buffer), 0);
  // Numbers are in the order of the machine that wrote them; the first one tells which.
  const isLittle = header.getUint32(0, false) === 0xb6a6f208;
  const [width = 0, height = 0, channels = 0] = [4, 8, 12].map((at) => header.getInt32(at, isLittle));
  const [format, coding] = [20, 24].map((at) => header.getInt32(at, isLittle));
  if (format !== 0 || coding !== 0 || (channels !== 1 && channels !== 3)) {
    closeSync(descriptor);
    throw new Error(`${channels} channels of format ${format} after conversion to RGB`);
  }
  return {
    ...{ width, height, channels },
    read({ x, y, width: across, height: down }) {
      const stride = across * channels;
      const data = new Uint8Array(down * stride);
      if (across === width) fill(data, HEADER + y * stride);
      else {
        for (let row = 0; row < down; row++) {
          fill(data.subarray(row * stride, (row + 1) * stride), HEADER + ((y + row) * width + x) * channels);
        }
      }
      return { data, width: across, height: down, channels, stride };
    },
    close: () => closeSync(descriptor),
  };
}
