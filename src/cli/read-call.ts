/** Reads a call of the command line without running it. */
import { CommanderError } from 'commander';
import { CladenetError } from '../errors.js';
import { COMMANDS, FAMILIES } from './commands/index.js';
import { createProgram, type ReadCall } from './toolkit/program.js';

/**
 * @param words after `cladenet`
 * @throws CladenetError USAGE where there is no such command, or its options are wrong
 */
export async function readCall(words: readonly string[]): Promise<ReadCall> {
  let call: ReadCall | undefined;
  const onCall = (read: ReadCall) => {
    call = read;
  };
  try {
    const program = await createProgram(words, {
      commands: COMMANDS,
      families: FAMILIES,
      exit: () => undefined,
      onCall,
      isQuiet: true,
    });
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw wrong(words, error.message.replace(/^error: /, ''));
  }
  if (call === undefined) throw wrong(words, 'no command');
  return call;
}

function wrong(words: readonly string[], received: string): CladenetError {
  const expected = 'a command that trains, as it is typed after cladenet';
  return new CladenetError('USAGE', 'This cannot be submitted', [{ where: words.join(' '), expected, received }]);
}
