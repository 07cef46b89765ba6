/** Images of what was found in a frame, in files: the frame with boxes, and a crop for each organism. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../abort.js';
import { roundedOutwards } from '../../box.js';
import type { OpenFrame } from '../../detection/frames/frame.js';
import { overviewOf } from '../../detection/frames/overview.js';
import { writing } from '../../files.js';
import { FOUND_IMAGES } from '../../outputs/unfinished.js';
import { loadSharp } from '../../sharp.js';
import { makeFolder, syncFiles, syncFolder } from '../../sync.js';
import { detectionsPng, LONGEST_DRAWN } from '../figures/detections-figure.js';
import type { FrameColours } from '../figures/frame-colours.js';
import type { FoundFrame, FoundOrganism } from './found-frames.js';

/** Which images are written, and how they are called. */
export interface FrameImages {
  readonly folder: string;
  /** The beginning of the names of files of a frame. */
  readonly stem: string;
  /** Colours of the drawn frame; undefined where it is not drawn. */
  readonly drawn: FrameColours | undefined;
  /** Pixels of the frame around the box of an organism; undefined where no crops are written. */
  readonly crops: number | undefined;
}

/** The name of the crop of an organism, by its number in the frame from 1. */
export const cropName = (stem: string, number: number): string => `${stem}_${String(number).padStart(4, '0')}.png`;

/** Where an organism is cut out: its box and a margin, in whole pixels within the frame. */
export function cropBox(
  { box: [x, y, width, height] }: Pick<FoundOrganism, 'box'>,
  margin: number,
  frame: { readonly width: number; readonly height: number },
) {
  const outer = roundedOutwards({
    x: x - margin,
    y: y - margin,
    width: width + 2 * margin,
    height: height + 2 * margin,
  });
  const [left, top] = [
    Math.min(frame.width - 1, Math.max(0, outer.x)),
    Math.min(frame.height - 1, Math.max(0, outer.y)),
  ];
  return {
    ...{ x: left, y: top },
    width: Math.max(1, Math.min(frame.width, outer.x + outer.width) - left),
    height: Math.max(1, Math.min(frame.height, outer.y + outer.height) - top),
  };
}

/**
 * Writes the images of a frame. They count once the frame is recorded as done, so they are on the disk when this returns: a power cut
 * leaves no record without them.
 *
 * @throws CladenetError OUTPUT when the system refuses; ABORTED after `signal`
 */
export async function writeFrameImages(
  frame: OpenFrame,
  found: FoundFrame,
  { folder, stem, drawn, crops }: FrameImages,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (drawn !== undefined) {
    await writeInto(join(folder, FOUND_IMAGES.drawn), async (write) => {
      const picture = await overviewOf(frame, LONGEST_DRAWN, signal);
      await write(`${stem}.png`, await detectionsPng(picture, found, drawn));
    });
  }
  if (crops === undefined) return;
  const sharp = await loadSharp();
  const channels = frame.readColour === undefined ? 1 : 3;
  await writeInto(join(folder, FOUND_IMAGES.crops), async (write) => {
    for (const [i, organism] of found.organisms.entries()) {
      throwIfAborted(signal, 'Writing crops');
      const { pixels, width, height } = await (frame.readColour ?? frame.read)(cropBox(organism, crops, found));
      const png = await sharp(pixels, { raw: { width, height, channels } })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .png()
        .toBuffer();
      await write(cropName(stem, i + 1), png);
    }
  });
}

/** Writes files of a folder, and syncs them all at once, which a disk does in much less time than one after the other. */
async function writeInto(
  folder: string,
  fill: (write: (name: string, png: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  await writing(folder, async () => {
    await makeFolder(folder, true);
    const written: string[] = [];
    await fill(async (name, png) => {
      await writeFile(join(folder, name), png);
      written.push(join(folder, name));
    });
    await syncFiles(written);
    await syncFolder(folder);
  });
}

/** Whether all images of a frame are there. */
export function hasFrameImages({ organisms }: FoundFrame, { folder, stem, drawn, crops }: FrameImages): boolean {
  if (drawn !== undefined && !existsSync(join(folder, FOUND_IMAGES.drawn, `${stem}.png`))) return false;
  return (
    crops === undefined ||
    organisms.every((_, i) => existsSync(join(folder, FOUND_IMAGES.crops, cropName(stem, i + 1))))
  );
}
