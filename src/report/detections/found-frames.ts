/**
 * What was found in frames so far: a line for each frame that is done, so that a killed run goes on behind the last one. Each line has a
 * checksum over what it says and over everything that decided it: a line that is damaged, or of another run, is a frame that is not done.
 */
import { appendFile, truncate } from 'node:fs/promises';
import { z } from 'zod';
import { CladenetError } from '../../errors.js';
import { isNotFound, writeFileAtomic, writing } from '../../files.js';
import { sha256OfJson } from '../../hash.js';
import { openRegularFile, piecesOfRegularFile } from '../../regular-file.js';
import { sync } from '../../sync.js';

const share = z.number().min(0).max(1);

const nameSchema = z.strictObject({
  class: z.string(),
  probability: share,
  lineage: z.string(),
  /** The node that is decided on instead of the class. */
  node: z.strictObject({ path: z.string(), probability: share, depth: z.int().min(0) }).optional(),
});

const organismSchema = z.strictObject({
  /** x, y, width, height. */
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  score: share,
  /** Runs of its mask over the frame, as COCO writes them. */
  mask: z.string().optional(),
  name: nameSchema.optional(),
});

const frameSchema = z.strictObject({
  file: z.string(),
  /** Of its file, as it was read. */
  version: z.string(),
  width: z.int().min(1),
  height: z.int().min(1),
  /** What is odd about it. */
  notes: z.array(z.string()),
  organisms: z.array(organismSchema),
});

/** What was found in a frame. */
export type FoundFrame = z.output<typeof frameSchema>;
/** An organism that was found. */
export type FoundOrganism = z.output<typeof organismSchema>;

/** Frames that are done, in a file. */
export interface FoundFrames {
  /** Whether a frame is done, and its file has not changed since. */
  has(file: string, version: string): boolean;
  add(frame: FoundFrame): Promise<void>;
  /** What was found in a frame that is done. */
  get(file: string): Promise<FoundFrame>;
  close(): Promise<void>;
}

/** A power cut loses the frames of this many milliseconds, so that a run of small frames does not wait for the disk after each. */
const SYNC_MS = 1000;

interface Place {
  readonly version: string;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Opens the file of an interrupted run, or begins one.
 *
 * @param purpose everything that decides what is found in a frame
 * @throws CladenetError USAGE for the file of a run with another purpose; OUTPUT for a file of which nothing can be used
 */
export async function openFoundFrames(path: string, purpose: unknown): Promise<FoundFrames> {
  const own = sha256OfJson(purpose);
  const head = `${JSON.stringify({ purpose: own })}\n`;
  const { first, others, places, bytes } = await placesIn(path, own);
  const isOwn = first !== undefined && `${first}\n` === head;
  // Lines that are this run's are used whatever has become of the first one.
  if (!isOwn && places.size === 0 && others > 0) throw isHead(first) ? otherRun(path) : damaged(path);
  let end = bytes;
  if (!isOwn && places.size === 0) {
    await writeFileAtomic(path, head);
    end = Buffer.byteLength(head);
  } else await truncate(path, bytes);
  let synced = Number.NEGATIVE_INFINITY;
  const file = await openRegularFile(path, { maxBytes: Number.POSITIVE_INFINITY });
  return {
    has: (name, version) => places.get(name)?.version === version,
    async add(frame) {
      const line = Buffer.from(`${JSON.stringify({ check: checkOf(frame, own), frame })}\n`);
      await writing(path, async () => {
        await appendFile(path, line);
        if (performance.now() - synced < SYNC_MS) return;
        await sync(path);
        synced = performance.now();
      });
      places.set(frame.file, { version: frame.version, offset: end, bytes: line.length });
      end += line.length;
    },
    async get(name) {
      const place = places.get(name);
      if (place === undefined) throw new RangeError(`the frame ${name} is not done`);
      const { buffer } = await file.read(Buffer.alloc(place.bytes), 0, place.bytes, place.offset);
      const frame = parsed(buffer.toString(), own);
      if (frame === undefined) throw changed(path, name);
      return frame;
    },
    close: () => file.close(),
  };
}

/** Where a file has whole lines of this run, one for each frame that is done, and how many others, behind the first. */
async function placesIn(path: string, purpose: string) {
  const places = new Map<string, Place>();
  let first: string | undefined;
  let [bytes, others, rest] = [0, 0, Buffer.alloc(0)];
  try {
    for await (const piece of piecesOfRegularFile(path, { pieceBytes: 2 ** 20 })) {
      rest = Buffer.concat([rest, piece]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        const line = rest.subarray(0, end).toString();
        const frame = parsed(line, purpose);
        if (frame !== undefined) places.set(frame.file, { version: frame.version, offset: bytes, bytes: end + 1 });
        else if (first !== undefined) others++;
        first ??= line;
        bytes += end + 1;
        rest = rest.subarray(end + 1);
      }
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { first, others, places, bytes };
}

const checkOf = (frame: unknown, purpose: string) => sha256OfJson([purpose, frame]);

function parsed(line: string, purpose: string): FoundFrame | undefined {
  const { check, frame } = (jsonOf(line) ?? {}) as { readonly check?: unknown; readonly frame?: unknown };
  return frame !== undefined && check === checkOf(frame, purpose) ? frameSchema.safeParse(frame).data : undefined;
}

const isHead = (line = '') => headSchema.safeParse(jsonOf(line)).success;
const headSchema = z.strictObject({ purpose: z.string().regex(/^[0-9a-f]{64}$/) });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const otherRun = (path: string) =>
  new CladenetError('USAGE', 'The folder holds what another run has found so far', [
    {
      where: path,
      expected: 'a run with this detector, this classifier and these options',
      received: 'a run with others',
      remedy: 'To resume that run, use the options that it was started with. To start again, set `fresh: true`.',
    },
  ]);

const damaged = (path: string) =>
  new CladenetError('OUTPUT', 'What a run has found so far is damaged', [
    {
      where: `${path}, line 1`,
      expected: 'what the run decides by, and behind it lines of this run',
      received: 'other content, and no line of this run',
      remedy: 'To start again, set `fresh: true`.',
    },
  ]);

const changed = (path: string, frame: string) =>
  new CladenetError('OUTPUT', 'What was found so far has changed meanwhile', [
    {
      where: path,
      expected: `the line of the frame ${frame}, as it was written`,
      received: 'other content',
      remedy: 'Give the same command again: frames whose lines are damaged are looked at again.',
    },
  ]);
