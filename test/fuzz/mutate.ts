/** Mutations of inputs: of bytes, of text, of JSON by its structure, and of what kind of file something is. */
import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';
import type { Random } from '../../src/random.js';
import { mutateTable } from './mutate-table.js';

export const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T;

/** Larger files are not read to be mutated (bytes). */
const LARGEST = 2 ** 26;

/** The regular files below a path, or the path itself if it is one. */
export function filesIn(path: string): string[] {
  const isRegular = (file: string) => {
    const stats = lstatSync(file);
    return stats.isFile() && stats.size <= LARGEST;
  };
  if (!lstatSync(path).isDirectory()) return [path].filter(isRegular);
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name));
  return names.filter(isRegular).sort();
}

/** Changes one file of an input, or what one of its files is. */
export function mutate(path: string, random: Random): void {
  const files = filesIn(path);
  if (files.length === 0) return;
  const file = pick(random, files);
  const kind = random.integer(25);
  if (kind === 0) replaceByOtherKind(file, random);
  else if (kind === 1) moveFiles(file, pick(random, files), random);
  else writeFileSync(file, mutateContent(file, readFileSync(file), random));
}

function mutateContent(file: string, content: Buffer, random: Random): Buffer | string {
  const kind = extname(file).toLowerCase();
  if (kind === '.json' && random.integer(4) > 0) return mutateJson(content.toString(), random) ?? content;
  if (kind === '.jsonl' && random.integer(4) > 0) {
    const lines = content.toString().split('\n');
    const i = random.integer(lines.length);
    lines[i] = mutateJson(lines[i] ?? '', random)?.trimEnd() ?? '';
    return lines.join('\n');
  }
  if (['.csv', '.tsv', '.txt'].includes(kind) && random.integer(2) > 0) return mutateTable(content, random);
  const isText = ['.csv', '.tsv', '.txt', '.json', '.jsonl', '.md'].includes(kind);
  return isText && random.integer(3) > 0 ? mutateText(content, random) : mutateBytes(content, random);
}

/** Flips, sets, deletes, repeats or inserts bytes; cuts off or extends. */
export function mutateBytes(content: Buffer, random: Random): Buffer {
  const at = random.integer(content.length + 1);
  const length = 1 + random.integer(Math.max(1, Math.min(content.length - at, 2 ** random.integer(12))));
  const [before, piece, after] = [
    content.subarray(0, at),
    content.subarray(at, at + length),
    content.subarray(at + length),
  ];
  const changed = Buffer.from(content);
  switch (random.integer(8)) {
    case 0:
    case 1:
      if (at < content.length) changed[at] = (content[at] ?? 0) ^ (1 << random.integer(8));
      return changed;
    case 2:
      for (let i = 0; i < 1 + random.integer(4) && at + i < content.length; i++) {
        changed[at + i] = pick(random, [0, 1, 0x7f, 0x80, 0xff, random.integer(256)]);
      }
      return changed;
    case 3:
      return Buffer.concat([before, after]);
    case 4:
      return Buffer.concat([before, piece, piece, after]);
    case 5:
      return Buffer.concat([before, Buffer.from(Array.from({ length }, () => random.integer(256))), piece, after]);
    case 6:
      return Buffer.from(before);
    default:
      return Buffer.concat([content, Buffer.alloc(length, pick(random, [0, 0xff, random.integer(256)]))]);
  }
}

/** What text readers stumble over. */
const TOKENS = [
  ...['"', "'", ',', ';', '\t', '\n', '\r', '\r\n', '\0', '\uFEFF', '\\', '/', '>', '=', '#', ' ', '{', '}', '[', ']'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'null',
    'NaN',
    'Infinity',
    '-1',
    '0',
    '1e999',
    '5e-324',
    '1e308',
    '2147483648',
  ],
  ...['=cmd|calc!A0', '../../x', '\u001b[2J', '\u202e', 'e\u0301', '\u00e9', '\u{1f41f}', 'x'.repeat(10_000)],
];

