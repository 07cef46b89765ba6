/** What is odd about measured images, in few lines. */
import { counted } from '../../units.js';

/** Images that are named for each kind of note. */
const NAMED = 3;

/**
 * For each kind of note, how many images have it, and some of them. Notes that differ only in numbers, or behind a colon, are of one
 * kind, which the first of them stands for.
 */
export function measuringNotes(notes: ReadonlyMap<string, string>): string[] {
  const kinds = new Map<string, { readonly note: string; readonly paths: string[] }>();
  for (const [path, all] of notes) {
    for (const note of all.split('; ')) {
      const kind = note.replace(/:.*/s, '').replace(/\d+/g, '#');
      const known = kinds.get(kind);
      if (known === undefined) kinds.set(kind, { note, paths: [path] });
      else known.paths.push(path);
    }
  }
  return [...kinds.values()].map(({ note, paths }) => {
    const more = paths.length > NAMED ? `, and ${paths.length - NAMED} more` : '';
    return `${counted(paths.length, 'image')}: ${note} (${paths.slice(0, NAMED).join(', ')}${more})`;
  });
}
