/** Decodes image files of any format with sharp. */
import type { Sharp, SharpOptions } from 'sharp';
import { openRegularFile } from '../../regular-file.js';
import { loadSharp } from '../../sharp.js';
import { MAX_WHOLE_PIXELS, type Raster } from './raster.js';
import { formatOf, SIGNATURE_BYTES } from './signature.js';
import { hasAtMostPages, keepFirstPage, type ReadAt } from './tiff-pages.js';

export interface Decoded {
  readonly raster: Raster;
  /** The size of the original image, which is larger than the raster if it was shrunk while it was read. */
  readonly width: number;
  readonly height: number;
  /** Of a sample in the file. */
  readonly bits: 8 | 16;
  /** Whether the file has more than the page that was decoded. */
  readonly hasPages: boolean;
}

/**
 * The most pixels of an image by default, 16384 x 16384. It can be shrunk row by row while it is read, in little memory and
 * a few seconds.
 */
export const MAX_PIXELS = 2 ** 28;
/** The most pixels (8192 x 8192) of an image that has to be decoded whole before it can be shrunk. */
export const BUFFERED = 2 ** 26;

/** The greatest side of an image that is shrunk, as in JPEG. To shrink rows of millions of pixels, libvips takes gigabytes. */
const MAX_SIDE = 65_535;

/** The image may be decoded with another limit. */
export class TooManyPixelsError extends Error {}

/** Large images are decoded one after the other, so that memory holds one at a time. */
let large: Promise<unknown> = Promise.resolve();

/**
 * Decodes an image of any format that sharp reads, as it should look: EXIF orientation and colour profile applied,
 * transparency on white, 16 bits scaled to 8, CMYK converted to RGB, the first frame of several.
 *
 * An image of more than 2048 x 2048 pixels is shrunk to `reduced` pixels on its longer side. The limit is `maxPixels` for
 * baseline JPEG and non-interlaced PNG, and 8192 x 8192 pixels, if that is less, for images that cannot be read row by row
 * (progressive, interlaced, rotated by EXIF, other formats). No side of a shrunk image is longer than 65,535 pixels.
 *
 * @param input   the bytes of the file, or the path of a file too large to be read at once. The bytes of a TIFF are changed
 *   so that it has one page
 * @param reduced the longer side of a shrunk image in pixels; undefined to leave large images as they are, of any side
 * @throws Error with libvips' message when the image cannot be decoded, or when its samples are signed, of 32 bits or
 *   floating-point: there is no range that black and white could be taken from
 */
export async function decodeWithSharp(
  input: Uint8Array | string,
  reduced: number | undefined,
  maxPixels: number = MAX_PIXELS,
): Promise<Decoded> {
  const { open, ...origin } = await inspect(input);
  try {
    const raster = await pixelsOf(open(input, { limitInputPixels: MAX_WHOLE_PIXELS, autoOrient: true }));
    return { raster, width: raster.width, height: raster.height, ...origin };
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('exceeds pixel limit'))) throw error;
  }
  const result = large.then(() => decodeLarge(open, input, reduced, maxPixels));
  large = result.catch(() => undefined);
  return { ...(await result), ...origin };
}

/**
 * Looks at the first bytes of a file. The bytes of a TIFF are changed so that it has one page.
 *
 * @returns what opens it, and what it has
 * @throws Error saying why it is not decoded
 */
export async function inspect(
  input: Uint8Array | string,
): Promise<Pick<Decoded, 'bits' | 'hasPages'> & { readonly open: Opener }> {
  const head = await headOf(input);
  const { format, other } = formatOf(head);
  if (format === undefined) throw new Error(other);
  const open = await opener();
  const hasPages = format === 'TIFF' && (await leaveOnePage(input));
  const bits = format === 'TIFF' ? await requireUnsigned(open, input) : format === 'PNG' ? bitsOfPng(head) : 8;
  return { open, bits, hasPages };
}

const bitsOfPng = (head: Uint8Array): 8 | 16 => (head[24] === 16 ? 16 : 8);

/** Pages of a TIFF that is too large to be changed in memory, which libvips follows in about a second. */
const MOST_PAGES = 10_000;

