/** Power cuts during a training, and around the saving of its model. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { currentFolder } from '../../src/files.js';
import { sha256 } from '../../src/hash.js';
import { decodeWeights, type WeightsDescription } from '../../src/network/weights-file.js';
import type { Random } from '../../src/random.js';
import { type Command, startCommand } from './command.js';
import type { Cuts, Looked } from './cuts.js';
import { createDisk, type Disk } from './disk.js';

/** During a training of many epochs. */
const CUTS_IN_TRAINING = 14;
/** While a model is saved, and once that was reported. */
const CUTS_AT_SAVE = 6;
const MEBIBYTES = 64;

interface Stored {
  readonly history: string;
  readonly state: WeightsDescription;
  readonly weights: WeightsDescription;
}

/** Which checkpoint is there, where no model is. */
const counts = { newest: 0, before: 0, none: 0 };

/**
 * The last reported checkpoint or a later one must be kept, and a model that was reported as saved must be whole.
 *
 * @param folder with `organisms`, for disks
 * @returns what was counted
 */
export async function cutTrainings(folder: string, cuts: Cuts, draw: Random, unsynced: boolean): Promise<string> {
  const train = (disk: Disk, epochs: number) => {
    const small = ['--size', '16', '--batch', '8', '--epochs', String(epochs)];
    const images = join(folder, 'organisms', 'images');
    return startCommand(['train', 'flat', '--images', images, ...small, '--out', join(disk.folder, 'model')], unsynced);
  };
  const long = createDisk(join(folder, 'long.img'), MEBIBYTES);
  const training = train(long, 10_000);
  await training.until(() => epochOf(training) > 1);
  for (let i = 0; i < CUTS_IN_TRAINING; i++) {
    await sleep(draw.integer(400));
    await cuts.cut(long, training, lookAfter(training));
  }
  training.child.kill('SIGKILL');
  await once(training.child, 'close');
  long.remove();

  for (let i = 0; i < CUTS_AT_SAVE; i++) {
    const disk = createDisk(join(folder, `save-${i}.img`), MEBIBYTES);
    const short = train(disk, 3);
    // Half of them between the last epoch and the report, half once it is there.
    await short.until(() => (i % 2 === 0 ? epochOf(short) === 3 : isSaved(short)));
    if (i % 2 === 0) await sleep(draw.integer(150));
    await cuts.cut(disk, short, lookAfter(short));
    if (!short.hasEnded()) await once(short.child, 'close');
    disk.remove();
  }
  return `checkpoints: ${counts.newest} newest, ${counts.before} before, ${counts.none} none`;
}

/** The last epoch whose record was printed: its checkpoint is saved next, that of the epoch before is saved. */
const epochOf = (training: Command) => Number(/epoch +(\d+) (?!.*epoch)/s.exec(training.text())?.[1] ?? 0);
const isSaved = (training: Command) => training.text().includes('saved to');

const lookAfter = (training: Command) => () => {
  const [epoch, saved] = [epochOf(training) - 1, isSaved(training)];
  return async (found: Disk): Promise<Looked> => ({
    reported: saved ? 'model saved' : `epoch ${epoch} saved`,
    fault: await faultOf(found, epoch, saved),
  });
};

async function faultOf(disk: Disk, reported: number, saved: boolean): Promise<string | undefined> {
  const model = await currentFolder(join(disk.folder, 'model'));
  const partial = await currentFolder(join(disk.folder, 'model.partial'));
  const isWhole = await loadClassifier(model).then(
    () => true,
    () => false,
  );
  if (saved) return isWhole ? undefined : 'the model was reported as saved, and is not whole';
  if (isWhole) return undefined;
  if (existsSync(model)) return 'half a model is in place';
  const newest = epochsIn(partial);
  const epochs = newest ?? epochsIn(join(partial, 'previous'));
  counts[newest !== undefined ? 'newest' : epochs !== undefined ? 'before' : 'none'] += 1;
  if (reported <= 0 || (epochs !== undefined && epochs >= reported)) return undefined;
  return `epoch ${reported} was saved, and the checkpoint is of epoch ${epochs ?? 'none'}`;
}

/** The epochs of a checkpoint that is whole; undefined if there is none or it is damaged. */
function epochsIn(path: string): number | undefined {
  const read = (name: string) => readFileSync(join(path, name));
  try {
    const { history, state, weights } = JSON.parse(read('checkpoint.json').toString()) as Stored;
    const lines = read('history.jsonl').toString();
    const bytes = read('checkpoint.bin');
    const parts = [
      decodeWeights(bytes.subarray(0, state.bytes), state),
      decodeWeights(bytes.subarray(state.bytes), weights),
    ];
    if (sha256(lines) !== history || parts.some((part) => typeof part === 'string')) return undefined;
    return lines.split('\n').length - 1;
  } catch {
    return undefined;
  }
}
