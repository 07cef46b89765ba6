/** What threads do while a forest grows: first they rank the features, then they grow trees. */
import type { Answered } from '../threads.js';
import { type GrowingData, type GrownTree, TreeGrower } from './grow-tree.js';
import { rankValues } from './ranks.js';

export type GrowTask = { readonly rank: number } | { readonly grow: number };

/** Ranks are written to shared memory; trees come back. */
export function startGrowing(data: GrowingData): (task: GrowTask) => Answered<GrownTree | undefined> {
  let grower: TreeGrower | undefined;
  return (task) => {
    if ('rank' in task) {
      rankFeature(data, task.rank);
      return { answer: undefined };
    }
    grower ??= new TreeGrower(data);
    const answer = grower.grow(task.grow);
    const arrays = [...Object.values(answer.tree), answer.importance, answer.outOfBag];
    return { answer, transfer: arrays.map(({ buffer }) => buffer as ArrayBuffer) };
  };
}

function rankFeature({ rows, values, ranks, distinct }: GrowingData, feature: number): void {
  const [from, to] = [feature * rows, (feature + 1) * rows];
  distinct[feature] = rankValues(values.subarray(from, to), ranks.subarray(from, to));
}
