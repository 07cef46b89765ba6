/** Checkpoints in a folder that is marked as one of unfinished work. */
import { claim } from '../outputs/unfinished.js';
import { uninterrupted } from '../writes.js';
import type { CheckpointStore } from './checkpoint.js';

/**
 * The same store; `folder` has its owner's mark before anything is saved in it.
 *
 * @param folder of the store, or around it
 */
export const claiming = (folder: string, store: CheckpointStore): CheckpointStore => ({
  ...store,
  save: (checkpoint) =>
    uninterrupted(async () => {
      await claim(folder);
      await store.save(checkpoint);
    }),
});
