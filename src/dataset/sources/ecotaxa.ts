/** Lists the images of EcoTaxa tables, and their taxa. */
import { throwIfAborted } from '../../abort.js';
import { withRoom } from '../../arrays.js';
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import { EcotaxaCategories, type EcotaxaCategory } from '../../formats/ecotaxa/categories.js';
import type { AnnotationStatus } from '../../formats/ecotaxa/columns.js';
import { type EcotaxaLine, EcotaxaTable } from '../../formats/ecotaxa/table.js';
import { byCodePoint } from '../../order.js';
import { sharedTexts } from '../fields.js';
import type { ImageRecord, ListingProgress, SourceRecords } from '../listing.js';
import { Listed, type MutableRecord } from './ecotaxa-listed.js';
import { Missing } from './ecotaxa-missing.js';
import type { EcotaxaFile, EcotaxaSource, RankedFile } from './ecotaxa-source.js';

/** Which images of EcoTaxa tables are listed. */
export interface EcotaxaOptions {
  /**
   * Of EcoTaxa tables, only objects whose annotation has one of these states. Default: `validated`, and all where no labels
   * are read or no object is annotated.
   */
  readonly status?: readonly AnnotationStatus[] | undefined;
  /** Of an object with several images (`img_rank`) in an EcoTaxa table, the first or all. Default `first`. */
  readonly objectImages?: 'first' | 'all' | undefined;
}

