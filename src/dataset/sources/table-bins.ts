/** Tables whose paths are images of IFCB bins: `D20220519T124533_IFCB134_00012.png`, or `BIN.roi/00012`. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../../errors.js';
import { isPassedOver } from '../../folder-names.js';
import type { Stitching } from '../../formats/ifcb/bin.js';
import { parseTarget, targetPath } from '../../formats/ifcb/names.js';
import type { ImageRecord, ListingProgress } from '../listing.js';
import { binsAmong, listBin } from './bins.js';

/** A row of a table. */
interface TableRow {
  readonly record: ImageRecord;
  readonly line: number;
}

/** How bins are read. */
export interface BinOptions {
  readonly stitch?: Stitching | undefined;
  /** Called after each bin. */
  readonly onRead?: ((progress: ListingProgress) => void) | undefined;
}

const IN_ROI = /^(.*)\.roi[\\/](\d+)$/;

/**
 * Replaces the records that name images of bins by those of the bins, with the table's labels and columns. Bins are looked for
 * where the path says, then in the folders below it, as in `2022/D20220519`; where there are none, or a file has the
 * name of the image, the record stays.
 *
 * @param file the table, for the places of problems
 */
export async function resolveBins(
  file: string,
  rows: readonly TableRow[],
  { stitch, onRead }: BinOptions,
): Promise<{ readonly records: ImageRecord[]; readonly problems: Problem[] }> {
  const problems: Problem[] = [];
  const bins = new Map<string, ReadonlyMap<number, ImageRecord> | undefined>();
  const folders = new Map<string, ReadonlyMap<string, string>>();
  const records: ImageRecord[] = [];
  const total = onRead && new Set(rows.flatMap(({ record }) => targetOf(record.path)?.base ?? [])).size;
  for (const { record, line } of rows) {
    const target = targetOf(record.path);
    if (target === undefined) {
      records.push(record);
      continue;
    }
    const { base, number } = target;
    if (!bins.has(base)) {
      bins.set(base, await imagesOf(base, record.path));
      onRead?.({ done: bins.size, total: total ?? bins.size, unit: 'bins' });
    }
    const images = bins.get(base);
    const image = images?.get(number);
    if (images === undefined) records.push(record);
    else if (image !== undefined)
      records.push({ ...image, label: record.label, fields: { ...record.fields, ...image.fields } });
    else problems.push(noImage(`${file}:${line}`, base, number));
  }
  return { records, problems };

  /** @param path of the first image that is wanted of it */
  async function imagesOf(base: string, path: string): Promise<ReadonlyMap<number, ImageRecord> | undefined> {
    if (existsSync(path)) return undefined;
    const place = isThere(base) ? base : await below(dirname(base), basename(base));
    if (place === undefined) return undefined;
    const bin = await listBin(place, stitch);
    for (const problem of bin.problems) problems.push(problem);
    return new Map(bin.records.map((record) => [Number(record.fields?.roi_number), record]));
  }

  async function below(folder: string, bin: string): Promise<string | undefined> {
    const known = folders.get(folder) ?? (await basesBelow(folder));
    folders.set(folder, known);
    return known.get(bin);
  }
}

const isThere = (base: string): boolean => existsSync(`${base}.adc`) || existsSync(`${base}.roi`);

/** The bin and the number that a path says; undefined for the path of a file. */
function targetOf(path: string): { readonly base: string; readonly number: number } | undefined {
  const [, base, number] = IN_ROI.exec(path) ?? [];
  if (base !== undefined) return { base, number: Number(number) };
  const target = parseTarget(basename(path));
  return target && { base: join(dirname(path), target.bin), number: target.number };
}

/** Bins anywhere below a folder, by their names. */
async function basesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const bases = new Map<string, string>();
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const name of binsAmong(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name))) {
    bases.set(name, join(folder, name));
  }
  for (const entry of entries) {
    if (!entry.isDirectory() || isPassedOver(entry.name)) continue;
    for (const [name, base] of await basesBelow(join(folder, entry.name))) bases.set(name, base);
  }
  return bases;
}

function noImage(where: string, base: string, number: number): Problem {
  const received = `${targetPath(`${basename(base)}.roi`, number)}: no such image; the row is left out`;
  const remedy = 'An image that is stitched to the one before it has no number of its own.';
  return { where, expected: 'an image of the bin', received, remedy };
}
