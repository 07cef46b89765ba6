/** `cladenet submit slurm`: the work of a command as jobs of Slurm. */
import { z } from 'zod';
import { slurm } from '../../cluster/schedulers/slurm.js';
import { planOptions, slurmDirectives, slurmOptions } from '../../options/cluster.js';
import { optionsFile, submitted } from '../submitted.js';
import { submitCommand } from '../submitting.js';
import { command } from '../toolkit/command.js';

export const submitSlurm = command({
  arguments: submitted,
  options: z.strictObject({ ...slurmOptions, ...planOptions }),
  details: 'A job that is preempted, or reaches its time limit, saves a checkpoint, is queued again and resumes.',
  takesCommand: true,
  optionsFile,
  run: ({ command: words }, options) =>
    submitCommand(words, options, slurm, { directives: slurmDirectives(options), setup: options.before ?? [] }),
});
