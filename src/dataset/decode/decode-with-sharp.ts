/** From a file of any image format to pixels, by sharp. */
import type { Sharp, SharpOptions } from 'sharp';
import { loadSharp } from '../../sharp.js';
import { type Raster, WHOLE } from './raster.js';

/** A raster, and the size of the image that it was made of, which is larger where that was shrunk while it was read. */
export interface Decoded {
  readonly raster: Raster;
  readonly width: number;
  readonly height: number;
}

/** Up to here (32768 x 32768) a larger image is shrunk while it is read, row by row, in little memory. */
const STREAMED = 2 ** 30;
/** Up to here (8192 x 8192), where its format has to be decoded whole before it can be shrunk. */
const BUFFERED = 2 ** 26;

/** Large images wait for each other, so that memory holds one at a time. */
let large: Promise<unknown> = Promise.resolve();

/**
 * Decodes an image of any format that sharp reads, as it should look: turned by its EXIF orientation, its colour profile
 * applied, transparency on white, 16 bits scaled to 8, CMYK to RGB, the first frame of several.
 *
 * Images of more than 2048 x 2048 pixels come shrunk to `reduced` pixels on their longer side, up to 32768 x 32768 for
 * plain JPEG and PNG and 8192 x 8192 for what cannot be read row by row (progressive, interlaced, turned, other formats).
 *
 * @param input   the file's bytes, or the path of a file too large to be read at once
 * @throws Error with libvips' words for what is wrong with the image
 */
export async function decodeWithSharp(input: Uint8Array | string, reduced: number): Promise<Decoded> {
  const open = await opener();
  try {
    const raster = await pixelsOf(open(input, { limitInputPixels: WHOLE, autoOrient: true }));
    return { raster, width: raster.width, height: raster.height };
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('exceeds pixel limit'))) throw error;
  }
  const turn = large.then(() => decodeLarge(open, input, reduced));
  large = turn.catch(() => undefined);
  return turn;
}

type Opener = (input: Uint8Array | string, options: SharpOptions) => Sharp;

let loaded: Promise<Opener> | undefined;

/** sharp takes a while to load, and is not needed where all images are plain or come from the cache. */
function opener(): Promise<Opener> {
  loaded ??= loadSharp().then((sharp) => {
    // Nothing is read twice; and small images are decoded faster side by side than with several threads each.
    sharp.cache(false);
    sharp.concurrency(1);
    return (input, options) => sharp(input, { failOn: 'error', ...options });
  });
  return loaded;
}

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
    const kind = streamed ? '' : ' where they cannot be read row by row';
    throw new Error(`${width} x ${height} pixels; the limit is ${limit} pixels${kind}`);
  }
  const image = open(input, { limitInputPixels: limit, autoOrient: true });
  const raster = await pixelsOf(
    image.resize(reduced, reduced, { fit: 'inside', kernel: 'linear', withoutEnlargement: true }),
  );
  const turned = orientation > 4;
  return { raster, width: turned ? height : width, height: turned ? width : height };
}
