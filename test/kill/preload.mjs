/**
 * Loaded before the compiled command line (`node --import`): kills the process where KILL_PLAN says, and writes down what
 * it did. The plan is JSON:
 *
 * - `log`: a file of JSON lines: `{call}` for each call that changes the working folder, `{saved, at}` for each checkpoint
 *   that is in place, `{removed}` for each folder that is removed, `{killed}` for the call before which the process was killed
 * - `calls`: kill before the first of these calls
 * - `afterMs`: kill this long after the first call, at whatever it is doing then
 */
// What is written is not lost with the process, synced or not, and syncing is slow.
import './unsynced.mjs';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Worker } from 'node:worker_threads';
import { presets } from '../../dist/network/presets.js';
import { onDiskCalls } from './disk-calls.mjs';

const { log, calls = [], afterMs, compact } = JSON.parse(process.env.KILL_PLAN ?? '{}');
const targets = new Set(calls);
presets.compact = compact;

const note = (line) => appendFileSync(log, `${JSON.stringify(line)}\n`);

/** Each call is named by what is done, where, and after which checkpoint, so that it is the same one in a resumed run. */
let progress = lastSaved();

function lastSaved() {
  const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return lines.findLast((line) => line.startsWith('{"saved"')) ?? '';
}

/** The path below the working folder, without what is random in it; undefined for other places. */
function place(path) {
  const below = relative(process.cwd(), resolve(String(path)));
  if (below.startsWith('..')) return undefined;
  return below.replaceAll(/\.cladenet-[0-9a-f]{8}-[^/]*\.(tmp|old)/g, '.$1').replaceAll(sep, '/');
}

function before(name, args) {
  const paths = (name === 'rename' ? args.slice(0, 2) : args.slice(0, 1)).map(place);
  if (paths.includes(undefined)) return;
  if (afterMs !== undefined) startTimer();
  const call = `${name} ${paths.join(' ')} after ${progress}`;
  if (targets.has(call)) {
    note({ killed: call });
    die();
  }
  note({ call });
}

function after(name, [from, to]) {
  if (name !== 'rename') return;
  const [moved, target] = [place(from), place(to)];
  if (target === undefined) return;
  // Beside what is replaced lies what replaces it.
  const isReplaced = readdirSync(dirname(String(from))).some((name) => name.startsWith('.cladenet-new-'));
  if (target.endsWith('.old') && !isReplaced) note({ removed: moved });
  const file = join(String(to), 'checkpoint.json');
  if (/(?:^|\/)\.cladenet-|\.old$/.test(target) || !existsSync(file)) return;
  const { step, unfinished } = JSON.parse(readFileSync(file, 'utf8'));
  progress = JSON.stringify({ saved: target, at: 2 * step + (unfinished === null ? 1 : 0) });
  appendFileSync(log, `${progress}\n`);
}

function die() {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

let isTimed = false;
/** Another thread kills, also while a step or a write is under way. */
function startTimer() {
  if (isTimed) return;
  isTimed = true;
  new Worker(
    `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${afterMs}); process.kill(process.pid, 'SIGKILL');`,
    { eval: true },
  );
}

onDiskCalls(['mkdir', 'rename', 'rm', 'unlink'], before, after);
