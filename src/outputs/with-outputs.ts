/** Work that writes: its outputs are checked, and nobody else writes them meanwhile. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { rmdir } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { CladenetError, type Problem } from '../errors.js';
import { isNotFound } from '../files.js';
import { sha256 } from '../hash.js';
import { realPath } from '../real-path.js';
import { makeFolder } from '../sync.js';
import { host } from '../temporaries.js';
import { type CheckedOutput, requireOutputs } from './check.js';
import { type Held, releaseLock, STALE_MS, takeLock } from './lock.js';
import { type InputPath, isFilled, type OutputPath } from './output-path.js';
import { partialFolder } from './unfinished.js';

/** Of the work that is under way: the outputs that it holds. */
const context = new AsyncLocalStorage<readonly string[]>();

/**
 * Checks the outputs of a call, locks them and works. Calls within the work may write the same outputs, and in their folders.
 *
 * @throws CladenetError USAGE with all problems of the outputs; OUTPUT where another run writes one of them; as `work`
 */
export async function withOutputs<T>(
  outputs: readonly OutputPath[],
  inputs: readonly InputPath[],
  work: () => Promise<T>,
): Promise<T> {
  const checked = await requireOutputs(outputs, inputs);
  const held = context.getStore() ?? [];
  const all = checked.filter(({ found }) => found.is !== 'special');
  // The lock of an output is that of its unfinished work too.
  const kept = new Set(all.map(({ output }) => realPath(partialFolder(output.path))));
  const wanted = all.filter(
    ({ output, found: { path } }) => !output.shared && !kept.has(path) && !held.some((folder) => isAt(path, folder)),
  );
  const taken: Taken[] = [];
  try {
    const problems: Problem[] = [];
    for (const one of wanted) {
      const outcome = await takenBy(one);
      if ('lock' in outcome) taken.push(outcome);
      else problems.push(heldProblem(one.output, outcome));
    }
    if (problems.length > 0) throw new CladenetError('OUTPUT', 'Another run is writing there', problems);
    return await context.run([...held, ...all.map(({ found }) => found.path)], work);
  } finally {
    for (const one of taken.reverse()) await release(one);
  }
}

/** A classifier that is trained into a folder, and the folder of its checkpoints. */
export const trainingOutputs = (where: string, out: string): OutputPath[] => [
  { where, path: out, kind: 'classifier' },
  { where, path: partialFolder(out), kind: 'unfinished' },
];

/** Outputs of which a run writes only parts, beside other runs. */
export const inParts = (outputs: readonly OutputPath[]): OutputPath[] =>
  outputs.map((output) => ({ ...output, shared: true }));

const isAt = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}${sep}`);

interface Taken {
  readonly lock: string;
  /** The topmost folder that was made for it. */
  readonly made: string | undefined;
}

async function takenBy(output: CheckedOutput): Promise<Taken | Held> {
  const lock = lockOf(output);
  const folder = dirname(lock);
  let made: string | undefined;
  for (;;) {
    made = (await makeFolder(folder, true)) ?? made;
    try {
      const held = await takeLock(lock);
      if (held === undefined) return { lock, made };
      await removeEmpty(folder, made);
      return held;
    } catch (error) {
      // Another run has ended and removed the folder that it had made.
      if (!isNotFound(error)) throw error;
    }
  }
}

/** Beside what is replaced, which goes with all that is in it; else in the folder, since that above may be write-protected. */
function lockOf({ output, found, ignoresCase }: CheckedOutput): string {
  if (isFilled(output.kind)) return join(found.path, '.cladenet-lock');
  const name = basename(found.path);
  const key = sha256(ignoresCase ? name.normalize('NFC').toLowerCase() : name).slice(0, 16);
  return join(dirname(found.path), `.cladenet-lock-${key}`);
}

async function release({ lock, made }: Taken): Promise<void> {
  await releaseLock(lock);
  await removeEmpty(dirname(lock), made);
}

/** Removes folders that were made for a lock and got no other content. */
async function removeEmpty(folder: string, made: string | undefined): Promise<void> {
  if (made === undefined || !isAt(folder, made)) return;
  try {
    await rmdir(folder);
  } catch {
    return;
  }
  await removeEmpty(dirname(folder), made);
}

function heldProblem({ where, path }: OutputPath, { owner, file }: Held): Problem {
  const expected = 'an output that no other run is writing';
  const another = `choose another \`${where}\``;
  if (owner === undefined) {
    return { where, expected, received: `${path}: locked by ${file}`, remedy: `Wait a minute, or ${another}.` };
  }
  const since = owner.since.slice(0, 16).replace('T', ' ');
  const received = `${path}: process ${owner.pid} on ${owner.host} is writing it since ${since} UTC`;
  if (owner.machine === host()) return { where, expected, received, remedy: `Wait until it ends, or ${another}.` };
  const remedy =
    `Wait until it ends, or ${another}. If it was killed on that machine, its lock ends ` +
    `${STALE_MS / 60_000} minutes later, or when you remove ${file}.`;
  return { where, expected, received, remedy };
}
