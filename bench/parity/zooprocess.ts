/**
 * ZooProcess's features against its own tables: prints a table for docs/features.md.
 *
 *     npx tsx bench/parity/zooprocess.ts [FOLDER]      # zooprocess-sample/, extracted from zooprocess-sample.tar
 */
import { DERIVED, isOldExport, measured, type Row, rowsOf } from './zooscan-sample.js';

const folder = process.argv[2] ?? 'zooprocess-sample';

interface Pair {
  readonly theirs: Row;
  readonly ours: Row;
}

/** What keeps a column of the tables from being compared as it is. */
const isOld = ({ theirs }: Pair) => isOldExport(theirs);
const hasHoles = ({ theirs }: Pair) => theirs['%area'] !== 0;
const isRounded = ({ theirs: { symetriehc, symetrievc } }: Pair) =>
  Number.isInteger(symetriehc) && Number.isInteger(symetrievc);

const OLD = 'without exports of EcoTaxa whose derived columns are wrong (`^` taken as exclusive or)';
const HOLES = 'of images without holes: in the others, grey levels above 243 are saved as white';
const CONDITIONS: Readonly<Record<string, readonly [(pair: Pair) => boolean, string]>> = {
  ...Object.fromEntries(DERIVED.map((name) => [name, [isOld, OLD]])),
  ...Object.fromEntries(
    ['stddev', 'mode', 'max', 'range', 'sr', 'skew', 'kurt'].map((name) => [name, [hasHoles, HOLES]]),
  ),
  symetriehc: [isRounded, 'where the table does not round to whole numbers'],
  symetrievc: [isRounded, 'where the table does not round to whole numbers'],
  centroids: [isOld, `${OLD}; computed there from coordinates in whole pixels`],
  cdexc: [isOld, `${OLD}; computed there from coordinates in whole pixels`],
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
for (const theirs of [...rowsOf(folder, 'training'), ...rowsOf(folder, 'test')]) {
  pairs.push({ theirs, ours: (await measured(folder, theirs)).restored });
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
