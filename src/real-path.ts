/** What a path really is, with links followed: two paths are the same only if this is. */

import { readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, sep } from 'node:path';
import { append } from './arrays.js';

export interface Place {
  /** Absolute, without links, `.`, `..` and trailing slashes. */
  readonly path: string;
  /** The open file of this process that the path stands for: 1 for `/dev/stdout`. */
  readonly descriptor?: number;
}

/** As the system's own limit: then there is a loop. */
const MOST_LINKS = 40;
const DESCRIPTORS = new RegExp(`^/(?:dev|proc/(?:self|${process.pid}))/fd$`);

/**
 * Follows links as the system does when it opens the path, also links to what is not there yet. What cannot be followed (a
 * loop) stays as it is, for the call that uses the path to report.
 */
export function placeOf(path: string): Place {
  const absolute = isAbsolute(path) ? path : `${process.cwd()}${sep}${path}`;
  const { root } = parse(absolute);
  const rest = partsOf(absolute.slice(root.length));
  let at = root;
  let links = 0;
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    if (part === '..') {
      at = dirname(at);
      continue;
    }
    if (DESCRIPTORS.test(at) && /^\d+$/.test(part)) return { path: join(at, part), descriptor: Number(part) };
    const target = links < MOST_LINKS ? linkAt(join(at, part)) : undefined;
    if (target === undefined) {
      at = join(at, part);
      continue;
    }
    links++;
    if (isAbsolute(target)) at = parse(target).root;
    append(rest, partsOf(isAbsolute(target) ? target.slice(at.length) : target));
  }
  return { path: at };
}

/** The path of {@link placeOf}. */
export const realPath = (path: string): string => placeOf(path).path;

/** The last one first. */
const partsOf = (path: string): string[] =>
  path
    .split(sep === '/' ? '/' : /[\\/]/)
    .filter((part) => part !== '' && part !== '.')
    .reverse();

/** What a link points to; undefined for anything else, and where nothing can be read. */
function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
