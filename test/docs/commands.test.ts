/** The commands in the documents: each exists, and has the options that are given. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { flag } from '../../src/cli/toolkit/flags.js';
import { isRequired } from '../../src/options/option.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';

const DOCUMENTS = ['README.md', ...readdirSync(join(PACKAGE_ROOT, 'docs')).map((name) => join('docs', name))].filter(
  // The reference is written from the schemas.
  (name) => name.endsWith('.md') && name !== 'docs/commands.md',
);

/** Lines of code that call cladenet, without comments, with what follows a `\` at their ends. */
function calls(document: string): string[] {
  const text = readFileSync(join(PACKAGE_ROOT, document), 'utf8').replace(/ *\\\n */g, ' ');
  return Array.from(text.matchAll(/^ {4}(?:npx )?cladenet ([^\n#]*)/gm), ([, call = '']) => call.trim());
}

describe('the commands in the documents', () => {
  const documented = DOCUMENTS.flatMap((document) => calls(document).map((call) => ({ document, call })));
  it('are found', () => expect(documented.length).toBeGreaterThan(20));

  it.each(documented)('$document: cladenet $call', async ({ call }) => {
    await expectCommand(call.split(/\s+/));
  });

  const entryAt = (words: readonly string[]) =>
    COMMANDS.find(({ name }) => name === words.slice(0, 2).join(' ') || name === words[0]);

  async function expectCommand(all: readonly string[]): Promise<void> {
    const entry = entryAt(all);
    expect(entry, all.join(' ')).toBeDefined();
    const command = await entry?.load();
    // `submit` takes a command with its options.
    const inner = command?.takesCommand ? all.findIndex((_, i) => i > 1 && entryAt(all.slice(i))) : all.length;
    if (inner < all.length) await expectCommand(all.slice(inner));
    const words = all.slice(0, inner);
    const names = Object.keys(command?.options.shape ?? {}).map((name) => flag(name));
    const known = ['--help', ...names, ...names.map((name) => name.replace('--', '--no-'))];
    const given = words.filter((word) => word.startsWith('--'));
    expect(given.filter((word) => !known.includes(word))).toEqual([]);
    const required = Object.entries(command?.options.shape ?? {}).filter(([, schema]) => isRequired(schema));
    expect(required.map(([name]) => flag(name)).filter((name) => !given.includes(name))).toEqual([]);
  }
});
