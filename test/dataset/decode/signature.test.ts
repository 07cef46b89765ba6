/** Files are what their first bytes say, whatever their names say. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DECODED, formatOf } from '../../../src/dataset/decode/signature.js';
import { loadImages } from '../../../src/dataset/load.js';
import { listImages } from '../../../src/dataset/sources/list.js';
import { grey, temporaryFolder, uniform, write } from '../fixtures.js';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';

describe('formatOf', () => {
  it('knows the formats that are decoded', async () => {
    const image = uniform(8, 8, 100);
    const { jpeg, png, tiff, gif, webp, avif } = {
      jpeg: image.clone().jpeg(),
      png: image.clone().png(),
      tiff: image.clone().tiff(),
      gif: image.clone().gif(),
      webp: image.clone().webp(),
      avif: image.clone().avif(),
    };
    const buffers = await Promise.all([jpeg, png, tiff, gif, webp, avif].map((one) => one.toBuffer()));
    expect(buffers.map((bytes) => formatOf(bytes).format)).toEqual(DECODED);
  });

  it('names what is something else', () => {
    const others = {
      'an SVG drawing': [SVG, `<?xml version="1.0"?>\n${SVG}`, `\uFEFF  <!-- drawn -->${SVG}`],
      'an HTML page': ['<!DOCTYPE html><title>404</title>', '<html>'],
      'a PDF document': ['%PDF-1.7'],
      'a BMP image': ['BM6\0'],
      'a HEIC image': ['\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
      'a PNM image': ['P5\n8 8 255\n'],
      'a file of another kind': ['', 'II', 'GIF', 'nothing of interest'],
    };
    for (const [other, texts] of Object.entries(others)) {
      for (const text of texts) expect(formatOf(Buffer.from(text))).toEqual({ other });
    }
  });
});

describe('a drawing under the name of an image', () => {
  it('is not drawn', async () => {
    const root = temporaryFolder();
    write(root, { 'a.jpg': SVG, 'b.png': gzipSync(SVG), 'c.png': await uniform(8, 8, 200).png().toBuffer() });
    const { images, rejected } = await loadImages(await listImages(root), grey(8), { cacheDir: false });
    expect(images.paths).toEqual([join(root, 'c.png')]);
    expect(rejected.map(({ received }) => received)).toEqual(['an SVG drawing', 'a gzip archive']);
    expect(rejected[0]?.expected).toBe('an image that can be decoded (JPEG, PNG, TIFF, GIF, WebP, AVIF)');
    // sharp itself would.
    expect((await sharp(Buffer.from(SVG)).metadata()).format).toBe('svg');
  });
});
