/** What predictions within a subset of taxa leave out, for the log. */
import { counted } from '../../units.js';
import type { PredictionWriter } from './prediction-writer.js';

/** Names that are shown. */
const SHOWN = 5;

/**
 * Writes nothing; its line says within which classes images were predicted, and which images had no probability there.
 *
 * @param all number of the classifier's classes
 */
export function watchAmong(among: readonly string[], all: number): PredictionWriter {
  const without: string[] = [];
  let count = 0;
  return {
    async write({ images: { paths }, classification }) {
      classification.among?.mass.forEach((mass, i) => {
        if (mass > 0) return;
        count++;
        if (without.length < SHOWN) without.push(paths[i] ?? '');
      });
    },
    async commit() {
      const within = `predicted within ${among.length} of ${all} classes, whose probabilities were made to sum to 1: ${listed(among)}`;
      if (count === 0) return within;
      const these = listed(without, count);
      return `${within}\n${counted(count, 'image')} had no probability there, and all of these classes share equally: ${these}`;
    },
    discard: async () => undefined,
  };
}

const listed = (names: readonly string[], count = names.length): string =>
  `${names.slice(0, SHOWN).join(', ')}${count > SHOWN ? ', ...' : ''}`;
