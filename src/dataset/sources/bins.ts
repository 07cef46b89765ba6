/** Lists the images of IFCB bins: three files (`.adc`, `.hdr`, `.roi`) that hold thousands of images. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { smallest } from '../../arrays.js';
import type { Problem } from '../../errors.js';
import { readBin, type Stitching } from '../../formats/ifcb/bin.js';
import { BIN_EXTENSIONS, isBinName, targetPath } from '../../formats/ifcb/names.js';
import type { BinImage } from '../../formats/ifcb/stitching.js';
import { MAX_TABLE_BYTES, readProblem, readRegularFile } from '../../regular-file.js';
import type { ImageRecord, SourceRecords } from '../listing.js';
import type { StoredImage } from '../stored-image.js';

/** The path of a bin without the extension of its files: of one of them, or of all that share it. Undefined for other paths. */
export function binOfFile(path: string): string | undefined {
  const extension = extname(path).toLowerCase();
  if (BIN_EXTENSIONS.some((own) => own === extension)) return path.slice(0, -extension.length);
  return existsSync(`${path}.adc`) || existsSync(`${path}.roi`) ? path : undefined;
}

/**
 * The bins among the names of files in a folder. Other programs have `.roi` and `.hdr` files too: a bin has an `.adc` file, or
 * the name that an IFCB gives.
 */
export function binsAmong(names: readonly string[]): string[] {
  const bins = new Set<string>();
  for (const name of names) {
    const extension = extname(name).toLowerCase();
    const bin = name.slice(0, -extension.length);
    if (extension === '.adc' || (BIN_EXTENSIONS.some((own) => own === extension) && isBinName(bin))) bins.add(bin);
  }
  return [...bins];
}

/**
 * Lists the images of a bin, without classes, by their numbers. Each has the fields `bin`, `roi_number`, `sample_id` (that of
 * the bin) and, where it is known, `ml_analyzed`: the millilitres that all images of the bin are of.
 *
 * @param base the path of the bin's files without their extensions
 */
export async function listBin(base: string, stitch?: Stitching | undefined): Promise<SourceRecords> {
  const problems: Problem[] = [];
  const [adc, hdr, roiBytes] = [
    await textOf(`${base}.adc`, problems),
    await textOf(`${base}.hdr`, problems),
    await sizeOf(`${base}.roi`, problems),
  ];
  const bin = readBin({ base, adc, hdr, roiBytes }, stitch);
  const name = basename(base);
  const shared = {
    ...{ bin: name, sample_id: name },
    ...(bin.mlAnalysed !== undefined && { ml_analyzed: String(+bin.mlAnalysed.toPrecision(9)) }),
  };
  const roi = `${base}.roi`;
  const records = bin.images.map((image): ImageRecord => {
    const fields = { ...shared, roi_number: String(image.number) };
    return { path: targetPath(roi, image.number), label: undefined, stored: placeOf(roi, image), fields };
  });
  return { records, problems: [...problems, ...bin.problems] };
}

function placeOf(file: string, { width, height, regions }: BinImage): StoredImage {
  if (regions.length === 1) return { kind: 'raw', file, offset: regions[0].start, width, height };
  const left = smallest(regions.map(({ x }) => x));
  const top = smallest(regions.map(({ y }) => y));
  const parts = regions.map(({ x, y, start, ...size }) => {
    return { offset: start, width: size.width, height: size.height, x: x - left, y: y - top };
  });
  return { kind: 'stitched', file, width, height, parts };
}

/** The text of a file that may be missing, in the one-byte characters that instruments write. */
async function textOf(file: string, problems: Problem[]): Promise<string | undefined> {
  try {
    return (await readRegularFile(file, { maxBytes: MAX_TABLE_BYTES })).toString('latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(readProblem(file, error));
    return undefined;
  }
}

async function sizeOf(file: string, problems: Problem[]): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') problems.push(readProblem(file, error));
    return undefined;
  }
}
