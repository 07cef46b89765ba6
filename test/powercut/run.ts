/**
 * `npm run test:powercut`: power cuts during a training and around the saving of a model, on a disk of its own. Each must
 * leave the last reported checkpoint or a later one, and a model that was reported as saved must be whole.
 *
 * The disk is a file with an ext4 file system. The training is stopped for a moment and the file copied: it holds what has
 * reached the device, and not what is only in memory. The copy is mounted, which replays its journal. Skipped, with the
 * reason, without root or loop devices.
 *
 *     npm run test:powercut -- --seed 1
 *     npm run test:powercut -- --unsynced     the control: without syncing, checkpoints and models must be lost
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { generateOrganisms } from '../../src/dataset/generate.js';
import { currentFolder } from '../../src/files.js';
import { sha256 } from '../../src/hash.js';
import { decodeWeights, type WeightsDescription } from '../../src/network/weights-file.js';
import { random } from '../../src/random.js';
import { replaceCompact } from '../cli/small-compact.js';
import { createDisk, type Disk, whyNoDisk } from './disk.js';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, unsynced: { type: 'boolean', default: false } },
});
const draw = random(Number(values.seed), 'powercut');

/** During a training of many epochs. */
const CUTS_IN_TRAINING = 14;
/** While a model is saved, and once that was reported. */
const CUTS_AT_SAVE = 6;
const MEBIBYTES = 64;
const UNSYNCED = new URL('../kill/unsynced.mjs', import.meta.url).href;

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'cladenet-powercut-'));
const reason = whyNoDisk(folder);
if (reason !== undefined) {
  console.log(`skipped: ${reason}`);
  await rm(folder, { recursive: true });
  process.exit();
}
if (spawnSync(process.execPath, ['bootstrap.mjs', 'cli', '--version'], { cwd: root }).status !== 0) process.exit(1);

/** A training that saves to a disk. */
function train(disk: Disk, epochs: number) {
  const small = ['--size', '16', '--batch', '8', '--epochs', String(epochs)];
  const args = ['train', 'flat', '--images', join(folder, 'organisms', 'images'), ...small];
  const main = join(root, 'dist', 'cli', 'main.js');
  const child = spawn(
    process.execPath,
    [
      '--import',
      replaceCompact,
      ...(values.unsynced ? ['--import', UNSYNCED] : []),
      main,
      ...args,
      '--out',
      join(disk.folder, 'model'),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TF_NUM_INTRAOP_THREADS: '1' } },
  );
  let text = '';
  child.stderr.on('data', (more: Buffer) => {
    text += more.toString();
  });
  return {
    child,
    text: () => text,
    /** The last epoch whose record was printed: its checkpoint is saved next, that of the epoch before is saved. */
    epoch: () => Number(/epoch +(\d+) (?!.*epoch)/s.exec(text)?.[1] ?? 0),
    async until(isThere: () => boolean) {
      while (!isThere() && child.exitCode === null && child.signalCode === null) await sleep(2);
      if (!isThere()) throw new Error(`the training ended: ${text}`);
    },
  };
}

interface Stored {
  readonly history: string;
  readonly state: WeightsDescription;
  readonly weights: WeightsDescription;
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

/** What is wrong with the disk that a power cut left; undefined if all is well. */
async function faultOf(disk: Disk, reported: number, isSaved: boolean): Promise<string | undefined> {
  const model = await currentFolder(join(disk.folder, 'model'));
  const partial = await currentFolder(join(disk.folder, 'model.partial'));
  const isWhole = await loadClassifier(model).then(
    () => true,
    () => false,
  );
  if (isSaved) return isWhole ? undefined : 'the model was reported as saved, and is not whole';
  if (isWhole) return undefined;
  if (existsSync(model)) return 'half a model is in place';
  const newest = epochsIn(partial);
  const epochs = newest ?? epochsIn(join(partial, 'previous'));
  counts[newest !== undefined ? 'newest' : epochs !== undefined ? 'before' : 'none'] += 1;
  if (reported <= 0 || (epochs !== undefined && epochs >= reported)) return undefined;
  return `epoch ${reported} was saved, and the checkpoint is of epoch ${epochs ?? 'none'}`;
}

/** Which checkpoint is there, where no model is. */
const counts = { newest: 0, before: 0, none: 0 };
const faults: string[] = [];
let cuts = 0;

async function cut(disk: Disk, training: ReturnType<typeof train>): Promise<void> {
  const reported = training.epoch() - 1;
  const isSaved = training.text().includes('saved to');
  training.child.kill('SIGSTOP');
  const found = disk.cut();
  training.child.kill('SIGCONT');
  const fault = await faultOf(found, reported, isSaved);
  found.remove();
  cuts += 1;
  if (fault !== undefined) faults.push(`cut ${cuts}: ${fault}`);
  process.stderr.write(`cut ${cuts}: ${isSaved ? 'model saved' : `epoch ${reported} saved`}: ${fault ?? 'kept'}\n`);
}

await generateOrganisms({ out: join(folder, 'organisms'), imagesPerClass: 4 });

const long = createDisk(join(folder, 'long.img'), MEBIBYTES);
const training = train(long, 10_000);
await training.until(() => training.epoch() > 1);
for (let i = 0; i < CUTS_IN_TRAINING; i++) {
  await sleep(draw.integer(400));
  await cut(long, training);
}
training.child.kill('SIGKILL');
await once(training.child, 'close');
long.remove();

for (let i = 0; i < CUTS_AT_SAVE; i++) {
  const disk = createDisk(join(folder, `save-${i}.img`), MEBIBYTES);
  const short = train(disk, 3);
  // Half of them between the last epoch and the report, half once it is there.
  await short.until(() => (i % 2 === 0 ? short.epoch() === 3 : short.text().includes('saved to')));
  if (i % 2 === 0) await sleep(draw.integer(150));
  await cut(disk, short);
  if (short.child.exitCode === null) await once(short.child, 'close');
  disk.remove();
}

const { newest, before, none } = counts;
console.log(
  `${cuts} power cuts, ${faults.length} faults; checkpoints: ${newest} newest, ${before} before, ${none} none`,
);
for (const fault of faults) console.log(fault);
if (faults.length > 0) process.exitCode = 1;
await rm(folder, { recursive: true });
