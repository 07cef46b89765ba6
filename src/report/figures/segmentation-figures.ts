/** Figures that show what is measured in images. */
import { basename, extname, join } from 'node:path';
import { throwIfAborted } from '../../abort.js';
import { decodeGrey } from '../../dataset/decode/decode-grey.js';
import type { ImageFile } from '../../dataset/stored-image.js';
import { CladenetError } from '../../errors.js';
import type { SegmentationOptions } from '../../features/segmentation/options.js';
import { segment } from '../../features/segmentation/segment.js';
import { writeFileAtomic } from '../../files.js';
import { type SegmentedImage, segmentationFigure } from './segmentation-figure.js';
import { figurePng } from './write-figure.js';

export interface SegmentationFigureOptions {
  readonly segmentation?: SegmentationOptions | undefined;
  /** Images that are drawn: so many of all, at equal distances. Default 24. */
  readonly count?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Draws some images with what is found in them: each in a file of its own, and all on a sheet.
 *
 * @param images those that cannot be decoded or segmented are left out
 * @returns the names of the files, the sheet first; none if no image could be drawn
 * @throws CladenetError RUNTIME when sharp cannot be loaded; ABORTED after `signal`
 */
export async function writeSegmentationFigures(
  folder: string,
  images: readonly ImageFile[],
  { segmentation = {}, count = 24, signal }: SegmentationFigureOptions = {},
): Promise<string[]> {
  const drawn: SegmentedImage[] = [];
  for (const image of evenly(images, count)) {
    throwIfAborted(signal, 'Drawing images');
    try {
      const { pixels, width, height } = await decodeGrey(image);
      drawn.push({ path: image.path, segmentation: segment(pixels, width, height, segmentation) });
    } catch (error) {
      if (!(error instanceof CladenetError) || error.code === 'RUNTIME') throw error;
    }
  }
  if (drawn.length === 0) return [];
  const files = [await write(join(folder, 'sheet.png'), drawn)];
  const digits = String(drawn.length).length;
  for (const [i, image] of drawn.entries()) {
    throwIfAborted(signal, 'Drawing images');
    const name = `${String(i + 1).padStart(digits, '0')}-${basename(image.path, extname(image.path))}.png`;
    files.push(await write(join(folder, name), [image], 360));
  }
  return files;
}

async function write(file: string, images: readonly SegmentedImage[], side?: number): Promise<string> {
  await writeFileAtomic(file, await figurePng(await segmentationFigure(images, side === undefined ? {} : { side })));
  return basename(file);
}

/** `count` of the items, at equal distances. */
function evenly<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, items.length / count);
  return items.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}