const headOf = (input: Uint8Array | string): Uint8Array | Promise<Uint8Array> =>
  typeof input === 'string' ? readingFrom(input, (read) => read(0, SIGNATURE_BYTES)) : input;

/** @returns whether a TIFF has further pages. @throws Error where there are too many to be followed */
async function leaveOnePage(input: Uint8Array | string): Promise<boolean> {
  if (typeof input !== 'string') return keepFirstPage(input);
  return readingFrom(input, async (read) => {
    if (!(await hasAtMostPages(read, MOST_PAGES))) throw new Error(`more than ${MOST_PAGES} pages`);
    return !(await hasAtMostPages(read, 1));
  });
}

/** Calls `work` with a function that reads some bytes of a file. */
async function readingFrom<T>(path: string, work: (read: ReadAt) => T | Promise<T>): Promise<T> {
  const file = await openRegularFile(path, { maxBytes: Number.POSITIVE_INFINITY });
  try {
    return await work(async (position, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    });
  } finally {
    await file.close();
  }
}

type Opener = (input: Uint8Array | string, options: SharpOptions) => Sharp;

let loaded: Promise<Opener> | undefined;

function opener(): Promise<Opener> {
  loaded ??= loadSharp().then((sharp) => {
    // No file is read twice. Small images are decoded faster side by side than with several threads each.
    sharp.cache(false);
    sharp.concurrency(1);
    return (input, options) => sharp(input, { failOn: 'error', ...options });
  });
  return loaded;
}

/** Of the formats that are decoded, only TIFF has other samples than unsigned ones of up to 16 bits. @returns their bits */
async function requireUnsigned(open: Opener, input: Uint8Array | string): Promise<8 | 16> {
  const { depth = 'uchar' } = await open(input, { limitInputPixels: false }).metadata();
  if (depth === 'uchar') return 8;
  if (depth === 'ushort') return 16;
  const kind = KINDS[depth] ?? depth;
  throw new Error(`samples that are ${kind}; convert them to unsigned integers of 8 or 16 bits first`);
}

const KINDS: Readonly<Record<string, string>> = {
  char: 'signed integers of 8 bits',
  short: 'signed integers of 16 bits',
  int: 'signed integers of 32 bits',
  uint: 'unsigned integers of 32 bits',
  float: 'floating-point numbers',
  double: 'floating-point numbers of 64 bits',
  complex: 'complex numbers',
  dpcomplex: 'complex numbers',
};

/** As it should look: transparency on white, colours in sRGB. */
export const asSeen = (image: Sharp): Sharp => image.flatten({ background: 'white' }).toColourspace('srgb');

async function pixelsOf(image: Sharp): Promise<Raster> {
  const { data, info } = await asSeen(image).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 1 && channels !== 3) throw new Error(`${channels} channels after conversion to RGB`);
  return { data, width, height, channels, stride: width * channels };
}

async function decodeLarge(
  open: Opener,
  input: Uint8Array | string,
  reduced: number | undefined,
  maxPixels: number,
): Promise<Pick<Decoded, 'raster' | 'width' | 'height'>> {
  const {
    width,
    height,
    format,
    isProgressive,
    orientation = 1,
  } = await open(input, {
    limitInputPixels: false,
  }).metadata();
  const streamed = (format === 'jpeg' || format === 'png') && !isProgressive && orientation === 1;
  const limit = streamed ? maxPixels : Math.min(maxPixels, BUFFERED);
  if (width * height > limit) {
    const kind = streamed || limit === maxPixels ? '' : ' for images that cannot be read row by row';
    throw new TooManyPixelsError(`${width} x ${height} pixels; the limit is ${limit} pixels${kind}`);
  }
  if (reduced !== undefined && Math.max(width, height) > MAX_SIDE) {
    throw new Error(`${width} x ${height} pixels; the limit is ${MAX_SIDE} pixels for a side`);
  }
  const image = open(input, { limitInputPixels: limit, autoOrient: true });
  const raster = await pixelsOf(
    reduced === undefined
      ? image
      : image.resize(reduced, reduced, { fit: 'inside', kernel: 'linear', withoutEnlargement: true }),
  );
  const isSideways = orientation > 4;
  return { raster, width: isSideways ? height : width, height: isSideways ? width : height };
}
