/** Looks at frames, one after the other, and writes what is found: a run that is killed goes on at the frame where it stopped. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../abort.js';
import { append } from '../../arrays.js';
import { judgingTaxonomy } from '../../classifier/judging/judging-taxonomy.js';
import { type OpenFrame, openFrame } from '../../detection/frames/frame.js';
import { CladenetError, type Problem } from '../../errors.js';
import { hasFolder, isNotFound } from '../../files.js';
import { claim, FOUND, FOUND_IMAGES, partialFolder, removeUnfinished } from '../../outputs/unfinished.js';
import { frameColours } from '../figures/frame-colours.js';
import { type FoundFrames, openFoundFrames } from './found-frames.js';
import { type FrameImages, hasFrameImages, writeFrameImages } from './frame-images.js';
import { fileNames, type NamedFrame } from './frame-names.js';
import { type Looking, lookAtFrame, versionOf } from './look-at-frame.js';
import { FOUND_FILES, writeFound } from './write-found.js';

/** Options of {@link detectInto}. */
export interface DetectIntoOptions extends Looking {
  /** What else decides on what is found, such as checksums of detector and classifier: a run with others is not resumed. */
  readonly purpose: unknown;
  /** What the file of detections says of itself. */
  readonly info?: Readonly<Record<string, unknown>> | undefined;
  /** Draw each frame with its organisms. Default `false`. */
  readonly draw?: boolean | undefined;
  /** Write a crop of each organism, with a table that EcoTaxa imports. Default `false`. */
  readonly crops?: boolean | undefined;
  /** Write labels of YOLO too. Default `false`. */
  readonly yolo?: boolean | undefined;
  /** Larger frames are left out. Default: 2^29 pixels. */
  readonly maxPixels?: number | undefined;
  /** Stop at a frame that cannot be read, instead of leaving it out. Default `false`. */
  readonly strict?: boolean | undefined;
  /** Start over instead of resuming. Default `false`. */
  readonly fresh?: boolean | undefined;
  /** Called after every frame, with the number of organisms so far. */
  readonly onFrame?: ((done: number, total: number, organisms: number) => void) | undefined;
  /** Called once with the number of frames that an interrupted run had done, if any. */
  readonly onResumed?: ((frames: number) => void) | undefined;
}

/** What {@link detectInto} did. */
export interface DetectedInto {
  readonly frames: number;
  readonly organisms: number;
  /** Organisms of each category, from the most frequent down. */
  readonly counts: ReadonlyMap<string, number>;
  /** Frames that could not be used. */
  readonly problems: readonly Problem[];
  /** What is odd about frames that could. */
  readonly notes: readonly { readonly file: string; readonly note: string }[];
}

/**
 * Detects organisms in frames and writes `detections.json` into a folder, and drawn frames (`drawn/`), crops (`crops/`) and YOLO's files
 * (`labels/`, `data.yaml`) if wanted. Memory holds a tile of a frame and what is found in one frame. `OUT.partial` keeps what was found
 * until all frames are done: the same call goes on from there, and its result is that of a run without a stop.
 *
 * @throws CladenetError DATASET when no frame can be read, or with `strict` one cannot; USAGE for the unfinished work of another run, and as
 *   `classifyDetections`; OUTPUT; ABORTED after `signal`
 */
export async function detectInto(
  out: string,
  frames: readonly NamedFrame[],
  options: DetectIntoOptions,
): Promise<DetectedInto> {
  const partial = partialFolder(out);
  // What an unfinished run has put into place is its own.
  if (!hasFolder(partial)) await requireOwn(out);
  if (options.fresh) await removeUnfinished(partial);
  await claim(partial);
  const detected = await detectWith(partial, out, frames, options);
  await removeUnfinished(partial);
  return detected;
}

