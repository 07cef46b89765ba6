/** Lists the images of a source and the class of each: a folder, a table, a zip file, a bin, or one image. */
import { stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { CladenetError, type Problem } from '../../errors.js';
import { isNotFound } from '../../files.js';
import { isImageName } from '../../image-names.js';
import { lookAlikes, spelledOut } from '../../look-alikes.js';
import { readProblem } from '../../regular-file.js';
import {
  classesOf,
  type ImageListing,
  type ImageRecord,
  type ListingProgress,
  type SourceRecords,
} from '../listing.js';
import { holdOutClasses, limitPerClass, selectClasses } from '../select.js';
import { binOfFile, listBin } from './bins.js';
import { type EcotaxaOptions, listEcotaxa } from './ecotaxa.js';
import { ecotaxaFolder, ecotaxaHeaderOf, ecotaxaTable, ecotaxaTablesIn, ecotaxaZip } from './ecotaxa-source.js';
import { listFolder } from './folders.js';
import { type GivenSplit, givenSubsets, noSplit } from './given-split.js';
import { labelTablesAmong, labelTablesIn, listLabelTables } from './label-tables.js';
import { type ImageTableOptions, listTable } from './table.js';
import { openZip } from './zip-file.js';
import { listZippedFolder } from './zipped-folder.js';

/** Options of {@link listImages}. */
export interface ListOptions extends ImageTableOptions, EcotaxaOptions {
  /** Take class names without numbers at their end: `Copepoda__25828` and `Copepoda_001` are `Copepoda`. Default `false`. */
  readonly stripNumbers?: boolean | undefined;
  /**
   * Whether the split of the source is taken: folders `train/`, `val/` (or `valid/`, `validation/`) and `test/` with class folders in
   * them, or tables `train_labels.csv`, `valid_labels.csv` (or `val_labels.csv`) and `test_labels.csv`. `auto` (default): where there
   * are training images and at least one other part; folders that could be classes too are refused. `always`: there has to be one,
   * and images outside its parts are left out. `never`: folders are classes, and such tables are read as one.
   */
  readonly givenSplit?: GivenSplit | undefined;
  /** Called with how many bytes of EcoTaxa tables, or how many IFCB bins, are read so far, and of all. */
  readonly onRead?: ((progress: ListingProgress) => void) | undefined;
  /** List only the images of these classes. Default: all classes, and images without one. */
  readonly classes?: readonly string[] | undefined;
  /** Leave out the images of these classes, which a classifier is to know nothing of. Default: none. */
  readonly holdOut?: readonly string[] | undefined;
  /** List at most this number of images of each class, drawn by `seed`. Default: all. */
  readonly limitPerClass?: number | undefined;
  /** The seed that draws images for `limitPerClass`. Default 1. */
  readonly seed?: number | undefined;
  /** Throw if anything is odd about the source, naming all of it. Default `false`: see `problems` of the listing. */
  readonly strict?: boolean | undefined;
  /** Stops the work between two folders. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists the images of a source.
 *
 * - **Folder**: every image below it. The class of an image is the name of the folder that directly holds it; images
 *   directly in `source` have no class. Files are recognised by their extensions. Hidden files are skipped, and folders that
 *   systems make (`@eaDir`, `__MACOSX`, `lost+found`, `$RECYCLE.BIN`).
 * - **Table** (`.csv`, `.tsv`, `.txt`): one image per row, see {@link ImageTableOptions}.
 * - **Split**: a folder or a zip file of `train/`, `val/` and `test/` with class folders in them, or a folder of tables
 *   `train_labels.csv`, `valid_labels.csv`, `test_labels.csv`, each as above. Each image has its `subset`; see `givenSplit`.
 * - **Zip file**: what it holds is listed as in a folder, and nothing is unpacked.
 * - **EcoTaxa**: a folder or a zip file with tables named `ecotaxa*.tsv` or `ecotaxa*.txt` in it, or such a table. The images
 *   are those of the tables, their classes the taxa of validated objects; see {@link EcotaxaOptions}.
 * - **IFCB bin**, by one of its files (`.adc`, `.hdr`, `.roi`) or by the name that they share: its images, without a class.
 *   Folders may hold bins at any depth, and a table may name their images (`D20220519T124533_IFCB134_00012.png`).
 * - **Image**: this image, without a class.
 *
 * @throws CladenetError USAGE when there is no such source, column or class; DATASET when the source holds no images,
 *   cannot be parsed, or has problems and `strict` is set; ABORTED when `signal` fires
 * @example
 * ```ts
 * import { listImages } from 'cladenet';
 *
 * const { classes, records } = await listImages('images');
 * [classes.length, records.length]; // => [ 10, 80 ]
 * ```
 */
export async function listImages(source: string, options: ListOptions = {}): Promise<ImageListing> {
  const { classes, holdOut = [], limitPerClass: limit, seed = 1, strict = false } = options;
  const all = await listSource(source, options);
  if (all.table?.leftOut === undefined) requireNone(source, 'EcoTaxa tables', ecotaxaOptionsOf(options));
  if (all.table === undefined) requireNone(source, 'a table', columnsOf(options, all.records));
  const { records, problems } = all;
  if (records.length === 0) throw new CladenetError('DATASET', `No images were found in ${source}.`, problems);
  if (strict && problems.length > 0) {
    throw new CladenetError('DATASET', `The images of ${source} have problems.`, problems);
  }
  const selected = classes === undefined ? all : selectClasses(all, classes);
  const listing = holdOut.length === 0 ? selected : holdOutClasses(selected, holdOut);
  return limit === undefined ? listing : { ...listing, records: limitPerClass(listing.records, limit, seed) };
}

/** Bins have columns too. */
const columnsOf = ({ pathColumn, labelColumn, keepColumns }: ListOptions, records: ImageListing['records']) => ({
  pathColumn,
  labelColumn: labelColumn || undefined,
  keepColumns:
    keepColumns?.filter((name) => records.some(({ fields }) => fields?.[name] === undefined)).join(', ') || undefined,
});

const ecotaxaOptionsOf = ({ status, objectImages }: ListOptions) => ({ status: status?.join(', '), objectImages });

/** Options that do nothing with this source. */
function requireNone(source: string, kind: string, options: Readonly<Record<string, string | undefined>>): void {
  const expected = `none, only with ${kind} (${source} is not one)`;
  const problems = Object.entries(options).flatMap(([where, received]) =>
    received === undefined ? [] : [{ where, expected, received }],
  );
  if (problems.length > 0) throw new CladenetError('USAGE', 'These options cannot be used', problems);
}

/** All images of a source, even if there are none. */
export async function listSource(source: string, options: ListOptions): Promise<ImageListing> {
  const { records: read, problems: own, table } = await readSource(source, options);
  const labelled = options.labelColumn !== false;
  if (labelled && options.givenSplit === 'always' && givenSubsets(read) === undefined) throw noSplit(source);
  const records = options.stripNumbers === true ? read.map(withoutNumber) : read;
  const classes = classesOf(records);
  return { source, records, classes, problems: [...own, ...nameProblems(source, classes)], table };
}

/** A class called `Name__ID` or `Name_NNN` is `Name`, unless nothing would be left. */
function withoutNumber(record: ImageRecord): ImageRecord {
  const label = record.label?.replace(/(?<=.)_{1,2}\d+$/, '');
  return label === record.label ? record : { ...record, label };
}

/** Classes with names that look the same but are not, or that no taxonomy and no matrix can have. */
function nameProblems(source: string, classes: readonly string[]): Problem[] {
  const unseen = classes.filter((name) => /\p{Cc}/u.test(name));
  return [
    ...lookAlikeProblems(source, classes),
    ...unseen.map((name) => ({
      where: source,
      expected: 'classes whose names have no control characters',
      received: spelledOut(name),
      remedy: 'Rename the class.',
    })),
  ];
}

function lookAlikeProblems(source: string, classes: readonly string[]): Problem[] {
  return lookAlikes(classes).map(([first, second]) => ({
    where: source,
    expected: 'classes whose names look different',
    received: `two that differ only in Unicode form or spaces: ${spelledOut(first)} and ${spelledOut(second)}`,
    remedy: 'Write the name in one form.',
  }));
}

async function readSource(source: string, options: ListOptions): Promise<SourceRecords> {
  const status = await stat(source).catch((error: unknown) => {
    // A bin is also named by what its three files have in common.
    if (isNotFound(error)) return undefined;
    throw wrongSource(readProblem(source, error, EXPECTED));
  });
  if (status?.isDirectory()) return listDirectory(source, options);
  const bin = binOfFile(source);
  if (bin !== undefined) return listBin(bin, options.stitch);
  if (status === undefined) throw wrongSource({ where: source, expected: EXPECTED, received: 'no such file' });
  const extension = extname(source).toLowerCase();
  if (extension === '.zip') return listZip(source, options);
  if (['.csv', '.tsv', '.txt'].includes(extension)) {
    const header = options.pathColumn === undefined ? await ecotaxaHeaderOf(source) : undefined;
    return header === undefined ? listTable(source, options) : listEcotaxaTable(source, header, options);
  }
  if (isImageName(source)) return { records: [{ path: source, label: undefined }], problems: [] };
  throw wrongSource({ where: source, expected: EXPECTED, received: `a file named *${extname(source)}` });
}

async function listDirectory(source: string, options: ListOptions): Promise<SourceRecords> {
  const { labelColumn, stitch, givenSplit, onRead, signal } = options;
  const labelTables = await labelTablesIn(source, givenSplit ?? 'auto');
  if (labelTables.length > 0) return listLabelTables(labelTables, options);
  const choice = { labelled: labelColumn !== false, stitch, givenSplit, onRead, signal };
  const { tables, ...folder } = await listFolder(source, choice);
  if (tables.length === 0) return folder;
  const paths = folder.records.map(({ path }) => path);
  return listEcotaxa(await ecotaxaFolder(source, tables, paths), options);
}

async function listEcotaxaTable(
  source: string,
  header: readonly string[],
  options: ListOptions,
): Promise<SourceRecords> {
  if (header.includes('img_file_name')) return listEcotaxa(await ecotaxaTable(source), options);
  const { records } = await listFolder(dirname(source), { labelled: false, signal: options.signal });
  const images = records.flatMap(({ path, stored }) => (stored === undefined ? [path] : []));
  return listEcotaxa(await ecotaxaTable(source, images), options);
}

function listZip(source: string, options: ListOptions): SourceRecords | Promise<SourceRecords> {
  const zip = openZip(source);
  const tables = ecotaxaTablesIn(zip);
  if (tables.length > 0) return listEcotaxa(ecotaxaZip(zip, tables), options);
  const { labelColumn, givenSplit = 'auto' } = options;
  const [table] = labelTablesAmong(source, [...zip.entries.keys()], givenSplit);
  if (table !== undefined) throw zippedTable(table.file);
  return listZippedFolder(zip, { labelled: labelColumn !== false, givenSplit });
}

const zippedTable = (where: string) =>
  new CladenetError('USAGE', 'The tables of a split are not read in a zip file.', [
    { where, expected: 'tables in a folder', received: 'one in a zip file', remedy: 'Unpack the file.' },
  ]);

const EXPECTED = 'a folder of class folders, a table (.csv, .tsv, .txt), a zip file (.zip), an IFCB bin or an image';

const wrongSource = (problem: Problem) =>
  new CladenetError('USAGE', `There are no images at ${problem.where}.`, [problem]);
