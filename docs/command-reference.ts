/** Writes docs/commands.md, the reference of all commands, from their schemas: `npm run docs:commands`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMANDS } from '../src/cli/commands/index.js';
import type { Command, CommandEntry } from '../src/cli/toolkit/command.js';
import { flagHelp } from '../src/cli/toolkit/flags.js';
import { argumentsOf, descriptionOf, inHelpOrder } from '../src/cli/toolkit/program.js';

const INTRODUCTION = `# Commands

This page is generated from the schemas of the commands (\`npm run docs:commands\`). \`cladenet COMMAND --help\` prints the same.

A command with \`--config\` takes its options from a JSON file too, by their names in camelCase: \`--limit-per-class 50\` is
\`"limitPerClass": 50\`. Options on the command line take precedence.

Results go to standard output, progress and errors to standard error. A signal (SIGINT, which is Ctrl-C, SIGTERM, SIGHUP, SIGUSR1 or
SIGUSR2) stops a command after the training step that it is in; trainings save a checkpoint. A second one does not wait for the step.

| exit code | |
| --- | --- |
| 0 | success |
| 1 | the work failed |
| 2 | the call was wrong |
| 99 | stopped by a signal; the same command resumes |
| 128 + n | ended by signal n, such as 143 for SIGTERM: nothing was kept to resume from, or the signal was the second one |
`;

export async function commandReference(): Promise<string> {
  const sections: string[] = [];
  for (const entry of COMMANDS) sections.push(section(entry, await entry.load()));
  return `${[INTRODUCTION, ...sections].join('\n')}`;
}

function section(entry: CommandEntry, command: Command): string {
  const options = inHelpOrder(command).flatMap(([name, schema]) => flagHelp(name, schema));
  const args = argumentsOf(command).map(({ typed, description }) => ({
    flags: typed,
    description,
    heading: 'Arguments',
  }));
  const needed = options.filter(({ heading }) => heading === 'Required');
  const usage = ['cladenet', entry.name, ...[...args, ...needed].map(({ flags }) => flags)].join(' ');
  const headings = [...new Set(['Arguments', 'Required', ...options.map(({ heading }) => heading)])];
  const tables = headings.flatMap((name) => {
    const lines = [...args, ...options].filter(({ heading }) => heading === name);
    return lines.length === 0 ? [] : [`| ${name} | |`, '| --- | --- |', ...lines.map(row), ''];
  });
  return [`## ${entry.name}`, '', descriptionOf(entry, command), '', '```', usage, '```', '', ...tables].join('\n');
}

const row = ({ flags, description }: { flags: string; description: string }) =>
  `| \`${cell(flags)}\` | ${cell(description).replaceAll('<', '&lt;')} |`;
const cell = (text: string) => text.replaceAll('|', '\\|');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('commands.md', import.meta.url), await commandReference());
}
