/** What was found so far, in a file that is damaged in every way: nothing wrong is ever read out of it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CladenetError } from '../../../src/errors.js';
import { type FoundFrame, openFoundFrames } from '../../../src/report/detections/found-frames.js';

const frame = (number: number): FoundFrame => ({
  ...{ file: `sea/${number}.png`, version: `${number}00 bytes`, width: 640, height: 480, notes: [] },
  organisms: Array.from({ length: number }, (_, i) => ({
    ...{ box: [10.25 * i, 3, 40, 50] as [number, number, number, number], score: 0.9 - i / 100 },
    name: { class: 'Calanus', probability: 0.75, lineage: 'Copepoda>Calanus' },
  })),
});
const frames = [1, 2, 3, 4].map(frame);

let folder: string;
let path: string;
/** The file of this run, and of another one that found other things in the same frames. */
let own: Buffer = Buffer.of();
let other: Buffer = Buffer.of();

async function write(purpose: string, found: readonly FoundFrame[]): Promise<Buffer> {
  const file = await openFoundFrames(path, purpose);
  for (const one of found) await file.add(one);
  await file.close();
  return readFile(path);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-found-'));
  path = join(folder, 'detections.jsonl');
  own = await write('this', frames);
  await rm(path);
  other = await write(
    'another',
    frames.map((one) => ({ ...one, organisms: one.organisms.slice(1) })),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Which frames are done. What is said of them must be what was found. */
async function done(purpose = 'this'): Promise<string[]> {
  const file = await openFoundFrames(path, purpose);
  try {
    const names: string[] = [];
    for (const one of frames.filter(({ file: name, version }) => file.has(name, version))) {
      expect(await file.get(one.file)).toEqual(one);
      names.push(one.file);
    }
    return names;
  } finally {
    await file.close();
  }
}

const names = frames.map(({ file }) => file);
const lines = (of: Buffer) => of.toString().split('\n').slice(0, -1);
const [OTHER_RUN, DAMAGED] = [/another run has found so far[\s\S]*fresh: true/, /line 1: [\s\S]*fresh: true/];

describe('what was found so far', () => {
  it('is what a run goes on from', async () => {
    await writeFile(path, own);
    expect(await done()).toEqual(names);
    expect((await readFile(path)).equals(own)).toBe(true);
  });

  it('is never wrong, whatever became of its bytes, and is complete once the frames that are missing were added', async () => {
    const place = fc.nat(own.length - 1);
    const damage = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }),
      fc.record({ kind: fc.constant('cut' as const), at: place, length: fc.nat(300) }),
      fc.record({ kind: fc.constant('end' as const), at: place }),
      fc.record({ kind: fc.constant('zeros' as const), at: place, length: fc.nat(300) }),
      fc.record({ kind: fc.constant('insert' as const), at: place, from: fc.nat(400), length: fc.nat(400) }),
    );
    let [resumed, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (all) => {
        let bytes = Buffer.from(own);
        for (const one of all) {
          const [before, behind] = [bytes.subarray(0, one.at), bytes.subarray(one.at)];
          if (one.kind === 'flip' && one.at < bytes.length) bytes[one.at] = (bytes[one.at] ?? 0) ^ (1 << one.bit);
          if (one.kind === 'cut') bytes = Buffer.concat([before, behind.subarray(one.length)]);
          if (one.kind === 'end') bytes = Buffer.from(before);
          if (one.kind === 'zeros') bytes = Buffer.concat([before, Buffer.alloc(one.length), behind]);
          if (one.kind === 'insert') {
            bytes = Buffer.concat([before, other.subarray(one.from, one.from + one.length), behind]);
          }
        }
        await writeFile(path, bytes);
        const left = await done().catch((error: unknown) => {
          if (!(error instanceof CladenetError)) throw error;
          expect(error.message).toMatch(error.code === 'USAGE' ? OTHER_RUN : DAMAGED);
          return undefined;
        });
        if (left === undefined) {
          refused++;
          return;
        }
        resumed++;
        const file = await openFoundFrames(path, 'this');
        for (const one of frames) if (!left.includes(one.file)) await file.add(one);
        for (const one of frames) expect(await file.get(one.file)).toEqual(one);
        await file.close();
        expect(await done()).toEqual(names);
      }),
      { numRuns: 120 },
    );
    expect(resumed).toBeGreaterThan(60);
    expect(refused).toBeLessThan(30);
  });

  it('loses the frame of a line in which a single digit changed, and no other', async () => {
    const [head, first = '', ...rest] = lines(own);
    await writeFile(path, `${[head, first.replace('"score":0.9', '"score":0.8'), ...rest].join('\n')}\n`);
    expect(await done()).toEqual(names.slice(1));
  });

  it('takes no line of another run', async () => {
    const [head, first, second] = lines(own);
    await writeFile(path, `${[head, first, second, ...lines(other)].join('\n')}\n`);
    expect(await done()).toEqual(names.slice(0, 2));
    await writeFile(path, `${[head, ...lines(other).slice(1)].join('\n')}\n`);
    expect(await done()).toEqual([]);
  });

  it('is used though its first line is lost, and refused where nothing behind it is of this run', async () => {
    const [, ...rest] = lines(own);
    await writeFile(path, `{"purp\n${rest.join('\n')}\n`);
    expect(await done()).toEqual(names);
    await writeFile(path, `{"purp\n${lines(other).slice(1).join('\n')}\n`);
    await expect(done()).rejects.toThrow(DAMAGED);
    await writeFile(path, other);
    await expect(done()).rejects.toThrow(OTHER_RUN);
    expect((await readFile(path)).equals(other)).toBe(true);
  });

  it('is nothing in an empty file, and in one that ends in its first line', async () => {
    for (const bytes of ['', '{"purpose":"12', '{"purpose":"12\n']) {
      await writeFile(path, bytes);
      expect(await done()).toEqual([]);
      await rm(path);
    }
  });

  it('is not read from a line that changes while the run goes on', async () => {
    await writeFile(path, own);
    const file = await openFoundFrames(path, 'this');
    await writeFile(path, own.toString().replace('"score":0.9', '"score":0.8'));
    await expect(file.get('sea/1.png')).rejects.toThrow(/has changed meanwhile[\s\S]*sea\/1\.png/);
    expect(await file.get('sea/2.png')).toEqual(frames[1]);
    await file.close();
  });
});
