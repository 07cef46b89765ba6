/** A frame is recorded as done after its images have reached the disk: a power cut leaves no record of a frame without them. */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { thresholdDetector } from '../../../src/detection/threshold/threshold-detector.js';
import { detectInto } from '../../../src/report/detections/detect-into.js';

let folder: string;
const { open, writeFile, appendFile } = fs;

beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'cladenet-durable-'));
  for (const name of ['a', 'b']) {
    const pixels = new Uint8Array(60 * 40).fill(240);
    for (let y = 10; y < 20; y++) for (const x of [5, 35]) pixels.fill(40, y * 60 + x, y * 60 + x + 12);
    await sharp(pixels, { raw: { width: 60, height: 40, channels: 1 } }).toFile(join(folder, `${name}.png`));
  }
});
afterEach(() => {
  Object.assign(fs, { open, writeFile, appendFile });
  syncBuiltinESMExports();
});
afterAll(() => fs.rm(folder, { recursive: true, force: true }));

/** What happens to files and folders: `write`, `sync` or `append`, and its name. */
function watched(): string[] {
  const calls: string[] = [];
  const name = (path: unknown) => basename(String(path));
  Object.assign(fs, {
    open: async (...args: Parameters<typeof open>) => {
      const handle = await open(...args);
      return Object.assign(handle, { sync: async () => void calls.push(`sync ${name(args[0])}`) });
    },
    writeFile: async (...args: Parameters<typeof writeFile>) => {
      calls.push(`write ${name(args[0])}`);
      await writeFile(...args);
    },
    appendFile: async (...args: Parameters<typeof appendFile>) => {
      calls.push(`append ${name(args[0])}`);
      await appendFile(...args);
    },
  });
  syncBuiltinESMExports();
  return calls;
}

it('drawn frames and crops are synced, and the folders that name them, before the frame is done', async () => {
  const frames = ['a', 'b'].map((name) => ({ name: `${name}.png`, image: { path: join(folder, `${name}.png`) } }));
  const calls = watched();
  await detectInto(join(folder, 'found'), frames, {
    ...{ detector: thresholdDetector(), purpose: 'test', draw: true, crops: true },
  });
  const done = calls.flatMap((call, at) => (call === 'append detections.jsonl' ? [at] : []));
  expect(done).toHaveLength(2);
  for (const [number, stem] of ['a', 'b'].entries()) {
    const before = calls.slice(0, done[number]);
    const images = [`${stem}.png`, `${stem}_0001.png`, `${stem}_0002.png`];
    for (const image of images) {
      const written = before.lastIndexOf(`write ${image}`);
      expect(written).toBeGreaterThanOrEqual(0);
      expect(before.indexOf(`sync ${image}`)).toBeGreaterThan(written);
      const parent = image === `${stem}.png` ? 'drawn' : 'crops';
      expect(before.lastIndexOf(`sync ${parent}`)).toBeGreaterThan(written);
    }
  }
  // The folders themselves are names in the folder of unfinished work.
  expect(calls.slice(0, done[0]).filter((call) => call === 'sync found.partial').length).toBeGreaterThanOrEqual(2);
});
