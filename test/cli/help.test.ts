/** Help, schemas and the reference of the commands agree: all derive from the same options. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandReference } from '../../docs/command-reference.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { flag } from '../../src/cli/toolkit/flags.js';
import { presets } from '../../src/network/presets.js';
import type { NetworkSpec } from '../../src/network/spec.js';
import { defaultOf, factsOf, isRequired, isSwitch, valueSchema } from '../../src/options/option.js';
import { presetTraining } from '../../src/training/presets.js';
import { cladenet } from './cli.js';

const commands = await Promise.all(COMMANDS.map(async (entry) => ({ ...entry, ...(await entry.load()) })));
const optionsOf = ({ options }: { options: z.ZodObject }) => Object.entries(options.shape) as [string, z.ZodType][];
const reference = readFileSync('docs/commands.md', 'utf8');

interface Help {
  readonly lines: readonly string[];
  /** In one line, as text is broken where a terminal ends. */
  readonly text: string;
  /** What stands beside each flag, in one line. */
  readonly entries: ReadonlyMap<string, string>;
  /** The flags below a heading. */
  readonly below: (heading: string) => string[];
}

async function helpOf(name: string): Promise<Help> {
  const { code, stdout, stderr } = await cladenet([...(name === '' ? [] : name.split(' ')), '--help']);
  expect([code, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  const headings = new Map<string, string>();
  const entries = new Map<string, string>();
  let [heading, flagged] = ['', ''];
  for (const line of lines) {
    const [, above] = /^(\S.*):$/.exec(line) ?? [];
    const [, flagName] = /^ {2}(--[^\s,]+)/.exec(line) ?? [];
    heading = above ?? heading;
    if (flagName !== undefined) {
      if (entries.has(flagName)) throw new Error(`${flagName} twice`);
      flagged = flagName;
      headings.set(flagged, heading);
    }
    if (line.startsWith('  ')) entries.set(flagged, `${entries.get(flagged) ?? ''} ${line.trim()}`.trim());
  }
  return {
    lines,
    text: stdout.replaceAll(/\s+/g, ' '),
    entries: new Map([...entries].map(([key, text]) => [key, text.replaceAll(/\s+/g, ' ')])),
    below: (wanted) => [...headings].filter(([, own]) => own === wanted).map(([key]) => key),
  };
}

describe.each(commands)('$name', (command) => {
  const options = optionsOf(command);

  it('lists the options below headings of their own first', async () => {
    const { lines } = await helpOf(command.name);
    expect(lines.filter((line) => /^[A-Z].*:$/.test(line)).at(-1)).toBe('Options:');
  });

  it('explains every argument and option, within 80 columns', async () => {
    const { lines, text, entries, below } = await helpOf(command.name);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(text.toLowerCase()).toContain(command.description.toLowerCase());
    for (const [name, schema] of options) {
      const { description, value, unit, short } = factsOf(schema);
      const placeholder = isSwitch(schema) ? '' : `<${unit ?? value}> `;
      const typed = short === undefined ? flag(name) : `${flag(name)}, -${short}`;
      expect(entries.get(flag(name))).toContain(`${typed} ${placeholder}${description}`);
    }
    for (const [name, schema] of Object.entries(command.arguments.shape) as [string, z.ZodType][]) {
      expect(text).toContain(`${name} ${factsOf(schema).description}`);
    }
    const known = options.map(([name]) => flag(name));
    expect([...entries.keys()].filter((name) => name !== '' && !known.includes(name.replace('--no-', '--')))).toEqual(
      [],
    );
    const required = options.filter(([, schema]) => isRequired(schema)).map(([name]) => flag(name));
    expect(below('Required')).toEqual(required);
  });

  it('shows defaults as values, and all choices', async () => {
    const { entries } = await helpOf(command.name);
    for (const [name, schema] of options) {
      const own = entries.get(flag(name));
      const value = defaultOf(schema);
      const { default: stated, show = String } = factsOf(schema);
      const text = stated ?? (value === undefined || isSwitch(schema) ? undefined : show(value as never));
      if (text !== undefined) expect(own).toContain(`(default: ${text})`);
      expect(entries.has(flag(name).replace('--', '--no-'))).toBe(value === true);
      const inner = valueSchema(schema);
      for (const choice of inner instanceof z.ZodEnum ? inner.options : []) expect(own).toContain(String(choice));
    }
  });

  it('has facts in one form: phrases, a value or a unit unless it is a switch', () => {
    for (const [, schema] of options) {
      const { description, value, unit, ...facts } = factsOf(schema);
      expect(description).toMatch(/^\S.*[^.\s]$/);
      expect(value === undefined && unit === undefined).toBe(isSwitch(schema));
      expect(defaultOf(schema) === undefined || facts.default === undefined).toBe(true);
    }
  });
});

describe('the commands', () => {
  it('are all in the list, in its groups', async () => {
    const { text } = await helpOf('');
    for (const { name, description, group } of COMMANDS) {
      if (!name.includes(' ')) expect(text).toContain(` ${name} ${description}`);
      expect(text).toContain(group);
    }
    const { text: train } = await helpOf('train');
    const family = COMMANDS.filter(({ name }) => name.startsWith('train '));
    expect(family.map(({ name }) => name)).toEqual([
      'train flat',
      'train tree',
      'train specialists',
      'train detector',
      'train forest',
      'train head',
      'train fusion',
    ]);
    for (const { name, description } of family) expect(train).toContain(` ${name.split(' ')[1]} ${description}`);
  });

  it('have a reference in docs/commands.md (npm run docs:commands writes it)', async () => {
    expect(await commandReference()).toBe(reference);
  });

  it('have help by the word help too', async () => {
    const { stdout } = await cladenet(['train', 'tree', '--help']);
    expect(await cladenet(['help', 'train', 'tree'])).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('show the defaults that the presets have', async () => {
    const { text } = await helpOf('train flat');
    const { compact, report, efficientnet_lite0: lite } = presetTraining;
    expect(text).toContain(
      `(default: ${compact.epochs} for compact, ${report.epochs} for report, ${lite.epochs} for the others)`,
    );
    expect(text).toContain(`(default: ${report.batch} for report, ${compact.batch} for the others)`);
    const { compact: small, report: large, efficientnet_lite0: other } = presets;
    const size = (preset: NetworkSpec) => preset.trunk.input.size;
    expect(text).toContain(
      `(default: ${size(small)} for compact, ${size(large)} for report, ${size(other)} for the others)`,
    );
    expect(text).toContain('(default: 0.8/0.1/0.1)');
  });
});

describe('loading', () => {
  const HOOK = `import { writeSync } from 'node:fs';
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context);
      const [, name] = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(found.url) ?? [];
      if (name !== undefined) writeSync(1, '\\npackage:' + name + '\\n');
      return found;
    }`;

  /** Packages that a script loads. */
  function packages(script: string): Set<string> {
    const register = `import { register } from 'node:module';
      register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOK)}`)});`;
    const args = ['--input-type=module', '-e', `${register}\n${script}`];
    const printed = execFileSync(process.execPath, args, { encoding: 'utf8' });
    return new Set(Array.from(printed.matchAll(/^package:(.*)$/gm), ([, name]) => name ?? ''));
  }
  const dist = pathToFileURL('dist/cli/').href;

  it('the list of the commands takes only what parses and prints', () => {
    const loaded = packages(`const { run } = await import('${dist}run.js'); await run(['--help']);`);
    const light = ['commander', 'zod', 'cli-progress', 'string-width'];
    expect(loaded).toContain('commander');
    expect([...loaded].filter((name) => !light.includes(name))).toEqual([]);
  });

  it('the files of the commands load no TensorFlow, no sharp and no vega', () => {
    const loaded = packages(`const { COMMANDS } = await import('${dist}commands/index.js');
      for (const { load } of COMMANDS) await load();`);
    expect(loaded).toContain('zod');
    expect([...loaded].filter((name) => /^(@tensorflow|sharp$|@img|vega)/.test(name))).toEqual([]);
  });
});
