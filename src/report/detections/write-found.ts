/** Writes what was found in frames: each result whole or not at all, the detections last. */
import { appendFile, copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CladenetError } from '../../errors.js';
import { writeFileAtomic, writeFolderAtomic } from '../../files.js';
import type { Frame } from '../../formats/annotations/annotated-frames.js';
import { COCO_END, cocoAnnotation, cocoHead } from '../../formats/annotations/coco-write.js';
import { formatYolo } from '../../formats/annotations/yolo.js';
import { sortByCodePoint } from '../../order.js';
import { FOUND_IMAGES } from '../../outputs/unfinished.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { startFile } from '../../unfinished-file.js';
import { ecotaxaNames } from '../predictions/ecotaxa-names.js';
import { annotationOf, categoryOf, UNNAMED } from './annotations-of.js';
import { cropsHeader, cropsRows, ECOTAXA_TABLE } from './ecotaxa-crops.js';
import type { FoundFrame } from './found-frames.js';
import { cropName } from './frame-images.js';

/** The names of results in their folder. */
export const FOUND_FILES = { detections: 'detections.json', labels: 'labels', yolo: 'data.yaml' } as const;

/** What is written, and from what. */
export interface FoundResults {
  /** The folder of results. */
  readonly out: string;
  /** Frames that are done, in their order. */
  readonly files: readonly string[];
  readonly get: (file: string) => Promise<FoundFrame>;
  /** The classes of the classifier; undefined where nothing is named. */
  readonly classes: readonly string[] | undefined;
  readonly taxonomy: Taxonomy | undefined;
  /** What the file of detections says of itself. */
  readonly info: Readonly<Record<string, unknown>>;
  /** The beginning of the names of files of each frame. */
  readonly stems: ReadonlyMap<string, string>;
  /** Where drawn frames and crops are. */
  readonly images: string;
  readonly draw: boolean;
  readonly crops: boolean;
  readonly yolo: boolean;
}

/** @returns the number of organisms, and of each category, from the most frequent down */
export async function writeFound(results: FoundResults): Promise<ReadonlyMap<string, number>> {
  const { out, draw, crops, yolo, stems } = results;
  const [drawn, cropped]: [string[], string[]] = [[], []];
  const counts = new Map<string, number>();
  const frames: Frame[] = [];
  for (const file of results.files) {
    const { width, height, organisms } = await results.get(file);
    frames.push({ file, width, height });
    const stem = stems.get(file) ?? '';
    if (draw) drawn.push(`${stem}.png`);
    if (crops) organisms.forEach((_, i) => void cropped.push(cropName(stem, i + 1)));
    for (const organism of organisms) counts.set(categoryOf(organism), (counts.get(categoryOf(organism)) ?? 0) + 1);
  }
  const classes = results.classes ?? [UNNAMED];
  const nodes = [...counts.keys()].filter((name) => !classes.includes(name));
  const categories = [...classes, ...sortByCodePoint(nodes)];
  await mkdir(out, { recursive: true });
  if (draw) await placeImages(results, FOUND_IMAGES.drawn, drawn);
  if (crops) {
    await placeImages(results, FOUND_IMAGES.crops, cropped, (folder) =>
      writeTable(results, join(folder, ECOTAXA_TABLE)),
    );
  }
  if (yolo) await writeYolo(results, frames, categories);
  await writeDetections(results, frames, categories);
  return new Map([...counts].sort((a, b) => b[1] - a[1]));
}

/** Links, which leave everything in its place should the run be killed now. */
async function placeImages(
  { images, out }: FoundResults,
  name: string,
  wanted: readonly string[],
  add: (folder: string) => Promise<void> = async () => undefined,
): Promise<void> {
  await mkdir(join(images, name), { recursive: true });
  await writeFolderAtomic(join(out, name), async (folder) => {
    for (const file of wanted) {
      const [from, to] = [join(images, name, file), join(folder, file)];
      await link(from, to).catch(() => copyFile(from, to));
    }
    await add(folder);
  });
}

async function writeTable({ files, get, classes, taxonomy, stems }: FoundResults, path: string): Promise<void> {
  const names = classes && { classes, called: ecotaxaNames(taxonomy, classes) };
  const when = new Date();
  await writeFile(path, cropsHeader(names !== undefined));
  for (const file of files) await appendFile(path, cropsRows(await get(file), stems.get(file) ?? '', names, when));
}

async function writeYolo({ out, get, files }: FoundResults, frames: readonly Frame[], categories: readonly string[]) {
  const numbers = new Map(categories.map((name, i) => [name, i]));
  const named = new Map<string, string>();
  await writeFolderAtomic(join(out, FOUND_FILES.labels), async (folder) => {
    for (const [i, file] of files.entries()) {
      const found = await get(file);
      const frame = frames[i] as Frame;
      const annotations = found.organisms.map((one) => annotationOf(one, found, 0, (name) => numbers.get(name) ?? 0));
      const { labels } = formatYolo({ frames: [frame], categories, annotations });
      for (const [name, lines] of labels) {
        const other = named.get(name);
        if (other !== undefined) throw sameLabels(other, file);
        named.set(name, file);
        await mkdir(dirname(join(folder, name)), { recursive: true });
        await writeFile(join(folder, name), lines);
      }
    }
  });
  const { yaml } = formatYolo({ frames: [], categories, annotations: [] });
  await writeFileAtomic(join(out, FOUND_FILES.yolo), yaml);
}

const sameLabels = (one: string, other: string) =>
  new CladenetError('USAGE', 'These frames cannot be written for YOLO', [
    { where: other, expected: 'a name that no other frame has but for its extension', received: `the name of ${one}` },
  ]);

async function writeDetections(
  { out, files, get, info }: FoundResults,
  frames: readonly Frame[],
  categories: readonly string[],
): Promise<void> {
  const numbers = new Map(categories.map((name, i) => [name, i]));
  const { temporary, commit, discard } = await startFile(join(out, FOUND_FILES.detections));
  try {
    await appendFile(temporary, cocoHead({ frames, categories }, info));
    let count = 0;
    for (const [i, file] of files.entries()) {
      const found = await get(file);
      const lines = found.organisms.map((organism) => {
        const annotation = annotationOf(organism, found, i, (name) => numbers.get(name) ?? 0);
        return `${count === 0 ? '' : ',\n'}${cocoAnnotation(annotation, count++)}`;
      });
      await appendFile(temporary, lines.join(''));
    }
    await appendFile(temporary, COCO_END);
    await commit();
  } catch (error) {
    await discard();
    throw error;
  }
}