/** Inserts tokens; repeats, removes or exchanges lines; otherwise changes bytes. */
export function mutateText(content: Buffer, random: Random): Buffer | string {
  const text = content.toString('latin1');
  const lines = text.split('\n');
  const [i, j] = [random.integer(lines.length), random.integer(lines.length)];
  switch (random.integer(6)) {
    case 0:
    case 1: {
      const at = random.integer(text.length + 1);
      const removed = random.integer(3);
      const token = Buffer.from(pick(random, TOKENS)).toString('latin1');
      return Buffer.from(text.slice(0, at) + token + text.slice(at + removed), 'latin1');
    }
    case 2:
      lines.splice(i, 0, ...Array.from({ length: 1 + random.integer(50) }, () => lines[j] ?? ''));
      break;
    case 3:
      lines.splice(i, 1 + random.integer(3));
      break;
    case 4:
      [lines[i], lines[j]] = [lines[j] ?? '', lines[i] ?? ''];
      break;
    default:
      return mutateBytes(content, random);
  }
  return Buffer.from(lines.join('\n'), 'latin1');
}

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 2, 1e9, 2 ** 31, 2 ** 53, 1e308, -1e308, 5e-324, 1e-320],
  ...['', ' ', '0', '__proto__', 'constructor', '../../x', '/dev/zero', 'e\u0301', '\0', 'x'.repeat(10_000)],
  ...[[], {}, [[]], [null], [1e9, 1e9], { length: 1e9 }, Array(1000).fill(0)],
];

type Slot = { readonly holder: Record<string, unknown>; readonly key: string };

/** Changes one value of some JSON: its number, its type, its neighbours, its name. Undefined for what is not JSON. */
export function mutateJson(text: string, random: Random): string | undefined {
  try {
    return mutateParsed(text, random);
  } catch (error) {
    // JSON that an earlier mutation has made too deep for this one.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function mutateParsed(text: string, random: Random): string | undefined {
  let root: Record<string, unknown>;
  try {
    root = { root: JSON.parse(text) };
  } catch {
    return undefined;
  }
  const slots: Slot[] = [];
  const visit = (holder: Record<string, unknown>) => {
    for (const key of Object.keys(holder)) {
      slots.push({ holder, key });
      const value = holder[key];
      if (typeof value === 'object' && value !== null) visit(value as Record<string, unknown>);
    }
  };
  visit(root);
  const { holder, key } = pick(random, slots);
  const other = pick(random, slots);
  const value = holder[key];
  const written = () => `${JSON.stringify(root.root, null, 2)}\n`;
  switch (random.integer(9)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      if (Array.isArray(holder)) holder.push(structuredClone(value));
      else holder[pick(random, ['extra', 'constructor', 'toString', other.key])] = structuredClone(value);
      break;
    case 2:
      holder[key] = structuredClone(other.holder[other.key]);
      break;
    case 3:
      if (typeof value === 'number')
        holder[key] = value * pick(random, [-1, 0, 10, 1e6, 1e-6, 1e300]) + random.integer(2);
      else holder[key] = pick(random, VALUES);
      break;
    case 4:
      // `__proto__` as a name of its own, which an assignment would not make.
      return written().replace(`"${key}":`, '"__proto__":');
    case 5:
      return written().replace(
        /: (-?[\d.]+(?:e[-+]?\d+)?)/,
        `: ${pick(random, ['1e999', '-1e999', '1e-400', '00', '.5'])}`,
      );
    case 6: {
      const deep = random.integer(5000);
      return written().replace(JSON.stringify(value) ?? '', '['.repeat(deep) + ']'.repeat(deep));
    }
    default:
      holder[key] = pick(random, VALUES);
  }
  return written();
}

/** Puts something else in the place of a file: what opening must not wait for, and what must not be read whole. */
function replaceByOtherKind(file: string, random: Random): void {
  const target = pick(random, ['/dev/zero', '/dev/null', 'pipe', 'folder', 'loop', 'sparse', 'nothing']);
  rmSync(file);
  if (target === 'pipe') execFileSync('mkfifo', [file]);
  else if (target === 'folder') mkdirSync(file);
  else if (target === 'loop') symlinkSync(file, file);
  else if (target === 'sparse') {
    writeFileSync(file, '');
    truncateSync(file, 2 ** 31 + random.integer(2 ** 20));
  } else if (target !== 'nothing') symlinkSync(target, file);
}

/** One file in the place of another, or the two exchanged. */
function moveFiles(file: string, other: string, random: Random): void {
  if (file === other) return;
  const [a, b] = [readFileSync(file), readFileSync(other)];
  writeFileSync(file, b);
  if (random.integer(2) === 0) writeFileSync(other, a);
}