/** @param partial where what is found is kept until all frames are done */
async function detectWith(
  partial: string,
  out: string,
  frames: readonly NamedFrame[],
  options: DetectIntoOptions,
): Promise<DetectedInto> {
  const { purpose, classifier, classifying, draw = false, crops = false, yolo = false, signal } = options;
  const { tiles, minScore } = options;
  // A frame of another background is refused or looked at: what is found in those that are done is the same.
  const { taxonomy: given, anyBackground: _, ...decided } = classifying ?? {};
  const decidedBy = [purpose, tiles, minScore, decided, given?.lineages()];
  const found = await openFoundFrames(join(partial, FOUND), decidedBy);
  try {
    const stems = fileNames(frames.map(({ name }) => name));
    const taxonomy = classifier && judgingTaxonomy([classifier], given);
    const lineages = classifier?.classes.map((name) => taxonomy?.leafOf(name) ?? name) ?? [];
    const drawn = draw ? frameColours(lineages) : undefined;
    const margin = classifying?.margin ?? classifier?.description.split.crops?.margin ?? CROP_MARGIN;
    const imagesOf = (name: string): FrameImages => ({
      ...{ folder: partial, stem: stems.get(name) ?? '', drawn, crops: crops ? margin : undefined },
    });
    const looked = await lookAtAll(frames, found, imagesOf, { ...options, scratch: partial });
    const { problems, notes } = looked;
    const left = new Set(looked.leftOut);
    const files = frames.map(({ name }) => name).filter((name) => !left.has(name));
    if (files.length === 0) throw new CladenetError('DATASET', 'No frame can be used: nothing is written', problems);
    throwIfAborted(signal, 'The detection');
    const info = { ...options.info, ...(problems.length > 0 && { left_out: problems }) };
    const counts = await writeFound({
      ...{ out, files, get: found.get, classes: classifier?.classes, taxonomy, info, stems },
      ...{ images: partial, draw, crops, yolo },
    });
    const organisms = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return { frames: files.length, organisms, counts, problems, notes };
  } finally {
    await found.close();
  }
}

/** Pixels around crops where no classifier says how its images were cut. */
const CROP_MARGIN = 4;

async function lookAtAll(
  frames: readonly NamedFrame[],
  found: FoundFrames,
  imagesOf: (name: string) => FrameImages,
  options: DetectIntoOptions & { readonly scratch: string },
) {
  const { strict = false, signal, onFrame, onResumed, scratch, maxPixels } = options;
  const problems: Problem[] = [];
  const leftOut: string[] = [];
  const notes: { file: string; note: string }[] = [];
  const done = new Set<string>();
  // A frame is done with its images. Names of their files can depend on the other frames.
  const keyOf = async (frame: NamedFrame) => {
    const { stem, drawn, crops } = imagesOf(frame.name);
    const images = [drawn && 'drawn', crops !== undefined && `cropped with ${crops} pixels around`].filter(Boolean);
    return [`${await versionOf(frame)} as ${stem}`, ...images].join(', ');
  };
  for (const frame of frames) {
    if (!found.has(frame.name, await keyOf(frame))) continue;
    if (hasFrameImages(await found.get(frame.name), imagesOf(frame.name))) done.add(frame.name);
  }
  if (done.size > 0) onResumed?.(done.size);
  let organisms = 0;
  for (const [i, named] of frames.entries()) {
    throwIfAborted(signal, 'The detection');
    try {
      if (!done.has(named.name)) await lookAt(named);
      const { organisms: own, notes: odd } = await found.get(named.name);
      organisms += own.length;
      for (const note of odd) notes.push({ file: named.name, note });
    } catch (error) {
      if (!(error instanceof CladenetError) || error.code !== 'DATASET' || strict) throw error;
      leftOut.push(named.name);
      append(problems, error.problems);
    }
    onFrame?.(i + 1, frames.length, organisms);
  }
  return { problems, leftOut, notes };

  async function lookAt(named: NamedFrame): Promise<void> {
    const frame: OpenFrame = await openFrame(named.image, { scratch, maxPixels });
    try {
      const looked = await lookAtFrame(frame, options).catch((error: unknown) => {
        throw inFrame(named, error);
      });
      const record = { file: named.name, version: await keyOf(named), ...looked };
      await writeFrameImages(frame, record, imagesOf(named.name), signal);
      await found.add(record);
    } finally {
      frame.close();
    }
  }
}

/** Errors that speak of `frame` name it. */
function inFrame({ image: { path } }: NamedFrame, error: unknown): unknown {
  if (!(error instanceof CladenetError) || !error.problems.some(({ where }) => where === 'frame')) return error;
  const problems = error.problems.map((one) => (one.where === 'frame' ? { ...one, where: path } : one));
  return new CladenetError(error.code, error.summary, problems, { cause: error });
}

/** Folders that are replaced must be of an earlier run. */
async function requireOwn(out: string): Promise<void> {
  if (existsSync(join(out, FOUND_FILES.detections))) return;
  const problems: Problem[] = [];
  for (const name of [...Object.values(FOUND_IMAGES), FOUND_FILES.labels]) {
    const names = await readdir(join(out, name)).catch((error: unknown) => {
      if (isNotFound(error)) return [];
      throw error;
    });
    if (names.length === 0) continue;
    problems.push({
      where: join(out, name),
      expected: 'no folder, or one of an earlier run, beside its `detections.json`',
      received: `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', ...' : ''}`,
      remedy: 'Name another folder, or remove this one yourself.',
    });
  }
  if (problems.length > 0) throw new CladenetError('OUTPUT', 'The detections cannot be written', problems);
}
