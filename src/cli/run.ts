/** The command line as a function. */
import { CommanderError } from 'commander';
import { CladenetError } from '../errors.js';
import { logLines } from '../progress.js';
import { COMMANDS, FAMILIES } from './commands/index.js';
import { DONE, FAILED, WRONG_CALL } from './exit-codes.js';
import { Interrupted } from './interrupt.js';
import { createProgram } from './toolkit/program.js';

/**
 * Runs one call of the command line, and returns its exit code (`exit-codes.ts`).
 * Results go to standard output, progress and errors to standard error. The program is built for this call alone, so
 * that a process may make any number of calls, one after the other.
 *
 * @param argv the words after `cladenet`
 */
export async function run(argv: readonly string[]): Promise<number> {
  let code = DONE;
  const exit = (outcome: number) => {
    code = outcome;
  };
  try {
    // `cladenet help train tree` is what `cladenet train tree --help` is.
    const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
    const program = await createProgram(words, { commands: COMMANDS, families: FAMILIES, exit });
    await program.parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : WRONG_CALL;
    logLines(error instanceof CladenetError || error instanceof Interrupted ? error.message : describe(error));
    if (error instanceof Interrupted) return error.exitCode;
    return error instanceof CladenetError && error.code === 'USAGE' ? WRONG_CALL : FAILED;
  }
}

/** A refusal of the system (a full disk, a folder in the way) is for the user to fix; anything else is a bug, with its trace. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? `The system refused: ${error.message}` : (error.stack ?? error.message);
}
