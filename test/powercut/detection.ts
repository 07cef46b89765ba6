/** Power cuts during a detection, and once it was reported as written. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { composeScenes } from '../../src/detection/scenes/compose-scenes.js';
import { cutOut } from '../../src/detection/scenes/cutout.js';
import { writeScenes } from '../../src/detection/scenes/write-scenes.js';
import { FOUND } from '../../src/outputs/unfinished.js';
import type { Random } from '../../src/random.js';
import { disc, rectangle } from '../detection/shapes.js';
import { type Command, startCommand } from './command.js';
import type { Cuts, Looked } from './cuts.js';
import { createDisk, type Disk } from './disk.js';

const FRAMES = 150;
const CUTS_IN_DETECTION = 8;
const CUTS_AFTER = 3;
const MEBIBYTES = 64;

/**
 * A frame that is recorded as done must have its drawn frame and all of its crops, whole; so must all frames, beside their detections, once
 * they were reported as written.
 *
 * @param folder for frames and disks
 * @returns what was counted
 */
export async function cutDetections(folder: string, cuts: Cuts, draw: Random, unsynced: boolean): Promise<string> {
  const { cutouts } = cutOut([disc(9), disc(6, 60), rectangle(20, 9), rectangle(8, 26, 140)]);
  await writeScenes(
    join(folder, 'scenes'),
    composeScenes(cutouts, { seed: 1, count: FRAMES, width: 160, height: 160 }),
  );
  const detect = (disk: Disk) => {
    const out = ['--out', join(disk.folder, 'found'), '--draw', '--crops'];
    return startCommand(['detect', join(folder, 'scenes', 'frames'), '--with', 'threshold', ...out], unsynced);
  };
  let done = 0;
  const disk = createDisk(join(folder, 'detect.img'), MEBIBYTES);
  const long = detect(disk);
  await long.until(() => existsSync(join(disk.folder, 'found.partial', 'crops')));
  for (let i = 0; i < CUTS_IN_DETECTION && !long.hasEnded(); i++) {
    await sleep(draw.integer(200));
    await cuts.cut(disk, long, look(long));
  }
  if (!long.hasEnded()) await once(long.child, 'close');
  disk.remove();
  for (let i = 0; i < CUTS_AFTER; i++) {
    const whole = createDisk(join(folder, `detect-${i}.img`), MEBIBYTES);
    const short = detect(whole);
    await short.until(() => isWritten(short));
    await cuts.cut(whole, short, look(short));
    if (!short.hasEnded()) await once(short.child, 'close');
    whole.remove();
  }
  if (done === 0) cuts.faults.push('no frame was recorded as done after any cut: nothing was shown');
  return `frames recorded as done when the power was cut: ${done}`;

  function look(command: Command) {
    return () => {
      const written = isWritten(command);
      return async (found: Disk): Promise<Looked> => {
        if (written) return { reported: 'detections written', fault: await faultOfWritten(found) };
        const { frames, fault } = await faultOfPartial(found);
        done += frames;
        return { reported: `${frames} frames done`, fault };
      };
    };
  }
}

const isWritten = (detection: Command) => detection.text().includes('written to');

/** The images of the frames that are recorded as done. */
async function faultOfPartial(disk: Disk): Promise<{ readonly frames: number; readonly fault: string | undefined }> {
  const partial = join(disk.folder, 'found.partial');
  const file = join(partial, FOUND);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(1) : [];
  let frames = 0;
  for (const line of lines) {
    const done = recordOf(line);
    if (done === undefined) continue;
    frames += 1;
    const missing = await missingOf(partial, done.file, done.organisms.length);
    if (missing !== undefined) return { frames, fault: `${done.file} is done, and ${missing} is not whole` };
  }
  return { frames, fault: undefined };
}

function recordOf(line: string): { readonly file: string; readonly organisms: readonly unknown[] } | undefined {
  try {
    return (JSON.parse(line) as { frame: { file: string; organisms: unknown[] } }).frame;
  } catch {
    return undefined;
  }
}

async function faultOfWritten({ folder }: Disk): Promise<string | undefined> {
  const found = join(folder, 'found');
  try {
    const { images, annotations } = JSON.parse(readFileSync(join(found, 'detections.json'), 'utf8')) as {
      images: { id: number; file_name: string }[];
      annotations: { image_id: number }[];
    };
    if (images.length !== FRAMES) return `detections.json is of ${images.length} frames`;
    for (const { id, file_name } of images) {
      const organisms = annotations.filter(({ image_id }) => image_id === id).length;
      const missing = await missingOf(found, file_name, organisms);
      if (missing !== undefined) return `it was reported as written, and ${missing} is not whole`;
    }
    return undefined;
  } catch (error) {
    const there = await readdir(folder);
    return `it was reported as written, and there is ${there.join(', ')}: ${(error as Error).message}`;
  }
}

/** The first image of a frame that is missing or half written. */
async function missingOf(folder: string, file: string, organisms: number): Promise<string | undefined> {
  const stem = file.replace(/\.png$/, '');
  const crops = Array.from({ length: organisms }, (_, i) => `crops/${stem}_${String(i + 1).padStart(4, '0')}.png`);
  for (const name of [`drawn/${stem}.png`, ...crops]) {
    const isWhole = await sharp(join(folder, name))
      .stats()
      .then(
        () => true,
        () => false,
      );
    if (!isWhole) return name;
  }
  return undefined;
}
