/** Progress of trainings of nodes, for `train tree` and `tune`. */
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { lazyProgress } from '../progress.js';
import { printPath } from '../taxonomy/names.js';

/** Which node is trained, and how far it is: with a CNN block of its own, a node may take hours. */
export function nodeProgress(
  progress: ReturnType<typeof lazyProgress>,
): Required<Pick<TreeHooks, 'onNode' | 'onEpoch'>> {
  let [done, total] = [0, 1];
  return {
    onNode(path, index, nodes) {
      [done, total] = [index, nodes];
      progress.update(done, total, printPath(path));
    },
    onEpoch: (path, { epoch, loss }) =>
      progress.update(done, total, `epoch ${epoch}, loss ${loss.toFixed(3)}, ${printPath(path)}`),
  };
}
