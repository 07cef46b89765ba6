/** What is odd about measured images, as plain text. */
import type { FeatureTable } from '../../features/feature-table.js';
import { counted } from '../../units.js';

/** Images shown for each kind of note. */
const SHOWN = 3;

/** How many images have which note, the most frequent kinds first, with some of the images. */
export function noteLines({ rows, notes = new Map<number, string>() }: Pick<FeatureTable, 'rows' | 'notes'>): string[] {
  const kinds = new Map<string, number[]>();
  for (const [row, note] of notes) {
    for (const one of note.split('; ')) {
      // What differs from image to image stands behind the colon, or is a number.
      const kind = one.replace(/:.*/s, '').replace(/ \d+/g, '');
      kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
    }
  }
  const sorted = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  return sorted.flatMap(([kind, images]) => [
    `${counted(images.length, 'image')}: ${kind}`,
    ...images.slice(0, SHOWN).map((row) => `  ${rows[row]}`),
    ...(images.length > SHOWN ? [`  ... and ${images.length - SHOWN} more`] : []),
  ]);
}
