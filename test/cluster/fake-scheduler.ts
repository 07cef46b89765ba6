/** Programs with the names of a scheduler's, which write down how they are called and answer as the real ones did. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface FakeScheduler {
  /** For a call of the command line: these programs are found first. */
  readonly env: { readonly PATH: string };
  /** What was called, in order: `sbatch --parsable ...`. */
  calls(): Promise<string[]>;
  /** The lines that a program runs, in the language of `bash`; its arguments are `$@`. */
  answer(program: string, lines: string): Promise<void>;
}

export async function fakeScheduler(folder: string, answers: Readonly<Record<string, string>>): Promise<FakeScheduler> {
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'calls');
  const answer = async (program: string, lines: string) => {
    const file = join(folder, program);
    await writeFile(file, `#!/bin/bash\nprintf '%s\\n' "${program} $*" >> '${log}'\n${lines}\n`);
    await chmod(file, 0o755);
  };
  for (const [program, lines] of Object.entries(answers)) await answer(program, lines);
  return {
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    calls: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    answer,
  };
}

/** A number that grows with each call, as of a new job. */
export const nextNumber = (folder: string) =>
  `n=$(($(cat '${folder}/number' 2>/dev/null || echo 40) + 1)); echo $n > '${folder}/number'`;
