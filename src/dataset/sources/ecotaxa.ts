/** Lists the images of EcoTaxa tables, and their taxa. */
import { throwIfAborted } from '../../abort.js';
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import { EcotaxaCategories, type EcotaxaCategory } from '../../formats/ecotaxa/categories.js';
import type { AnnotationStatus } from '../../formats/ecotaxa/columns.js';
import { type EcotaxaLine, EcotaxaTable } from '../../formats/ecotaxa/table.js';
import { byCodePoint } from '../../order.js';
import { sharedTexts } from '../fields.js';
import type { ImageRecord, SourceRecords } from '../listing.js';
import type { EcotaxaFile, EcotaxaSource } from './ecotaxa-source.js';

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
  readonly onRead?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

type MutableRecord = { -readonly [Field in keyof ImageRecord]: ImageRecord[Field] };

/** Images of tables, in columns: there may be a million. */
class Listed {
  /** Without labels until all taxa are known. */
  readonly images: MutableRecord[] = [];
  /** The text of a column, or the number of a taxon. */
  readonly labels: (string | number | undefined)[] = [];
  readonly statuses: (AnnotationStatus | undefined)[] = [];
  readonly ranks: number[] = [];
  readonly lines: number[] = [];
  /** The table of each image, as it is called in problems. */
  readonly tables: string[] = [];

  set(i: number, image: MutableRecord, label: string | number | undefined, table: string, line: EcotaxaLine) {
    this.images[i] = image;
    this.labels[i] = label;
    this.statuses[i] = line.status;
    this.ranks[i] = line.rank;
    this.lines[i] = line.line;
    this.tables[i] = table;
  }

  place(i: number): string {
    return `${this.tables[i]}:${this.lines[i]}`;
  }
}

/** Images without files that are named one by one; further ones are counted. */
const MOST_MISSING = 20;

/**
 * @throws CladenetError DATASET with everything that is wrong in the tables, by line and column; USAGE for columns that they
 *   lack
 */
export async function listEcotaxa(source: EcotaxaSource, options: ListEcotaxaOptions): Promise<SourceRecords> {
  const { objectImages = 'first', labelColumn } = options;
  const categories = new EcotaxaCategories();
  const listed = new Listed();
  const missing: Problem[] = [];
  let [missingImages, furtherImages] = [0, 0];
  const wantsLabels = labelColumn !== false;

  const read = await readTables(source, options, ({ where, name }) => {
    /** The first image of each object. */
    const first: number[] = [];
    const kept = keptFields(options);
    return (line) => {
      const file = source.find(name, line.image);
      if (file === undefined) {
        if (missingImages++ >= MOST_MISSING) return;
        const received = `${line.image}, which is not there; the line is left out`;
        missing.push({ ...atImage(`${where}:${line.line}`), expected: 'an image beside the table', received });
        return;
      }
      const fields = kept(line);
      const { path, stored } = file;
      const image: MutableRecord = { path, label: undefined };
      if (stored !== undefined) image.stored = stored;
      if (fields !== undefined) image.fields = fields;
      const taxon = typeof labelColumn === 'string' ? line.text(labelColumn) || undefined : categories.add(line);
      const label = wantsLabels ? taxon : undefined;
      const earlier = objectImages === 'all' ? undefined : first[line.objectNumber];
      if (earlier === undefined) {
        first[line.objectNumber] = listed.images.length;
        listed.set(listed.images.length, image, label, where, line);
      } else {
        furtherImages++;
        if (line.rank < (listed.ranks[earlier] ?? 0)) listed.set(earlier, image, label, where, line);
      }
    };
  });
  const { categories: taxa, problems: ambiguous } = categories.all(source.source);
  if (ambiguous.length > 0) throw unusable(source, ambiguous);
  const { chosen, counts } = byStatus(listed, options);
  const { records, repeated } = recordsOf(listed, chosen, taxa);
  const problems = [
    ...(source.problems ?? []),
    ...missing,
    ...(missingImages > MOST_MISSING ? [manyMissing(source, missingImages)] : []),
    ...repeated,
    ...unnamedProblems(source),
  ];
  if (records.length === 0 && listed.images.length > 0) problems.push(noneChosen(source, options, counts));
  const leftOut = {
    ...Object.fromEntries(counts),
    ...(furtherImages > 0 && { 'further images of objects': furtherImages }),
  };
  const table = {
    pathColumn: 'img_file_name',
    labelColumn: wantsLabels ? (labelColumn ?? 'object_annotation_category') : undefined,
    ...{ rows: read.lines, images: records.length, leftOut },
  };
  return { records, problems, table };
}

/**
 * The taxa of the tables of a source, in the order in which they are met.
 *
 * @throws CladenetError DATASET as {@link listEcotaxa}
 */
export async function ecotaxaTaxa(source: EcotaxaSource, signal?: AbortSignal): Promise<readonly EcotaxaCategory[]> {
  const categories = new EcotaxaCategories();
  await readTables(source, { signal, needsImages: false }, () => (line) => {
    categories.add(line);
  });
  const { categories: taxa, problems } = categories.all(source.source);
  if (problems.length > 0) throw unusable(source, problems);
  return [...new Set(taxa)];
}

type ReadOptions = Pick<ListEcotaxaOptions, 'labelColumn' | 'keepColumns' | 'onRead' | 'signal'> & {
  readonly needsImages?: boolean | undefined;
};

/** Reads all tables. @param open called for each; returns what takes its lines */
async function readTables(
  source: EcotaxaSource,
  { labelColumn, keepColumns = [], onRead, signal, needsImages = true }: ReadOptions,
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
    const table = new EcotaxaTable({ source: file.where, needsImages, onHeader, onLine: open(file) });
    for await (const piece of file.bytes()) {
      throwIfAborted(signal, 'Listing the images');
      table.push(piece);
      done += piece.length;
      onRead?.({ done, total });
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
function byStatus({ statuses }: Listed, { status, labelColumn }: ListEcotaxaOptions) {
  const isAnnotated = statuses.some((own) => own !== undefined);
  const usual: readonly AnnotationStatus[] | undefined =
    labelColumn === undefined && isAnnotated ? ['validated'] : undefined;
  const wanted = status ?? usual;
  const counts = new Map<string, number>();
  const chosen: number[] = [];
  statuses.forEach((own, i) => {
    if (wanted === undefined || (own !== undefined && wanted.includes(own))) chosen.push(i);
    else counts.set(own ?? 'without a category', (counts.get(own ?? 'without a category') ?? 0) + 1);
  });
  return { chosen, counts };
}

/** One record for each image, sorted by path; none for an image of objects of different taxa. */
function recordsOf(listed: Listed, chosen: number[], taxa: readonly EcotaxaCategory[]) {
  const { images, labels } = listed;
  const pathOf = (i: number) => images[i]?.path ?? '';
  const labelOf = (i: number) => {
    const label = labels[i];
    return typeof label === 'number' ? taxa[label]?.label : label;
  };
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

function manyMissing({ source }: EcotaxaSource, count: number): Problem {
  return { where: source, expected: 'the images that its tables name', received: `${count} that are not there` };
}

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
