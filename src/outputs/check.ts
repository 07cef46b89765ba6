/**
 * The rule for everything that is written: no output of a call is one of its inputs, or another of its outputs, or somebody
 * else's; and each can be written. Checked before the work, by what the paths really are.
 */

import { relative, sep } from 'node:path';
import { append } from '../arrays.js';
import { CladenetError, type Problem } from '../errors.js';
import { reasonOf } from '../files.js';
import { isImageName } from '../image-names.js';
import { foreignIn, isClassifierFolder, isPartOfClassifier } from './foreign.js';
import { isMountPoint } from './mounts.js';
import { type InputPath, isFilled, isFolderKind, isReplaced, type OutputPath } from './output-path.js';
import { ancestry, type Found, isSame, look } from './place.js';
import { deepestFolder, type Probe, probe, whyProtected } from './probe.js';

/** An output that may be written. */
export interface CheckedOutput {
  readonly output: OutputPath;
  readonly found: Found;
  /** Whether its disk takes `Run` and `run` for the same name. */
  readonly ignoresCase: boolean;
}

type LookedAt<P> = P & { readonly found: Found };

/**
 * Checks all outputs of a call.
 *
 * @throws CladenetError USAGE with all problems
 */
export async function requireOutputs(
  outputs: readonly OutputPath[],
  inputs: readonly InputPath[] = [],
): Promise<readonly CheckedOutput[]> {
  const written = await Promise.all(outputs.map(async (one) => ({ ...one, found: await look(one.path) })));
  const read = await Promise.all(inputs.map(async (one) => ({ ...one, found: await look(one.path) })));
  const above = ancestry();
  const problems: Problem[] = [];
  const checked: CheckedOutput[] = [];
  for (const output of written) {
    const { problems: own, ignoresCase } = await ownProblems(output);
    for (const input of read) append(problems, await inputProblems(output, input, above));
    append(problems, own);
    checked.push({ output, found: output.found, ignoresCase });
  }
  for (const [i, one] of checked.entries()) {
    for (const other of checked.slice(0, i)) append(problems, pairProblems(other, one));
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'The results cannot be written', withoutRepeats(problems));
  return checked;
}

/** An output that is read, or whose folder would be replaced with what is read in it. */
async function inputProblems(
  output: LookedAt<OutputPath>,
  input: LookedAt<InputPath>,
  above: ReturnType<typeof ancestry>,
): Promise<Problem[]> {
  const { where, path, kind, found } = output;
  const thing = isFolderKind(kind) ? 'folder' : 'file';
  if (found.is !== 'nothing' && isSame(found, input.found)) {
    return [{ where, expected: `a ${thing} other than \`${input.where}\``, received: path }];
  }
  if (isReplaced(kind) && found.is === 'folder' && (await above(input.found.path)).some((one) => isSame(one, found))) {
    const received = `${path}, which holds ${input.path} and would be replaced`;
    return [{ where, expected: `a folder that does not hold \`${input.where}\``, received }];
  }
  if (isFilled(kind) && input.kind === 'images' && (await above(found.path)).some((one) => isSame(one, input.found))) {
    return [
      { where, expected: `a folder outside \`${input.where}\`, whose images its figures would be`, received: path },
    ];
  }
  return [];
}

async function ownProblems(output: LookedAt<OutputPath>): Promise<{ problems: Problem[]; ignoresCase: boolean }> {
  const { where, path, kind, found } = output;
  const refuse = (received: string, expected: string, remedy?: string) => ({
    problems: [{ where, expected, received, remedy }],
    ignoresCase: false,
  });
  const writable = `a ${isFolderKind(kind) ? 'folder' : 'file'} that can be written`;
  if (found.reason !== undefined) return refuse(`${path}: ${found.reason}`, writable);
  if (found.is === 'special') {
    return isFolderKind(kind) ? refuse(`${path}: a device or a pipe`, writable) : { problems: [], ignoresCase: false };
  }
  const { folder, obstacle } = await deepestFolder(found.path);
  if (obstacle !== undefined) return refuse(obstacle, writable);
  try {
    const misplaced = isFolderKind(kind) ? await folderProblem(output) : await fileProblem(output);
    if (misplaced !== undefined) return { problems: [misplaced], ignoresCase: false };
    const { reason, ignoresCase } = await probed(output, folder);
    return reason === undefined ? { problems: [], ignoresCase } : refuse(reason, writable);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return refuse(`${path}: ${reasonOf(error)}`, writable);
    throw error;
  }
}

