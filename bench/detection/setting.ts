/** What all parts of the detectors' bench have in common: its options, its organisms, its trained detectors, its tables. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type TypicalCrop, typicalCrop } from '../../src/classifier/data/typical-crop.js';
import type { DetectorKind } from '../../src/detection/learned/network/kinds.js';
import type { Views } from '../../src/detection/learned/reading/mirrored.js';
import { cutOutPart, type Part } from '../../src/detection/scenes/cut-out-part.js';
import type { Cutout } from '../../src/detection/scenes/cutout.js';
import { openImages, prepareData, preprocessingFor } from '../../src/index.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: 'string' },
    kinds: { type: 'string', default: 'centre,two-slot,yolo' },
    seeds: { type: 'string', default: '1,2,3' },
    epochs: { type: 'string' },
    examples: { type: 'string' },
    frames: { type: 'string', default: '500' },
    pairs: { type: 'string', default: '1000' },
    views: { type: 'string', default: '1' },
    classifier: { type: 'string' },
    bccd: { type: 'string' },
    'limit-per-class': { type: 'string' },
  },
});
const [folder, out] = positionals;
if (folder === undefined || out === undefined) throw new Error('give IMAGES and OUT');
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

export const setting = {
  out,
  kinds: values.kinds.split(',') as DetectorKind[],
  seeds: values.seeds.split(',').map(Number),
  /** In how many mirrored views trained detectors look at frames. */
  views: values.views.split(',').map(Number) as Views[],
  epochs: number(values.epochs),
  examples: number(values.examples),
  frames: Number(values.frames),
  pairs: Number(values.pairs),
  /** Of them, `separation` takes the first. */
  classifiers: values.classifier?.split(',') ?? [],
  bccd: values.bccd,
};

/** Whether a part is wanted; without `--part`, all are. */
export const does = (part: string): boolean => values.part === undefined || values.part.split(',').includes(part);

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
export const mean = (all: readonly number[]): number => all.reduce((sum, value) => sum + value, 0) / all.length;
/** A row of a table. */
export const row = (...cells: readonly (string | number)[]): void => say(`| ${cells.join(' | ')} |`);
/** The head of a table. */
export function head(...cells: readonly string[]): void {
  row(...cells);
  say(`|${'---|'.repeat(cells.length)}`);
}

await mkdir(out, { recursive: true });

async function open(images: string) {
  const limitPerClass = number(values['limit-per-class']);
  const opened = await openImages(
    images,
    preprocessingFor(),
    limitPerClass === undefined ? {} : { limitPerClass, seed: 1 },
  );
  return prepareData(opened, { seed: 1 });
}

let data: ReturnType<typeof open> | undefined;
const cut = new Map<Part, readonly Cutout[]>();

/** The organisms of a part of the split. */
export async function cutoutsOf(part: Part): Promise<readonly Cutout[]> {
  data ??= open(folder as string);
  const known = cut.get(part) ?? (await cutOutPart(await data, part)).cutouts;
  cut.set(part, known);
  return known;
}

/** The files of all images, by the numbers that organisms are cut out of. */
export async function pathsOfImages(): Promise<readonly string[]> {
  data ??= open(folder as string);
  return (await data).images.paths;
}

let typical: TypicalCrop | undefined;

/** How the training images are cut and lit, as trainings record it; classifiers of earlier versions do not say. */
export async function cropsOfTraining(): Promise<TypicalCrop> {
  data ??= open(folder as string);
  const { images, split } = await data;
  typical ??= typicalCrop(images, split.train);
  if (typical === undefined) throw new Error('no training images');
  return typical;
}

export const folderOf = (name: string, seed: number): string => join(setting.out, `${name}-${seed}`);
export const isTrained = (path: string): boolean => existsSync(join(path, 'detector.json'));
