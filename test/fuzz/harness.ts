/**
 * Fuzzing of readers: well-formed inputs are mutated and read. Whatever is in a file, a reader returns or throws a
 * {@link CladenetError} with a message of reasonable length, in bounded time and memory; it writes nothing, and leaves the
 * prototypes of all objects as they are. Case `i` of a reader depends only on the seed and on `i`, so it can be repeated.
 */
import { cpSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CladenetError } from '../../src/errors.js';
import { random } from '../../src/random.js';
import { mutate, pick } from './mutate.js';

/** A reader to be fuzzed. */
export interface Reader {
  readonly name: string;
  /** Writes well-formed inputs, each a file or a folder, into an empty folder. @returns their names in it */
  seeds(folder: string): Promise<readonly string[]>;
  /** Reads an input. It may throw a CladenetError; anything else that it throws is a finding. */
  read(path: string): Promise<unknown>;
  /** Makes the checksums in a mutated input right again, so that what is behind them is reached. Half of the inputs get it. */
  mend?(path: string): Promise<void>;
}

/** What no input may exceed. */
export const LIMITS = {
  /** Seconds of processor time. */
  cpu: 10,
  /** Seconds of waiting, generous because the machine may be busy. */
  wall: 60,
  /** Bytes by which the process grows. */
  memory: 2 ** 30,
  /** Characters of an error's message. */
  message: 20_000,
} as const;

export interface Finding {
  readonly reader: string;
  /** Repeat it with `--from` and `--cases 1`. */
  readonly number: number;
  readonly what: string;
}

export interface FuzzReport {
  readonly cases: number;
  /** Inputs that were read in spite of what was changed. */
  readonly accepted: number;
  /** Inputs that were refused, by the code of the error. */
  readonly refused: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

export interface FuzzOptions {
  /** An empty folder. Everything happens in it. */
  readonly folder: string;
  readonly seed: number;
  /** The number of the first case. Default 0. */
  readonly from?: number;
  /** At most this many cases. Default: no limit. */
  readonly cases?: number;
  /** At most this many seconds. Default: no limit. */
  readonly seconds?: number;
  /** Called before a case is read. */
  readonly onCase?: (number: number) => void;
}

/** Reads mutated inputs until a limit is reached. An input with a finding is kept in `folder` as `finding-NUMBER`. */
export async function fuzz(reader: Reader, options: FuzzOptions): Promise<FuzzReport> {
  const { folder, seed, from = 0, cases = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY } = options;
  const [seeds, place] = [join(folder, 'seeds'), join(folder, 'case')];
  mkdirSync(seeds);
  const names = await reader.seeds(seeds);
  for (const name of names) await reader.read(join(seeds, name));

  const refused: Record<string, number> = {};
  const findings: Finding[] = [];
  let accepted = 0;
  let number = from;
  const end = Date.now() + seconds * 1000;
  for (; number < from + cases && Date.now() < end; number++) {
    const draw = random(seed, 'fuzz', reader.name, number);
    const path = join(place, pick(draw, names));
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    cpSync(join(seeds, basename(path)), path, { recursive: true });
    // A mutation may put something else in the place of the whole input, or nothing.
    const isThere = () => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    for (let left = 2 ** draw.integer(3); left > 0 && isThere(); left--) mutate(path, draw);
    if (draw.integer(2) === 0) await reader.mend?.(path).catch(() => undefined);
    options.onCase?.(number);
    const before = listing(folder);
    const { code, problem } = await readOnce(reader, path);
    const what = problem ?? changed(before, listing(folder)) ?? pollution();
    if (code === undefined) accepted += 1;
    else refused[code] = (refused[code] ?? 0) + 1;
    if (what === undefined) continue;
    findings.push({ reader: reader.name, number, what });
    renameSync(place, join(folder, `finding-${number}`));
  }
  return { cases: number - from, accepted, refused, findings };
}

/** @returns the code of the error if the input was refused, and what was wrong with how */
async function readOnce(reader: Reader, path: string): Promise<{ code?: string; problem?: string | undefined }> {
  const cpu = process.cpuUsage();
  const peak = process.resourceUsage().maxRSS * 1024;
  const timer = new AbortController();
  const hang = sleep(LIMITS.wall * 1000, 'hang', { signal: timer.signal }).catch(() => 'ended');
  let code: string | undefined;
  let problem: string | undefined;
  try {
    if ((await Promise.race([reader.read(path), hang])) === 'hang') problem = `no answer after ${LIMITS.wall} s`;
  } catch (error) {
    code = error instanceof CladenetError ? error.code : 'other';
    const { stack = String(error), message } = error as Error;
    if (!(error instanceof CladenetError)) problem = stack;
    else if (message.length > LIMITS.message) problem = `a message of ${message.length} characters`;
  } finally {
    timer.abort();
  }
  const { user, system } = process.cpuUsage(cpu);
  const grown = process.resourceUsage().maxRSS * 1024 - peak;
  if ((user + system) / 1e6 > LIMITS.cpu) problem ??= `${Math.round((user + system) / 1e6)} s of processor time`;
  if (grown > LIMITS.memory) problem ??= `${Math.round(grown / 2 ** 20)} MiB of memory`;
  return { ...(code !== undefined && { code }), problem };
}

/** Every name below a folder, with what would change if it was written to. */
function listing(folder: string): Set<string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Set(
    names.map(({ parentPath, name }) => {
      const { size, mtimeMs, mode } = lstatSync(join(parentPath, name));
      return [join(parentPath, name), size, mtimeMs, mode].join(' ');
    }),
  );
}

function changed(before: ReadonlySet<string>, after: ReadonlySet<string>): string | undefined {
  const names = [...after].filter((name) => !before.has(name)).concat([...before].filter((name) => !after.has(name)));
  return names.length === 0 ? undefined : `the reader changed ${names.join(', ')}`;
}

const PROTOTYPES = [Object, Array, Function, String, Number, Map, Set].map(({ prototype }) => prototype as object);
const keys = () => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length).join();
const CLEAN = keys();

function pollution(): string | undefined {
  return keys() === CLEAN ? undefined : 'a prototype has changed';
}
