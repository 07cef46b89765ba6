/** `cladenet submit local`: the work of a command in processes on this machine. */
import { z } from 'zod';
import { localProcesses } from '../../cluster/schedulers/local.js';
import { localOptions, planOptions } from '../../options/cluster.js';
import { optionsFile, submitted } from '../submitted.js';
import { program, submitCommand } from '../submitting.js';
import { command } from '../toolkit/command.js';

export const submitLocal = command({
  arguments: submitted,
  options: z.strictObject({ ...localOptions, ...planOptions }),
  details: 'The processes go on when the terminal is closed, and end when no job is left.',
  takesCommand: true,
  optionsFile,
  run: ({ command: words }, options) =>
    submitCommand(words, options, localProcesses(options.processes, program()), {
      directives: [],
      setup: options.before ?? [],
    }),
});
