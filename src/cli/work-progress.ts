/** How far work is that is neither an epoch nor a node: computing features, growing trees. */
import type { FeatureOptions } from '../classifier/train/feature-options.js';
import { log, startProgress } from '../progress.js';
import { measuringNotes } from '../report/tables/measuring-notes.js';

/** A bar for each piece of work. */
export function workProgress(): Required<Pick<FeatureOptions, 'onProgress' | 'onNotes'>> & { stop(): void } {
  let current:
    | { readonly work: string; readonly total: number; readonly bar: ReturnType<typeof startProgress> }
    | undefined;
  const stop = () => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    onProgress(work, done, total) {
      if (current?.work !== work || current.total !== total) {
        stop();
        current = { work, total, bar: startProgress(work, total) };
      }
      current.bar.update(done);
    },
    onNotes(notes) {
      stop();
      for (const line of measuringNotes(notes)) log(line);
    },
    stop,
  };
}
