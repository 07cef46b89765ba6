/** A command that is given to a scheduler: what it divides into, and what it is made of. */
import { existsSync } from 'node:fs';
import { type Fingerprints, fingerprintsOf } from '../cluster/fingerprint.js';
import type { Division } from '../cluster/make-plan.js';
import { CladenetError } from '../errors.js';
import { hasFolder } from '../files.js';
import { requireOutputs } from '../outputs/check.js';
import { chooseImages, type ImageChoice } from './images.js';
import { readCall } from './read-call.js';
import type { Divided } from './toolkit/command.js';
import { pathsOf } from './toolkit/paths.js';
import type { ReadCall } from './toolkit/program.js';

export interface DividedCall {
  /** The first thing that the command writes. */
  readonly out: string;
  readonly division: Division;
  readonly fingerprints: Fingerprints;
}

/**
 * @param words after `cladenet`
 * @throws CladenetError USAGE for a command that does not train, or whose options, inputs or outputs are wrong; as reading the
 *   images and files
 */
export async function divideCall(words: readonly string[]): Promise<DividedCall> {
  const call = await readCall(words);
  const { command, args, options, file } = call;
  requireTraining(words, call);
  const { outputs, inputs } = pathsOf(command, args, options, file);
  // A `file` may also be the name of something that is no file: `--features deep`.
  const missing = inputs.filter(({ kind, path }) => kind !== 'file' && !existsSync(path) && !hasFolder(path));
  if (missing.length > 0) {
    const problems = missing.map(({ where, path }) => ({ where, expected: 'something that is there', received: path }));
    throw new CladenetError('USAGE', 'This cannot be submitted', problems);
  }
  await requireOutputs(outputs, inputs);
  const divided = await (command.divide?.(args, options) ?? undivided(options));
  const files = inputs.filter(({ kind }) => kind !== 'images').map(({ path }) => path);
  return {
    out: outputs[0]?.path ?? words.join('-'),
    division: divided,
    fingerprints: await fingerprintsOf([...new Set([...files, ...divided.files])], divided.images),
  };
}

/** Commands that train, beside those of the group of that name. */
const TRAINING = ['tune', 'grow', 'confusion', 'group'];

function requireTraining(words: readonly string[], { entry, options }: ReadCall): void {
  const where = words.join(' ');
  const refuse = (expected: string, received: string) =>
    new CladenetError('USAGE', 'This cannot be submitted', [{ where, expected, received }]);
  if (entry.group !== 'Training:' && !TRAINING.includes(entry.name)) {
    throw refuse(`a command that trains: train ..., study, ${TRAINING.join(', ')}`, entry.name);
  }
  if (options.fresh === true) {
    throw refuse('no --fresh, by which a job that was killed would start over each time it is queued again', '--fresh');
  }
}

async function undivided(options: Readonly<Record<string, unknown>>): Promise<Divided> {
  const images = typeof options.images === 'string' ? await chooseImages(options as unknown as ImageChoice) : undefined;
  return { units: [], images, files: [] };
}