async function fileProblem({ where, path, found }: LookedAt<OutputPath>): Promise<Problem | undefined> {
  const expected = 'a file that can be written';
  if (found.is === 'folder') return { where, expected, received: `${path}: a folder` };
  if (path.endsWith(sep)) return { where, expected, received: `${path}: the name of a folder` };
  if (isImageName(path)) return { where, expected: 'a file that is not named as an image', received: path };
  return partOfClassifier(where, path, found.path);
}

async function partOfClassifier(where: string, path: string, real: string): Promise<Problem | undefined> {
  const parts = real.split(sep);
  for (const depth of [1, 2]) {
    const folder = parts.slice(0, -depth).join(sep) || sep;
    if (isPartOfClassifier(relative(folder, real)) && (await isClassifierFolder(folder))) {
      return { where, expected: 'a file that is not part of a classifier', received: path };
    }
  }
  return undefined;
}

async function folderProblem({ where, path, kind, found }: LookedAt<OutputPath>): Promise<Problem | undefined> {
  const foreign = await foreignIn(found.path, kind);
  if (foreign.length > 0) return foreignProblem(where, path, kind, foreign);
  if (found.is !== 'folder' || !isReplaced(kind)) return undefined;
  const cwd = `${process.cwd()}${sep}`;
  if (cwd.startsWith(`${found.path}${sep}`)) {
    const received = `${path}: the folder in which the command runs`;
    return {
      where,
      expected: 'a folder that can be replaced',
      received,
      remedy: 'Give it a name, or call from elsewhere.',
    };
  }
  if (await isMountPoint(found.path)) {
    const received = `${path}: a disk is mounted there`;
    return { where, expected: 'a folder that can be replaced', received, remedy: 'Name a folder in it.' };
  }
  return undefined;
}

const SHOWN = 5;

function foreignProblem(where: string, path: string, kind: OutputPath['kind'], foreign: readonly string[]): Problem {
  const listed = `${foreign.slice(0, SHOWN).join(', ')}${foreign.length > SHOWN ? ', ...' : ''}`;
  const received = foreign[0] === 'a file' ? `${path}: a file` : `${path}: a folder with ${listed}`;
  const remedy = `Move it elsewhere, or choose another \`${where}\`.`;
  const expected = {
    file: 'a file that can be written',
    classifier: 'a new or empty folder, or an older classifier',
    detector: 'a new or empty folder, or an older detector',
    unfinished: 'nothing that cladenet did not write where it keeps unfinished work',
    study: 'a new or empty folder, or that of a study',
    demo: 'a new or empty folder, or that of a demo',
    folder: 'a folder',
  }[kind];
  return { where, expected, received, remedy };
}

/** Tries to write where temporary files will be. */
async function probed({ kind, found }: LookedAt<OutputPath>, folder: string): Promise<Probe> {
  if (isFilled(kind) && found.is === 'folder') return probe(found.path);
  const reason = found.is === 'nothing' ? undefined : await whyProtected(found.path);
  return reason === undefined ? probe(folder) : { reason, ignoresCase: false };
}

/** Two outputs of a call at one place, or one in the other where it would be lost. */
function pairProblems(a: CheckedOutput, b: CheckedOutput): Problem[] {
  if (a.found.is === 'special' || b.found.is === 'special') return [];
  const [one, other] = [a, b].map(({ found, ignoresCase }) => (ignoresCase ? folded(found.path) : found.path));
  if (one === undefined || other === undefined) return [];
  if (one === other || isSame(a.found, b.found)) {
    const { where } = b.output;
    return [{ where, expected: `a path other than that of \`${a.output.where}\``, received: b.output.path }];
  }
  return [...insideProblems(a, b, relative(one, other)), ...insideProblems(b, a, relative(other, one))];
}

function insideProblems({ output: outer }: CheckedOutput, { output: inner }: CheckedOutput, path: string): Problem[] {
  if (path.startsWith('..')) return [];
  const isLost =
    outer.kind === 'unfinished' || outer.kind === 'file' || (outer.kind === 'classifier' && isPartOfClassifier(path));
  if (!isLost) return [];
  const expected = `a path that is not in ${outer.path}, which is \`${outer.where}\`'s`;
  return [{ where: inner.where, expected, received: inner.path }];
}

const folded = (path: string): string => path.normalize('NFC').toLowerCase();

function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const keys = problems.map((problem) => JSON.stringify(problem));
  return problems.filter((_, i) => keys.indexOf(keys[i] as string) === i);
}
