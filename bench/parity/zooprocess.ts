/**
 * ZooProcess's features against its own tables: prints a table for docs/features.md.
 *
 *     npx tsx bench/parity/zooprocess.ts [FOLDER]      # zooprocess-sample/, extracted from zooprocess-sample.tar
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { decodeGrey } from '../../src/dataset/decode/decode-grey.js';
import { measure } from '../../src/features/measure.js';
import { segment } from '../../src/features/segmentation/segment.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';

type Row = Readonly<Record<string, number>>;

const folder = process.argv[2] ?? 'zooprocess-sample';
const names = FEATURE_SETS.zooprocess.features.map(({ name }) => name);
/** ZooProcess saves some vignettes with this gamma, after it has measured them. */
const GAMMA = 1.1;

/** Levels above the threshold are saved as 255, so what is a little above it is noise of the JPEG compression. */
const denoised = (level: number) => (level > 243 && level <= 248 ? 243 : level);

function rowsOf(file: string): Row[] {
  const [header = [], ...rows] = gunzipSync(readFileSync(join(folder, file)))
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [header[i] ?? '', Number(cell)])));
}

/** Our features of an image, with and without the gamma taken off: those whose mean grey level is nearer to the table's. */
async function ours(row: Row): Promise<Row> {
  const { pixels, width, height } = await decodeGrey({ path: join(folder, 'images', `${row.id}.jpg`) });
  const [asItIs, straightened] = [1, GAMMA].map((gamma) => {
    const grey = pixels.map((level) => denoised(Math.round(255 * (level / 255) ** (1 / gamma))));
    const values = measure(segment(grey, width, height, { cropBottom: 31 }), 'zooprocess');
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? Number.NaN]));
  }) as [Row, Row];
  const distance = (one: Row) => Math.abs((one.mean ?? 0) - (row.mean ?? 0));
  return distance(straightened) < distance(asItIs) ? straightened : asItIs;
}

interface Pair {
  readonly theirs: Row;
  readonly ours: Row;
}

/** What keeps a column of the tables from being compared as it is. */
const isOldExport = ({ theirs: { esd = 0, area = 0 } }: Pair) =>
  Math.abs(esd / 2 / Math.sqrt(area / Math.PI) - 1) > 0.02;
const hasHoles = ({ theirs }: Pair) => theirs['%area'] !== 0;
const isRounded = ({ theirs: { symetriehc, symetrievc } }: Pair) =>
  Number.isInteger(symetriehc) && Number.isInteger(symetrievc);

const OLD = 'without exports of EcoTaxa whose derived columns are wrong (`^` taken as exclusive or)';
const HOLES = 'of images without holes: in the others, grey levels above 243 are saved as white';
const CONDITIONS: Readonly<Record<string, readonly [(pair: Pair) => boolean, string]>> = {
  ...Object.fromEntries(
    ['esd', 'perimareaexc', 'feretareaexc', 'circex', 'centroids', 'cdexc'].map((name) => [name, [isOldExport, OLD]]),
  ),
  ...Object.fromEntries(
    ['stddev', 'mode', 'max', 'range', 'sr', 'skew', 'kurt'].map((name) => [name, [hasHoles, HOLES]]),
  ),
  symetriehc: [isRounded, 'where the table does not round to whole numbers'],
  symetrievc: [isRounded, 'where the table does not round to whole numbers'],
  centroids: [isOldExport, `${OLD}; computed there from coordinates in whole pixels`],
  cdexc: [isOldExport, `${OLD}; computed there from coordinates in whole pixels`],
  fcons: [
    () => false,
    'depends on the square of the number of pixels at one grey level, which the JPEG compression changes',
  ],
  sr: [hasHoles, `${HOLES}; computed there from whole numbers`],
  nb3: [({ theirs }) => theirs.nb3 === 0, 'where the table is not 0, which older versions write for all'],
};

function medianDeviation(pairs: readonly Pair[], name: string): number {
  const deviations = pairs.map(({ theirs, ours }) => {
    const [expected, value] = [theirs[name] ?? Number.NaN, ours[name] ?? Number.NaN];
    return Math.abs(value - expected) / Math.max(1e-9, Math.abs(expected));
  });
  return deviations.sort((a, b) => a - b)[deviations.length >> 1] ?? Number.NaN;
}

const percent = (share: number) => (share > 10 ? '' : `${(100 * share).toFixed(2)} %`);

const pairs: Pair[] = [];
for (const theirs of ['training_features.csv.gz', 'test_features.csv.gz'].flatMap(rowsOf)) {
  pairs.push({ theirs, ours: await ours(theirs) });
}
console.log('| feature | median deviation, all images | comparable images | their median deviation | |');
console.log('|---|---|---|---|---|');
for (const name of Object.keys(pairs[0]?.theirs ?? {}).filter((one) => one !== 'id')) {
  const [isOut, why] = CONDITIONS[name] ?? [() => false, ''];
  const kept = pairs.filter((pair) => !isOut(pair));
  const cells = [
    `\`${name}\``,
    percent(medianDeviation(pairs, name)),
    kept.length,
    percent(medianDeviation(kept, name)),
    why,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
