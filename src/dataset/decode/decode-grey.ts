/** Decodes an image to grey pixels at its own size. */
import { CladenetError } from '../../errors.js';
import { loadSharp } from '../../sharp.js';
import type { ImageFile } from '../stored-image.js';
import { undecodable } from './decode-files.js';
import { decodeWithSharp } from './decode-with-sharp.js';
import { decodeGreyJpeg } from './grey-jpeg.js';
import { openContent } from './open-content.js';
import { greyOf, type Raster } from './raster.js';

/** The longer side of the largest image that is kept at its own size. */
const LONGEST = 8192;

/** Grey levels of 8 bits, row by row. */
export interface GreyPixels {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes an image to grey levels, as the networks see it but for the size: EXIF orientation and colour profile
 * applied, transparency on white, 16 bits scaled to 8, colours as luminance, the first frame of several.
 *
 * @throws CladenetError DATASET when the file cannot be read or decoded, or has a side of more than 8192 pixels; RUNTIME
 *   when sharp is needed and cannot be loaded
 */
export async function decodeGrey(image: ImageFile): Promise<GreyPixels> {
  const content = await openContent(image);
  if ('raster' in content) return packed(content.raster);
  const input = content.file;
  const fast = typeof input === 'string' ? undefined : decodeGreyJpeg(input);
  if (fast !== undefined) return packed(fast);
  await loadSharp();
  try {
    if (input.length === 0) throw new Error('an empty file');
    const { raster, width, height } = await decodeWithSharp(input, LONGEST);
    if (raster.width < width)
      throw new Error(`${width} x ${height} pixels; the limit is ${LONGEST} on the longer side`);
    return packed(greyOf(raster));
  } catch (error) {
    throw new CladenetError('DATASET', 'An image cannot be decoded.', [undecodable(image.path, error)]);
  }
}

/** The pixels without what follows each row. */
function packed({ data, width, height, stride }: Raster): GreyPixels {
  if (stride === width) return { pixels: data.subarray(0, width * height), width, height };
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) pixels.set(data.subarray(y * stride, y * stride + width), y * width);
  return { pixels, width, height };
}