export interface ListEcotaxaOptions extends EcotaxaOptions {
  /** A column that holds the labels instead of EcoTaxa's categories; `false`: no labels are read. */
  readonly labelColumn?: string | false | undefined;
  /** Columns whose texts are kept with the images. */
  readonly keepColumns?: readonly string[] | undefined;
  /** Columns that are kept where the tables have them. */
  readonly keepIfPresent?: readonly string[] | undefined;
  /** Called with how many bytes of the tables are read so far, and of all. */
  readonly onRead?: ((progress: ListingProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The labels of images: taxa, which are known when all tables are read, or the texts of a column. */
interface Labels {
  /** The number of the label of a line; undefined for none. */
  add(line: EcotaxaLine): number | undefined;
  /** The labels by their numbers. */
  all(): { readonly labels: readonly string[]; readonly problems: readonly Problem[] };
}

function labelsOf(source: string, column: string | false | undefined): Labels {
  if (column === false) return { add: () => undefined, all: () => ({ labels: [], problems: [] }) };
  if (column === undefined) {
    const categories = new EcotaxaCategories();
    return {
      add: (line) => categories.add(line),
      all() {
        const { categories: taxa, problems } = categories.all(source);
        return { labels: taxa.map(({ label }) => label), problems };
      },
    };
  }
  const numbers = new Map<string, number>();
  return {
    add(line) {
      const text = line.text(column.toLowerCase());
      if (text === undefined || text === '') return undefined;
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      return number;
    },
    all: () => ({ labels: [...numbers.keys()], problems: [] }),
  };
}

/**
 * @throws CladenetError DATASET with everything that is wrong in the tables, by line and column; USAGE for columns that they
 *   lack
 */
export async function listEcotaxa(source: EcotaxaSource, options: ListEcotaxaOptions): Promise<SourceRecords> {
  const { objectImages = 'first', labelColumn } = options;
  const labelling = labelsOf(source.source, labelColumn);
  const listed = new Listed();
  const missing = new Missing();
  let furtherImages = 0;
  let isByNumber = false;

  const read = await readTables(source, options, ({ where, name }) => {
    const table = listed.addTable(where);
    /** The first image of each object, from 1. */
    let first = new Int32Array(0);
    const kept = keptFields(options);
    return (line) => {
      const files = filesOf(source, name, line);
      if (line.image === '') missing.objects++;
      isByNumber ||= line.image === '' && line.objid !== '';
      if (files.length === 0 || hasRankTwice(files)) {
        missing.add(where, line, files);
        return;
      }
      const fields = kept(line);
      const label = labelling.add(line);
      for (const { path, stored, rank } of files) {
        const image: MutableRecord = { path, label: undefined, stored, fields };
        first = withRoom(first, line.objectNumber + 1);
        const earlier = objectImages === 'all' ? 0 : (first[line.objectNumber] ?? 0);
        if (earlier === 0) {
          listed.set(listed.images.length, image, rank, label, table, line);
          first[line.objectNumber] = listed.images.length;
        } else {
          furtherImages++;
          if (rank < listed.rank(earlier - 1)) listed.set(earlier - 1, image, rank, label, table, line);
        }
      }
    };
  });
  const { labels, problems: ambiguous } = labelling.all();
  if (ambiguous.length > 0) throw unusable(source, ambiguous);
  const { chosen, counts } = byStatus(listed, options);
  const { records, repeated } = recordsOf(listed, chosen, labels);
  const problems = [
    ...(source.problems ?? []),
    ...missing.problems(source.source),
    ...repeated,
    ...unnamedProblems(source),
  ];
  if (records.length === 0 && listed.images.length > 0) problems.push(noneChosen(source, options, counts));
  const leftOut = {
    ...Object.fromEntries(counts),
    ...(furtherImages > 0 && { 'further images of objects': furtherImages }),
  };
  const isByObject = missing.objects > 0 && missing.objects === read.lines;
  const table = {
    ...(isByObject ? { pathColumn: isByNumber ? 'objid' : 'object_id', isByObject } : { pathColumn: 'img_file_name' }),
    labelColumn: labelColumn === false ? undefined : (labelColumn ?? 'object_annotation_category'),
    ...{ rows: read.lines, images: records.length, leftOut },
  };
  return { records, problems, table };
}

/** The image that a line names, or in a table that names none, those that are called after its object. */
function filesOf(source: EcotaxaSource, table: string, line: EcotaxaLine): readonly RankedFile[] {
  if (line.image === '') {
    return source.findByObject(table, line, line.text('img_rank') === undefined ? undefined : line.rank);
  }
  const file = source.find(table, line.image);
  return file === undefined ? [] : [{ ...file, rank: line.rank }];
}

const hasRankTwice = (files: readonly RankedFile[]) =>
  files.length > 1 && new Set(files.map(({ rank }) => rank)).size < files.length;

/**
 * The taxa of the tables of a source, in the order in which they are met.
 *
 * @throws CladenetError DATASET as {@link listEcotaxa}
 */
export async function ecotaxaTaxa(source: EcotaxaSource, signal?: AbortSignal): Promise<readonly EcotaxaCategory[]> {
  const categories = new EcotaxaCategories();
  await readTables(source, { signal }, () => (line) => {
    categories.add(line);
  });
  const { categories: taxa, problems } = categories.all(source.source);
  if (problems.length > 0) throw unusable(source, problems);
  return [...new Set(taxa)];
}

type ReadOptions = Pick<ListEcotaxaOptions, 'labelColumn' | 'keepColumns' | 'onRead' | 'signal'>;

/** Reads all tables. @param open called for each; returns what takes its lines */
async function readTables(
  source: EcotaxaSource,
  { labelColumn, keepColumns = [], onRead, signal }: ReadOptions,
  open: (table: EcotaxaFile) => (line: EcotaxaLine) => void,
): Promise<{ readonly lines: number }> {
  const problems: Problem[] = [];
  const lacking: Problem[] = [];
  const wanted = [...keepColumns, ...(typeof labelColumn === 'string' ? [labelColumn] : [])];
  const total = source.tables.reduce((sum, { length }) => sum + length, 0);
  let [done, lines] = [0, 0];
  for (const file of source.tables) {
    const onHeader = (names: readonly string[]) => {
      for (const name of wanted.filter((name) => !names.includes(name.toLowerCase()))) {
        const near = didYouMean(name, names);
        lacking.push({
          where: `${file.where}:1`,
          expected: `a column ${name}`,
          received: names.join(', '),
          remedy: near,
        });
      }
    };
    const table = new EcotaxaTable({ source: file.where, onHeader, onLine: open(file) });
    for await (const piece of file.bytes()) {
      throwIfAborted(signal, 'Listing the images');
      table.push(piece);
      done += piece.length;
      onRead?.({ done, total, unit: 'bytes' });
    }
    const read = table.end();
    lines += read.lines;
    for (const problem of read.problems) problems.push(problem);
  }
  if (problems.length > 0) throw unusable(source, problems);
  if (lacking.length > 0) throw new CladenetError('USAGE', `Tables of ${source.source} lack columns.`, lacking);
  return { lines };
}

/** The texts of the columns that are kept, each once in memory. */
function keptFields({ keepColumns = [], keepIfPresent = [] }: ListEcotaxaOptions) {
  const names = [...new Set([...keepColumns, ...keepIfPresent])];
  const share = new Map(names.map((name) => [name, sharedTexts()]));
  return (line: EcotaxaLine): Readonly<Record<string, string>> | undefined => {
    if (names.length === 0) return undefined;
    const texts = names.map((name) => [name, line.text(name.toLowerCase())] as const);
    const present = texts.filter(([name, text]) => text !== undefined || keepColumns.includes(name));
    return Object.fromEntries(present.map(([name, text = '']) => [name, share.get(name)?.(text) ?? text]));
  };
}

/** The numbers of the images of objects in the states that are wanted, and how many others there are, by state. */
function byStatus(listed: Listed, { status, labelColumn }: ListEcotaxaOptions) {
  const isAnnotated = listed.images.some((_, i) => listed.status(i) !== undefined);
  const usual: readonly AnnotationStatus[] | undefined =
    labelColumn === undefined && isAnnotated ? ['validated'] : undefined;
  const wanted = status ?? usual;
  const counts = new Map<string, number>();
  const chosen: number[] = [];
  listed.images.forEach((_, i) => {
    const own = listed.status(i);
    if (wanted === undefined || (own !== undefined && wanted.includes(own))) chosen.push(i);
    else counts.set(own ?? 'without a category', (counts.get(own ?? 'without a category') ?? 0) + 1);
  });
  return { chosen, counts };
}

/** One record for each image, sorted by path; none for an image of objects of different taxa. */
function recordsOf(listed: Listed, chosen: number[], labels: readonly string[]) {
  const { images } = listed;
  const pathOf = (i: number) => images[i]?.path ?? '';
  const labelOf = (i: number) => labels[listed.label(i) ?? -1];
  const records: ImageRecord[] = [];
  const repeated: Problem[] = [];
  chosen.sort((a, b) => byCodePoint(pathOf(a), pathOf(b)) || a - b);
  for (let at = 0, next = 0; at < chosen.length; at = next) {
    const first = chosen[at] as number;
    let isClear = true;
    for (next = at + 1; next < chosen.length && pathOf(chosen[next] as number) === pathOf(first); next++) {
      const other = chosen[next] as number;
      const isSame = labelOf(other) === labelOf(first);
      isClear &&= isSame;
      const received = isSame
        ? `${pathOf(first)} again (first at ${listed.place(first)}), which is used once`
        : `${pathOf(first)} as ${labelOf(other) ?? 'nothing'}, but as ${labelOf(first) ?? 'nothing'} at ${listed.place(first)}; the image is left out`;
      repeated.push({ ...atImage(listed.place(other)), expected: 'each image for one object', received });
    }
    const record = images[first];
    if (record === undefined || !isClear) continue;
    record.label = labelOf(first);
    records.push(record);
  }
  return { records, repeated };
}

const atImage = (place: string) => ({ where: `${place}, column img_file_name` });

const unusable = ({ source }: EcotaxaSource, problems: readonly Problem[]) =>
  new CladenetError('DATASET', `The EcoTaxa tables of ${source} cannot be used as they are.`, problems);

function unnamedProblems({ source, unnamed }: EcotaxaSource): Problem[] {
  const { count, example } = unnamed?.() ?? { count: 0, example: '' };
  if (count === 0) return [];
  const received = `${count} without one, such as ${example}; left out`;
  return [{ where: source, expected: 'a line in a table for each image', received }];
}

function noneChosen(
  { source }: EcotaxaSource,
  { status = ['validated'] }: ListEcotaxaOptions,
  counts: ReadonlyMap<string, number>,
): Problem {
  return {
    where: source,
    expected: `objects whose object_annotation_status is ${status.join(' or ')}`,
    received: [...counts].map(([name, count]) => `${count} ${name}`).join(', '),
    remedy: 'Choose others with `status`.',
  };
}
