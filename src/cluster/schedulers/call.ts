/** Calls the programs of a scheduler. */
import { execFile } from 'node:child_process';
import { CladenetError } from '../../errors.js';

/** A scheduler that does not answer would stop a call for ever. */
const LONGEST_MS = 120_000;
const MOST_BYTES = 64 * 2 ** 20;

export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * @param scheduler its name, for errors
 * @throws CladenetError CLUSTER where there is no such program, or it ends with an error
 */
export function callProgram(
  scheduler: string,
  program: string,
  args: readonly string[],
  cwd?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // OAR takes the folder from the variable.
    const env = cwd === undefined ? process.env : { ...process.env, PWD: cwd };
    execFile(program, args, { timeout: LONGEST_MS, maxBuffer: MOST_BYTES, cwd, env }, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(refusal(scheduler, program, args, error, `${stderr}${stdout}`));
    });
  });
}

function refusal(
  scheduler: string,
  program: string,
  args: readonly string[],
  error: Error & { readonly code?: unknown; readonly signal?: unknown; readonly killed?: boolean | undefined },
  output: string,
): CladenetError {
  if (error.code === 'ENOENT') {
    return new CladenetError('CLUSTER', `${scheduler} was not found`, [
      {
        where: program,
        expected: `the program ${program} of ${scheduler} on the PATH`,
        received: 'no such program',
        remedy: 'Log in to a machine from which jobs are submitted. `cladenet submit local` runs jobs on this machine.',
      },
    ]);
  }
  const received = error.killed ? 'no answer' : `exit code ${String(error.code ?? error.signal)}`;
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return new CladenetError('CLUSTER', `${scheduler} refused`, [
    { where: [program, ...args].join(' '), expected: 'exit code 0', received, output: lines },
  ]);
}
