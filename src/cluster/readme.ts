/** The README of a plan: what is in its folder, and how to run and watch it by hand. */
import { type Plan, stagesOf } from './plan.js';
import { commandLine } from './shell.js';

export function readme(
  { command, directory, jobs, scheduler, cladenet }: Plan,
  folder: string,
  program: readonly string[],
): string {
  const call = (words: readonly string[]) => commandLine([...program, ...words]);
  const stages = stagesOf({ jobs });
  const submits = { slurm: 'sbatch', oar: 'oarsub -S', local: 'bash' }[scheduler];
  const rows = jobs.map(({ id, stage, cost, name }) => `| ${id} | ${stage} | ${cost} | ${inTable(name)} |`);
  const lines = jobs.map(({ id, command }) => `    # job ${id}\n    ${call(command)}`);
  return `# A plan of cladenet ${cladenet}

It divides this command, which runs in \`${directory}\`:

    ${call(command)}

## Watch it
    ${call(['status', folder, '--watch'])}
    ${call(['cancel', folder])}

\`cladenet submit\` with the same command submits again what is not done.

## Run it by hand
Each stage has a script. A stage needs those before it. The resources are at the top of the scripts, which you may edit:

${stages.map((stage) => `    ${submits} ${commandLine([`${folder}/stage-${stage}.sh`])}`).join('\n')}

One job, in this shell:

    ${call(['work', folder, '--job', '1'])}

What the jobs run, in ${directory}:

${lines.join('\n')}

A job may be killed at any moment and run again: it resumes at its last checkpoint. Several may run at once, on several machines
that share the folder: each part is trained by one of them.

## Files
- \`plan.json\`: the jobs, and digests of the code, the images and the files that they were made for
- \`stage-N.sh\`: the job scripts
- \`events/JOB.jsonl\`: what happened to a job; \`logs/\`: what it printed

| job | stage | images in all epochs | |
|---|---|---|---|
${rows.join('\n')}
`;
}

const inTable = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
