/** A Snakefile of a plan, for laboratories that run Snakemake: one rule a stage, one job each. */
import { type Plan, stagesOf } from './plan.js';
import { quoted } from './shell.js';

export function snakefile(plan: Plan, folder: string, program: readonly string[]): string {
  const work = [...program, 'work', folder].map(quoted).join(' ');
  const done = (job: string) => `${folder}/snakemake/${job}.done`;
  const stages = stagesOf(plan);
  const ids = (stage: number) => plan.jobs.filter((job) => job.stage === stage).map(({ id }) => id);
  const all = (stage: number) => `expand(${python(done('{job}'))}, job=[${ids(stage).join(', ')}])`;
  const rules = stages.map((stage, i) => {
    const before = stages[i - 1];
    const pattern = ids(stage).join('|');
    return `rule stage_${stage}:
    input: ${before === undefined ? '[]' : all(before)}
    output: touch(${python(done(`{job,${pattern}}`))})
    retries: 20
    shell: ${python(`cd ${quoted(plan.directory)} && ${work} --job {wildcards.job}`.replaceAll(/\{(?!wildcards)/g, '{{').replaceAll(/(?<!wildcards\.job)\}/g, '}}'))}
`;
  });
  return `# A plan of cladenet ${plan.cladenet}. snakemake --snakefile ${quoted(`${folder}/Snakefile`)} --cores 2
# A job that is stopped ends with exit code 99, and is tried again.
rule all:
    input: ${all(stages.at(-1) ?? 1)}

${rules.join('\n')}`;
}

/** A string of Python. */
const python = (text: string) => JSON.stringify(text);
