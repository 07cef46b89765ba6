/** Why image files of a list are missing: how their paths are most likely meant. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import type { Problem } from '../errors.js';
import { isImageName } from '../image-names.js';
import type { ImageListing } from './listing.js';
import { NO_SUCH_FILE } from './metadata.js';

/** Missing files that are looked for under other names. */
const EXPLAINED = 20;

/** The problems, the first missing files with a remedy where one is found. Equal remedies are given once. */
export function explainMissing(problems: readonly Problem[], listing: ImageListing): Problem[] {
  const given = new Set<string>();
  let explained = 0;
  return problems.map((problem) => {
    if (problem.received !== NO_SUCH_FILE || problem.remedy !== undefined || explained >= EXPLAINED) return problem;
    explained++;
    const remedy = remedyFor(problem.where, listing);
    if (remedy === undefined || given.has(remedy)) return problem;
    given.add(remedy);
    return { ...problem, remedy };
  });
}

function remedyFor(path: string, { source, table }: ImageListing): string | undefined {
  if (path.includes('\\')) return 'Paths with \\: written on Windows? Write / instead.';
  const [folder, name] = [dirname(path), basename(path)];
  const names = namesIn(folder);
  if (!isImageName(name)) {
    const found = names.find((other) => isImageName(other) && basename(other, extname(other)) === name);
    if (found !== undefined) return `${found} exists: add the ending.`;
  }
  const found = names.find((other) => other.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return `${found} exists: upper and lower case differ.`;
  if (table === undefined) return undefined;
  const written = relative(dirname(source), path);
  const isElsewhere = dirname(source) !== '.' && existsSync(written);
  return isElsewhere
    ? `${written} exists, but paths are relative to the folder of the table: ${dirname(source)}.`
    : undefined;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(join(folder)).sort();
  } catch {
    return [];
  }
}
