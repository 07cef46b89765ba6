/** Decodes image files of any format with sharp. */
import type { Sharp, SharpOptions } from 'sharp';
import { loadSharp } from '../../sharp.js';
import { MAX_WHOLE_PIXELS, type Raster } from './raster.js';

export interface Decoded {
  readonly raster: Raster;
  /** The size of the original image, which is larger than the raster if it was shrunk while it was read. */
  readonly width: number;
  readonly height: number;
}

/** The most pixels (32768 x 32768) of an image that can be shrunk row by row while it is read, in little memory. */
const STREAMED = 2 ** 30;
/** The most pixels (8192 x 8192) of an image that has to be decoded whole before it can be shrunk. */
const BUFFERED = 2 ** 26;

/** Large images are decoded one after the other, so that memory holds one at a time. */
let large: Promise<unknown> = Promise.resolve();

/**
 * Decodes an image of any format that sharp reads, as it should look: EXIF orientation and colour profile applied,
 * transparency on white, 16 bits scaled to 8, CMYK converted to RGB, the first frame of several.
 *
 * An image of more than 2048 x 2048 pixels is shrunk to `reduced` pixels on its longer side. The limit is 32768 x 32768
 * pixels for baseline JPEG and non-interlaced PNG, and 8192 x 8192 for images that cannot be read row by row
 * (progressive, interlaced, rotated by EXIF, other formats).
 *
 * @param input   the bytes of the file, or the path of a file too large to be read at once
 * @param reduced the longer side of a shrunk image in pixels
 * @throws Error with libvips' message when the image cannot be decoded, or when its samples are signed, of 32 bits or
 *   floating-point: there is no range that black and white could be taken from
 */
export async function decodeWithSharp(input: Uint8Array | string, reduced: number): Promise<Decoded> {
  const open = await opener();
  await requireUnsigned(open, input);
  try {
    const raster = await pixelsOf(open(input, { limitInputPixels: MAX_WHOLE_PIXELS, autoOrient: true }));
    return { raster, width: raster.width, height: raster.height };
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('exceeds pixel limit'))) throw error;
  }
  const result = large.then(() => decodeLarge(open, input, reduced));
  large = result.catch(() => undefined);
  return result;
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

/** Of the formats that sharp reads, only TIFF has other samples than unsigned ones of up to 16 bits. */
async function requireUnsigned(open: Opener, input: Uint8Array | string): Promise<void> {
  const isTiff =
    typeof input === 'string'
      ? /\.tiff?$/i.test(input)
      : (input[0] === 0x49 && input[1] === 0x49) || (input[0] === 0x4d && input[1] === 0x4d);
  if (!isTiff) return;
  const { depth = 'uchar' } = await open(input, { limitInputPixels: false }).metadata();
  if (depth === 'uchar' || depth === 'ushort') return;
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

async function pixelsOf(image: Sharp): Promise<Raster> {
  const { data, info } = await image
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 1 && channels !== 3) throw new Error(`${channels} channels after conversion to RGB`);
  return { data, width, height, channels, stride: width * channels };
}

async function decodeLarge(open: Opener, input: Uint8Array | string, reduced: number): Promise<Decoded> {
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
  const limit = streamed ? STREAMED : BUFFERED;
  if (width * height > limit) {
    const kind = streamed ? '' : ' for images that cannot be read row by row';
    throw new Error(`${width} x ${height} pixels; the limit is ${limit} pixels${kind}`);
  }
  const image = open(input, { limitInputPixels: limit, autoOrient: true });
  const raster = await pixelsOf(
    image.resize(reduced, reduced, { fit: 'inside', kernel: 'linear', withoutEnlargement: true }),
  );
  const isSideways = orientation > 4;
  return { raster, width: isSideways ? height : width, height: isSideways ? width : height };
}
