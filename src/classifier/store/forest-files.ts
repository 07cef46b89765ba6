/** The random forests of a classifier as files: the trees as bytes, what they mean in `classifier.json`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../errors.js';
import { decodeForest } from '../../forest/decode.js';
import { encodeForest } from '../../forest/encode.js';
import type { Forest } from '../../forest/forest.js';
import { sha256 } from '../../hash.js';
import { readProblem, readRegularFile } from '../../regular-file.js';
import type { ForestFile } from '../schema.js';
import { partFile } from './part-file.js';

/** Far more than a forest that fits into memory. */
const MAX_FOREST_BYTES = 2 ** 31;

/** Forests by name: `FOREST`, or the path of the node that one decides in. */
export type Forests = ReadonlyMap<string, Forest>;

export async function writeForests(folder: string, forests: Forests): Promise<ForestFile[]> {
  const described: ForestFile[] = [];
  for (const [name, forest] of forests) {
    const { bytes, description } = encodeForest(forest);
    const file = partFile('forests', name, described.length);
    await mkdir(join(folder, 'forests'), { recursive: true });
    await writeFile(join(folder, file), bytes);
    described.push({ name, file, bytes: bytes.length, sha256: sha256(bytes), description: { ...description } });
  }
  return described;
}

/** What cannot be read, or is not what was saved, becomes a problem. */
export async function readForests(
  folder: string,
  described: readonly ForestFile[],
  problems: Problem[],
): Promise<Forests> {
  const forests = new Map<string, Forest>();
  for (const { name, file, bytes: length, sha256: hash, description } of described) {
    const where = join(folder, file);
    const bounds = { maxBytes: MAX_FOREST_BYTES, exactBytes: length };
    const bytes = await readRegularFile(where, bounds).catch((error: unknown) => {
      problems.push(readProblem(where, error));
      return undefined;
    });
    if (bytes === undefined) continue;
    const isSaved = sha256(bytes) === hash;
    const forest = isSaved ? decodeForest(bytes, description) : 'other bytes than were saved: the file is damaged';
    if (typeof forest === 'string') problems.push({ where, expected: 'the forest that was saved', received: forest });
    else forests.set(name, forest);
  }
  return forests;
}
