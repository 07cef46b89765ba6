/** `cladenet submit oar`: the work of a command as jobs of OAR. */
import { z } from 'zod';
import { oar } from '../../cluster/schedulers/oar.js';
import { oarDirectives, oarOptions, planOptions } from '../../options/cluster.js';
import { optionsFile, submitted } from '../submitted.js';
import { submitCommand } from '../submitting.js';
import { command } from '../toolkit/command.js';

export const submitOar = command({
  arguments: submitted,
  options: z.strictObject({ ...oarOptions, ...planOptions }),
  details: 'A best effort job that is killed for another one is submitted again by OAR, and resumes.',
  takesCommand: true,
  optionsFile,
  run: ({ command: words }, options) =>
    submitCommand(words, options, oar, { directives: oarDirectives(options), setup: options.before ?? [] }),
});
