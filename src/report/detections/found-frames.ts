/** What was found in frames so far: a line for each frame that is done, so that a killed run goes on behind the last one. */
import { appendFile, truncate } from 'node:fs/promises';
import { z } from 'zod';
import { CladenetError } from '../../errors.js';
import { isNotFound, writeFileAtomic } from '../../files.js';
import { sha256OfJson } from '../../hash.js';
import { openRegularFile, piecesOfRegularFile } from '../../regular-file.js';

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

interface Place {
  readonly version: string;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Opens the file of an interrupted run, or begins one.
 *
 * @param purpose everything that decides what is found in a frame
 * @throws CladenetError USAGE for the file of a run with another purpose
 */
export async function openFoundFrames(path: string, purpose: unknown): Promise<FoundFrames> {
  const head = `${JSON.stringify({ purpose: sha256OfJson(purpose) })}\n`;
  const { first, places, bytes } = await placesIn(path);
  const isOther = first !== undefined && `${first}\n` !== head;
  if (isOther && places.size > 0) throw otherRun(path);
  let end = bytes;
  if (first === undefined || isOther) {
    await writeFileAtomic(path, head);
    end = Buffer.byteLength(head);
  } else await truncate(path, bytes);
  const file = await openRegularFile(path, { maxBytes: Number.POSITIVE_INFINITY });
  return {
    has: (name, version) => places.get(name)?.version === version,
    async add(frame) {
      const line = Buffer.from(`${JSON.stringify(frame)}\n`);
      await appendFile(path, line);
      places.set(frame.file, { version: frame.version, offset: end, bytes: line.length });
      end += line.length;
    },
    async get(name) {
      const place = places.get(name);
      if (place === undefined) throw new RangeError(`the frame ${name} is not done`);
      const { buffer } = await file.read(Buffer.alloc(place.bytes), 0, place.bytes, place.offset);
      return frameSchema.parse(JSON.parse(buffer.toString()));
    },
    close: () => file.close(),
  };
}

/** Where the whole lines of a file are. A line that is cut off, or damaged, is a frame that is not done. */
async function placesIn(path: string) {
  const places = new Map<string, Place>();
  let first: string | undefined;
  let [bytes, rest] = [0, Buffer.alloc(0)];
  try {
    for await (const piece of piecesOfRegularFile(path, { pieceBytes: 2 ** 20 })) {
      rest = Buffer.concat([rest, piece]);
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        const line = rest.subarray(0, end).toString();
        if (first === undefined) first = line;
        else {
          const frame = parsed(line);
          if (frame !== undefined) places.set(frame.file, { version: frame.version, offset: bytes, bytes: end + 1 });
        }
        bytes += end + 1;
        rest = rest.subarray(end + 1);
      }
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { first, places, bytes };
}

function parsed(line: string): FoundFrame | undefined {
  try {
    return frameSchema.safeParse(JSON.parse(line)).data;
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
