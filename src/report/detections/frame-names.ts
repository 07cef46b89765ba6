/** What frames are called in results: as annotations of them call them. */
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import type { ImageSource } from '../../dataset/sources/list-sources.js';
import type { ImageFile } from '../../dataset/stored-image.js';

/** A frame to look at, and what it is called. */
export interface NamedFrame {
  readonly name: string;
  readonly image: ImageFile;
}

/**
 * Frames by their paths within the folder, beside the table or in the archive that lists them; those that would be called alike by their
 * whole paths.
 */
export function namedFrames(sources: readonly ImageSource[]): NamedFrame[] {
  const frames = sources.flatMap(({ listing: { source, records, table } }) =>
    records.map(({ path, stored }) => ({
      path,
      stored,
      short: shortName(path, table === undefined ? source : dirname(source)),
    })),
  );
  const times = new Map<string, number>();
  for (const { short } of frames) times.set(short, (times.get(short) ?? 0) + 1);
  return frames.map(({ path, stored, short }) => ({
    name: (times.get(short) ?? 0) > 1 ? path : short,
    image: { path, stored },
  }));
}

function shortName(path: string, source: string): string {
  const within = relative(source, path);
  const isWithin = within !== '' && !within.startsWith('..') && !isAbsolute(within);
  return (isWithin ? within : basename(path)).split(sep).join('/');
}

/** Names of frames as the beginning of names of files, each once. */
export function fileNames(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    names.map((name) => {
      const plain = name
        .replace(/\.[^./]*$/, '')
        .replaceAll(/[^\p{L}\p{N}._-]+/gu, '_')
        .slice(-100);
      let own = plain;
      for (let k = 2; taken.has(own.toLowerCase()); k++) own = `${plain}-${k}`;
      taken.add(own.toLowerCase());
      return [name, own];
    }),
  );
}
