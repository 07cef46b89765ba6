/** Which files are images, by their names. */

/** Includes formats that cannot be decoded: such a file is rejected by name instead of being skipped silently. */
const IMAGE_NAME = /\.(jpe?g|jpe|jfif|png|tiff?|gif|webp|avif|heic|heif|bmp|jp2|j2k|jxl|pgm|ppm|pnm)$/i;

/** Whether a file name has the extension of an image. */
export function isImageName(name: string): boolean {
  return IMAGE_NAME.test(name);
}
