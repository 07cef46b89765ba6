/** Where trainings of many parts (nodes, specialists) are kept while they are under way: one folder each, beside the result. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import { sha256 } from '../hash.js';
import { say } from '../progress.js';
import { checkpointFolder } from '../training/checkpoint.js';
import { partialFolder } from './flat-training.js';

/**
 * A part that is done, or an epoch of it, need not be trained again by the next call.
 * @param purpose what a part's training depends on
 */
export async function partCheckpoints(
  { out, fresh }: { readonly out: string; readonly fresh: boolean },
  purpose: (part: string) => unknown,
): Promise<NonNullable<TreeHooks['checkpoint']>> {
  const folder = partialFolder(out);
  if (fresh) await rm(folder, { recursive: true, force: true });
  else if (existsSync(folder)) say(`going on from ${folder}`);
  return (part) => {
    const name = sha256(part).slice(0, 16);
    return checkpointFolder(join(folder, name), purpose(part));
  };
}
