/** Thumbnails of images as data URLs. */
import { type ImageSet, squareOf } from '../../dataset/images.js';
import { loadSharp } from '../../sharp.js';

/** Side in pixels: about a kilobyte each. */
const SIDE = 72;

/** The square that the classifier sees of image `i`, as the data URL of a WebP. */
export async function thumbnail(images: ImageSet, i: number): Promise<string> {
  const { size, channels } = images.preprocessing;
  const sharp = await loadSharp();
  const webp = await sharp(squareOf(images, i), {
    raw: { width: size, height: size, channels },
  })
    .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 60 })
    .toBuffer();
  return `data:image/webp;base64,${webp.toString('base64')}`;
}
