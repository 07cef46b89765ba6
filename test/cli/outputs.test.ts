/** What every command writes: checked in one place, from the facts of its options. */
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { COMMANDS } from '../../src/cli/commands/index.js';
import type { Command } from '../../src/cli/toolkit/command.js';
import { flag } from '../../src/cli/toolkit/flags.js';
import { factsOf, isRequired, isSwitch, type OptionFacts, valueSchema } from '../../src/options/option.js';
import { cladenet } from './cli.js';

const FORMAT_2 = fileURLToPath(new URL('../fixtures/format-2/models/flat', import.meta.url));

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-outputs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Taken {
  readonly name: string;
  readonly schema: z.ZodType;
  readonly facts: OptionFacts;
  readonly isArgument: boolean;
}

const takenBy = (command: Command): Taken[] =>
  [command.arguments, command.options].flatMap(({ shape }, i) =>
    Object.entries(shape).map(([name, schema]) => ({
      name,
      schema: schema as z.ZodType,
      facts: factsOf(schema as z.ZodType),
      isArgument: i === 0,
    })),
  );

/** Whether the schema, or the description of a list, speaks of files, folders or tables. Choices and names are no paths. */
function isPath({ schema, facts }: Taken): boolean {
  if (valueSchema(schema) instanceof z.ZodEnum || facts.value === 'a,b,c') return false;
  const { error } = valueSchema(schema).safeParse(Symbol('nothing'));
  return /\b(?:files?|folders?|tables?)\b/.test(
    `${error?.issues[0]?.message} ${schema.safeParse([]).success ? facts.description : ''}`,
  );
}

const commands = await Promise.all(COMMANDS.map(async ({ name, load }) => ({ name, taken: takenBy(await load()) })));
const writing = commands.filter(({ taken }) => taken.some(({ facts }) => facts.writes !== undefined));

describe('a path that a command takes', () => {
  it('is read or written, and never both', () => {
    const paths = commands.flatMap(({ name, taken }) => taken.filter(isPath).map((one) => ({ command: name, ...one })));
    expect(paths.length).toBeGreaterThan(50);
    const odd = paths.filter(({ facts: { reads, writes } }) => (reads === undefined) === (writes === undefined));
    expect(odd.map(({ command, name }) => `${command} ${name}`)).toEqual([]);
  });
});

/** A call with all that is required, and these: paths in `root`, of which nothing can be used for any work. */
function callOf(command: string, taken: readonly Taken[], root: string, given: Readonly<Record<string, string>>) {
  const words: string[] = [];
  const flags: string[] = [];
  for (const { name, schema, isArgument } of taken) {
    const value = given[name] ?? (isRequired(schema) && !isSwitch(schema) ? join(root, `${name}.csv`) : undefined);
    if (value === undefined) continue;
    if (isArgument) words.push(value, ...(name === 'models' ? [join(root, 'other')] : []));
    else flags.push(flag(name), value);
  }
  // The command that `submit` is given has options of its own.
  if (command.startsWith('submit ')) return [...command.split(' '), ...flags, ...words];
  return [...command.split(' '), ...words, ...flags];
}

describe.each(writing)('$name', ({ name: command, taken }) => {
  const outputs = taken.filter(({ facts }) => facts.writes !== undefined);
  const inputs = taken.filter(({ facts }) => facts.reads !== undefined);

  it('refuses each output that is an input, by whatever path, and leaves it as it is', async () => {
    let refused = 0;
    for (const output of outputs) {
      for (const input of inputs) {
        const root = at(`${command} ${output.name} ${input.name}`);
        await mkdir(root);
        const isFolder = output.facts.writes !== 'file';
        const real = join(root, 'input.csv');
        if (isFolder) await cp(FORMAT_2, real, { recursive: true });
        else await writeFile(real, input.name === 'config' ? '{}' : 'class,path\n');
        const before = await contentOf(real);
        await symlink(real, join(root, 'link.csv'));
        for (const path of [real, `${root}/./x/../input.csv`, join(root, 'link.csv')]) {
          const { code, stdout, stderr } = await cladenet(
            callOf(command, taken, root, { [input.name]: real, [output.name]: path }),
          );
          // A folder cannot be read as a configuration.
          if (isFolder && ['config', 'profile'].includes(input.name) && !input.isArgument)
            expect(stderr).toMatch(/configuration/);
          else
            expect(stderr).toMatch(
              new RegExp(`${flag(output.name)}: expected a (?:file|folder) other than .*${flag(input.name).slice(2)}`),
            );
          expect([code, stdout]).toEqual([2, '']);
          refused++;
        }
        expect(await contentOf(real)).toEqual(before);
        expect((await readdir(root)).sort()).toEqual(['input.csv', 'link.csv']);
      }
    }
    expect(refused).toBe(outputs.length * inputs.length * 3);
  });

  it('refuses outputs that cannot be written, and those at one place, before it reads anything', async () => {
    const root = at(`${command} refused`);
    await mkdir(root);
    await writeFile(join(root, 'file'), 'text');
    const below = Object.fromEntries(outputs.map(({ name }) => [name, join(root, 'file', name)]));
    const unwritable = await cladenet(callOf(command, taken, root, below));
    for (const { name } of outputs)
      expect(unwritable.stderr).toMatch(new RegExp(`${flag(name)}: expected .*file is a file`));
    expect(unwritable.code).toBe(2);

    const same = Object.fromEntries(outputs.map(({ name }, i) => [name, join(root, i === 0 ? 'same' : './same')]));
    if (outputs.length > 1) {
      const { code, stderr } = await cladenet(callOf(command, taken, root, same));
      for (const { name } of outputs.slice(1)) expect(stderr).toContain(`${flag(name)}: expected a path other than`);
      expect(code).toBe(2);
    }
    expect(await readdir(root)).toEqual(['file']);
  });
});

async function contentOf(path: string): Promise<unknown> {
  if (!existsSync(join(path, 'classifier.json'))) return readFile(path, 'utf8');
  return [await readdir(path, { recursive: true }), await readFile(join(path, 'classifier.json'), 'utf8')];
}
