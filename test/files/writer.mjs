/**
 * Writes a checkpoint, a folder and a file, round after round, for tests that kill it.
 *
 *     node writer.mjs COMPILED ROOT KILL_AT
 *
 * After two rounds the process kills itself before call KILL_AT of the functions that change the disk, in the third round;
 * without that many calls it ends after this round. With KILL_AT 0 it goes on and reports each round.
 */
// What is written is not lost with the process, synced or not.
import '../kill/unsynced.mjs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { onDiskCalls } from '../kill/disk-calls.mjs';

const [compiled, root, killAt] = process.argv.slice(2);
let counting = false;
let calls = 0;

function point() {
  if (counting && ++calls === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

onDiskCalls(['mkdir', 'writeFile', 'link', 'open', 'rename', 'rm'], point);

const { writeFileAtomic, writeFolderAtomic } = await import(join(compiled, 'files.js'));
const { checkpointFolder } = await import(join(compiled, 'training', 'checkpoint.js'));

const store = checkpointFolder(join(root, 'x.partial'), 'purpose');
const first = ((await store.load())?.step ?? 0) + 1;
for (let round = first; ; round++) {
  if (Number(killAt) > 0 && round === 3) counting = true;
  const state = { kernel: { shape: [256], data: new Float32Array(256).fill(round) } };
  await store.save({ step: round, state, history: [], best: undefined });
  await writeFolderAtomic(join(root, 'model'), async (folder) => {
    await fs.writeFile(join(folder, 'a'), String(round));
    await fs.mkdir(join(folder, 'weights'));
    await fs.writeFile(join(folder, 'weights', 'b'), String(round));
  });
  await writeFileAtomic(join(root, 'model.json'), String(round));
  if (counting) process.exit(0);
  if (Number(killAt) === 0) process.stdout.write(`${round}\n`);
}
