/** Opens one image for those who stop where it cannot be read. */
import { CladenetError } from '../../errors.js';
import { unreadable } from '../metadata.js';
import type { ImageFile } from '../stored-image.js';
import { contentOf, type ImageContent } from './content.js';

/** @throws CladenetError DATASET for an image that cannot be read */
export async function openContent(image: ImageFile): Promise<ImageContent> {
  try {
    return await contentOf(image);
  } catch (error) {
    const problem = unreadable(image.path, error as NodeJS.ErrnoException);
    throw new CladenetError('DATASET', 'An image cannot be read.', [problem]);
  }
}
