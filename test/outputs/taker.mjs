/**
 * Takes locks, for tests that need other processes.
 *
 *     node taker.mjs COMPILED hold FILE
 *     node taker.mjs COMPILED race FOLDER ROUNDS START
 *
 * `hold` takes one, says so, and exits on SIGTERM without releasing it. `race` tries to take `FOLDER/0`, `FOLDER/1` and so on,
 * the first at the time START and one each 20 ms; it prints the numbers of those that it got, and releases them in the end.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [compiled, what, path, rounds, at] = process.argv.slice(2);
const { releaseLock, takeLock } = await import(join(compiled, 'outputs', 'lock.js'));

if (what === 'hold') {
  process.on('SIGTERM', () => process.exit(0));
  await takeLock(path);
  process.stdout.write('held\n');
  setInterval(() => undefined, 1000);
} else {
  const taken = [];
  for (let round = 0; round < Number(rounds); round++) {
    await sleep(Math.max(0, Number(at) + 20 * round - Date.now()));
    const file = join(path, String(round));
    if ((await takeLock(file)) === undefined) taken.push(file);
    if (taken.at(-1) === file) process.stdout.write(`${round}\n`);
  }
  await sleep(1000);
  for (const file of taken) await releaseLock(file);
}
