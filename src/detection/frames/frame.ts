/** Frames as detectors and classifiers read them: in grey or in colour, piece by piece. */
import type { Box } from '../../box.js';
import { openPixels, type PixelReaderOptions } from '../../dataset/decode/pixel-reader.js';
import { greyOf, type Raster } from '../../dataset/decode/raster.js';
import type { ImageFile } from '../../dataset/stored-image.js';
import type { GreyImage } from '../../features/grey-image.js';

/** Colour pixels: red, green and blue of 8 bits each, row by row. */
export interface ColourImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A frame whose pixels are read piece by piece. */
export interface FrameReader {
  readonly width: number;
  readonly height: number;
  /** The pixels of a box of whole pixels that lies in the frame. */
  read(box: Box): Promise<GreyImage>;
  /** The same in colour. Left out for a grey frame. */
  readColour?: ((box: Box) => Promise<ColourImage>) | undefined;
}

/** A frame that is open. */
export interface OpenFrame extends FrameReader {
  /** Bits of a sample in its file. */
  readonly bits: 8 | 16;
  /** Whether its file has more pages than the first one, which is read. */
  readonly hasPages: boolean;
  /** Ends the reading. */
  close(): void;
}

/**
 * Opens a frame: 8 or 16 bits, grey or colour, in any format that images are decoded from. Memory holds 4096 x 4096 pixels at most;
 * larger frames are decoded once, row by row, into a file without a name in `scratch` (a byte a pixel, three in colour), and read from there.
 *
 * @param image   the path of a file, or an image as a listing has it
 * @throws CladenetError DATASET when it cannot be read or decoded, or is larger than allowed; OUTPUT when `scratch` has no room; RUNTIME
 */
export async function openFrame(image: string | ImageFile, options: PixelReaderOptions = {}): Promise<OpenFrame> {
  const file = typeof image === 'string' ? { path: image } : image;
  const reader = await openPixels(file, options);
  const { width, height, bits, hasPages, channels } = reader;
  const readColour = async (box: Box) => packed(reader.read(box));
  return {
    ...{ width, height, bits, hasPages },
    read: async (box) => packed(greyOf(reader.read(box))),
    ...(channels === 3 && { readColour }),
    close: () => reader.close(),
  };
}

/** An image in memory as a frame. */
export function frameOf(image: GreyImage): FrameReader {
  const { width, height, pixels } = image;
  return {
    ...{ width, height },
    read: async (box) =>
      packed({
        ...{ data: pixels.subarray(box.y * width + box.x), stride: width, channels: 1 },
        ...{ width: box.width, height: box.height },
      }),
  };
}

/** The pixels without what follows each row. */
function packed({ data, width, height, channels, stride }: Raster): ColourImage {
  const bytes = width * channels;
  if (stride === bytes) {
    return { pixels: new Uint8Array(data.buffer, data.byteOffset, bytes * height), width, height };
  }
  const pixels = new Uint8Array(bytes * height);
  for (let y = 0; y < height; y++) pixels.set(data.subarray(y * stride, y * stride + bytes), y * bytes);
  return { pixels, width, height };
}
