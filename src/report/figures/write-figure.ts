/** Figures as files. */
import { extname } from 'node:path';
import { CladenetError } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { loadSharp } from '../../sharp.js';
import { loadFonts } from './fonts.js';

/** Pixels of a PNG per pixel of the SVG. */
const SCALE = 2;

/** Renders an SVG as a PNG of twice its size, on white. */
export async function figurePng(svg: string): Promise<Buffer> {
  const sharp = await loadSharp();
  await loadFonts();
  // `unlimited`: a matrix of thousands of classes is a large document, and it is our own.
  return sharp(Buffer.from(svg), { density: 72 * SCALE, unlimited: true })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer();
}

/**
 * Writes a figure as `.png` (twice the SVG's size) or `.svg`, by the extension of `path`; whole or not at all.
 *
 * @throws CladenetError USAGE for another extension
 */
export async function writeFigure(svg: string, path: string): Promise<void> {
  switch (extname(path).toLowerCase()) {
    case '.svg':
      return writeFileAtomic(path, svg);
    case '.png':
      return writeFileAtomic(path, await figurePng(svg));
    default:
      throw new CladenetError('USAGE', 'The figure cannot be written.', [
        { where: path, expected: 'a file name ending in .png or .svg', received: `'${extname(path)}'` },
      ]);
  }
}
