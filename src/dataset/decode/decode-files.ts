/** Decodes images into squares: raw pixels and grey JPEGs in batches on all cores, other files one by one with sharp. */
import type { Problem } from '../../errors.js';
import { loadSharp } from '../../sharp.js';
import { forgetFileVersion, type ImageMetadata, imageBytes, unreadable } from '../metadata.js';
import { contentOf, type ImageContent } from './content.js';
import { decodeWithSharp, TooManyPixelsError } from './decode-with-sharp.js';
import { decodeGreyBatches } from './grey-batches.js';
import { DECODED } from './signature.js';
import { type DecodeTarget, LARGE_FILE, store } from './target.js';

/** Images that sharp decodes at once: enough to keep the cores busy, and at most 100 MB of pixels. */
const AT_ONCE = 8;
/** The longer side of a large image once sharp has shrunk it: all that letterboxing can use, within bounds. */
const reducedSide = (size: number) => Math.max(size, Math.min(4 * size, 2048));

export interface FileTarget extends DecodeTarget, ImageMetadata {
  /** The most pixels of an image. */
  readonly maxPixels?: number | undefined;
}

/**
 * Decodes the images with these numbers, whose file versions are known: each gets its square and its size, or a problem.
 *
 * @param check called between images; throws to stop the work
 * @param done  called after each image
 * @throws CladenetError RUNTIME when sharp is needed and cannot be loaded
 */
export async function decodeFiles(
  numbers: readonly number[],
  target: FileTarget,
  check: () => void,
  done: () => void,
): Promise<void> {
  const { paths, problems } = target;
  const isFast = (i: number) => (isRaw(target, i) || isJpegName(paths[i])) && imageBytes(target, i) <= LARGE_FILE;
  const others = [
    ...numbers.filter((i) => !isFast(i)),
    ...(await decodeGreyBatches(numbers.filter(isFast), target, check, done)),
  ];

  // A missing sharp is not a problem of any image, and must not be remembered as one.
  if (others.length > 0) await loadSharp();
  const failed: number[] = [];
  let next = 0;
  const work = async () => {
    for (let i = others[next++]; i !== undefined; i = others[next++]) {
      check();
      const isDone = await decodeFile(i, target).then(
        () => true,
        () => false,
      );
      if (isDone) done();
      else failed.push(i);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));

  // libvips keeps one list of errors for all images in progress. Decoded again alone, an image shows its own error.
  for (const i of failed) {
    check();
    await decodeFile(i, target).catch((error: unknown) => {
      problems.set(i, undecodable(paths[i] ?? '', error));
      if (error instanceof TooManyPixelsError) forgetFileVersion(target, i);
    });
    done();
  }
}

const isJpegName = (path = '') => /\.(jpe?g|jpe|jfif)$/i.test(path);
const isRaw = ({ stored }: ImageMetadata, i: number) => (stored?.[i]?.kind ?? 'zip') !== 'zip';

/** @throws Error with sharp's message when the image cannot be decoded */
async function decodeFile(i: number, target: FileTarget): Promise<void> {
  const { paths, stored, problems, preprocessing } = target;
  const path = paths[i] ?? '';
  if (imageBytes(target, i) === 0) throw new Error('an empty file');
  let content: ImageContent;
  try {
    content = await contentOf({ path, stored: stored?.[i] });
  } catch (error) {
    problems.set(i, unreadable(path, error as NodeJS.ErrnoException));
    forgetFileVersion(target, i); // The file may be readable the next time.
    return;
  }
  if ('raster' in content) {
    store(target, i, content.raster);
    return;
  }
  const { raster, bits, hasPages, ...size } = await decodeWithSharp(
    content.file,
    reducedSide(preprocessing.size),
    target.maxPixels,
  );
  store(target, i, raster, size, { bits, hasPages });
}

/** The problem of a file that is no image, or a damaged one. */
export function undecodable(path: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return {
    where: path,
    expected: `an image that can be decoded (${DECODED.join(', ')})`,
    received: (message.split('\n')[0] ?? '').replace(/^Input (buffer|file) /, 'a file that '),
  };
}
