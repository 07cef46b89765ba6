/** The ZooScan sample: ZooProcess's tables, and our features of the same images. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeGrey } from '../../src/dataset/decode/decode-grey.js';
import { measure } from '../../src/features/measure.js';
import { segment } from '../../src/features/segmentation/segment.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';

export type Row = Readonly<Record<string, number>>;

const NAMES = FEATURE_SETS.zooprocess.features.map(({ name }) => name);
/** ZooProcess saves some vignettes with this gamma, after it has measured them. */
const GAMMA = 1.1;

/** Levels above the threshold are saved as 255, so what is a little above it is noise of the JPEG compression. */
const denoised = (level: number) => (level > 243 && level <= 248 ? 243 : level);

/** The cells of a table of the sample, which may be compressed. */
export function cellsOf(folder: string, file: string): string[][] {
  const bytes = readFileSync(join(folder, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trim();
  return text.split('\n').map((line) => line.trim().split(','));
}

/** What ZooProcess measured. */
export function rowsOf(folder: string, part: 'training' | 'test'): Row[] {
  const [header = [], ...rows] = cellsOf(folder, `${part}_features.csv.gz`);
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [header[i] ?? '', Number(cell)])));
}

/**
 * What we measure on the same image, as it is, and as ZooProcess saw it: without the noise of the compression, and without the
 * gamma where the mean grey level is then nearer to the table's.
 */
export async function measured(folder: string, row: Row): Promise<{ readonly saved: Row; readonly restored: Row }> {
  const { pixels, width, height } = await decodeGrey({ path: join(folder, 'images', `${row.id}.jpg`) });
  const featuresOf = (change: (level: number) => number): Row => {
    const values = measure(segment(pixels.map(change), width, height, { cropBottom: 31 }), 'zooprocess');
    return Object.fromEntries(NAMES.map((name, i) => [name, values[i] ?? Number.NaN]));
  };
  const saved = featuresOf((level) => level);
  const [asItIs, straightened] = [1, GAMMA].map((gamma) =>
    featuresOf((level) => denoised(Math.round(255 * (level / 255) ** (1 / gamma)))),
  ) as [Row, Row];
  const distance = (one: Row) => Math.abs((one.mean ?? 0) - (row.mean ?? 0));
  return { saved, restored: distance(straightened) < distance(asItIs) ? straightened : asItIs };
}

/** Rows of exports of EcoTaxa whose derived columns are wrong (`^` taken as exclusive or). */
export const isOldExport = ({ esd = 0, area = 0 }: Row) => Math.abs(esd / 2 / Math.sqrt(area / Math.PI) - 1) > 0.02;
/** The columns that are wrong there. */
export const DERIVED = ['esd', 'perimareaexc', 'feretareaexc', 'circex', 'centroids', 'cdexc'];
