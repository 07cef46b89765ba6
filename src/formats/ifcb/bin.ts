/** A bin: what its three files say together. */
import { append } from '../../arrays.js';
import type { Problem } from '../../errors.js';
import { type BinRegion, parseAdc } from './adc.js';
import { parseHeader } from './header.js';
import { alone, type BinImage, stitched } from './stitching.js';
import { mlAnalysed } from './volume.js';

/** When two overlapping images of one trigger are made one: in the first layout alone (`auto`), in both, or in none. */
export type Stitching = 'auto' | 'always' | 'never';

/** The content of a bin's files, each undefined where it is missing. */
export interface BinFiles {
  /** The files' path without their extensions. */
  readonly base: string;
  readonly adc: string | undefined;
  readonly hdr: string | undefined;
  /** Bytes of the `.roi` file. */
  readonly roiBytes: number | undefined;
}

/** A bin, without the pixels. */
export interface Bin {
  readonly images: readonly BinImage[];
  /** Millilitres that the images are of; undefined where the files do not say. */
  readonly mlAnalysed: number | undefined;
  /** All that is wrong with the files. The images are those that can be read nevertheless. */
  readonly problems: readonly Problem[];
}

/**
 * Reads a bin. Missing, empty and truncated files, damaged rows, and images whose bytes are not all in the `.roi` file are
 * problems; images that are whole are listed nevertheless.
 *
 * @example
 * ```ts
 * import { readBin } from 'cladenet/formats';
 *
 * const hdr = 'ADCFileFormat: trigger#, ROIx, ROIy, ROIwidth, ROIheight, start_byte\nrunTime: 1200\ninhibitTime: 60';
 * const bin = readBin({ base: 'bin', hdr, adc: '1,796,703,3,2,0\n2,812,855,0,0,6', roiBytes: 6 });
 * bin.images.map(({ number, width, height }) => [number, width, height]); // => [ [ 1, 3, 2 ] ]
 * bin.mlAnalysed; // => 4.75
 * ```
 */
export function readBin({ base, adc, hdr, roiBytes }: BinFiles, stitch: Stitching = 'auto'): Bin {
  const problems: Problem[] = [];
  for (const [extension, content] of Object.entries({ '.adc': adc, '.roi': roiBytes, '.hdr': hdr })) {
    if (content === undefined) problems.push(missing(base, extension));
  }
  const header = hdr === undefined ? undefined : parseHeader(hdr);
  const rows = parseAdc(`${base}.adc`, adc ?? '', header?.columns);
  append(problems, rows.problems);
  const regions = rows.regions.filter((region) => {
    const problem = roiBytes === undefined ? undefined : outside(base, region, roiBytes);
    if (problem !== undefined) problems.push(problem);
    return roiBytes !== undefined && problem === undefined;
  });
  const expected = header?.roiCount;
  if (adc !== undefined && rows.version === undefined && rows.problems.length === 0) problems.push(empty(base));
  else if (adc !== undefined && expected !== undefined && rows.regions.length < expected) {
    const received = `${rows.regions.length}: the file was truncated`;
    problems.push({
      where: `${base}.adc`,
      expected: `${expected} images, as roiCount of the .hdr file says`,
      received,
    });
  }
  const isStitched = stitch === 'always' || (stitch === 'auto' && rows.version === 1);
  return {
    images: isStitched ? stitched(regions) : regions.map(alone),
    mlAnalysed: mlAnalysed(header, rows),
    problems,
  };
}

function missing(base: string, extension: string): Problem {
  const lost = extension === '.hdr' ? 'the volume may not be known without it' : 'no image can be read without it';
  const where = `${base}${extension}`;
  return { where, expected: 'the three files of a bin (.adc, .hdr, .roi)', received: `no such file: ${lost}` };
}

const empty = (base: string): Problem => ({
  where: `${base}.adc`,
  expected: 'one row an image',
  received: 'an empty file: a bin without images',
});

function outside(base: string, { number, width, height, start }: BinRegion, bytes: number): Problem | undefined {
  const end = start + width * height;
  if (end <= bytes) return undefined;
  return {
    where: `${base}.roi`,
    expected: `at least ${end} bytes: image ${number} has ${width} x ${height} pixels from byte ${start}`,
    received: `${bytes}; the image is left out`,
  };
}
