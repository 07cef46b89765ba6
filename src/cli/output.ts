/** Files and folders that cannot be written are refused before the work that would fill them, not after. */
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CladenetError } from '../errors.js';

/** @throws CladenetError USAGE where `file`, the value of `option`, is a folder or lies below a file */
export async function requireWritable(option: string, file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const there = await stat(file).catch(() => undefined);
  const obstacle = there?.isDirectory() ? 'a folder' : there === undefined ? await fileAbove(file) : undefined;
  if (obstacle === undefined) return;
  const problem = { where: option, expected: 'a file that can be written', received: `${file}: ${obstacle}` };
  throw new CladenetError('USAGE', 'The results cannot be written', [problem]);
}

async function fileAbove(path: string): Promise<string | undefined> {
  for (let above = dirname(resolve(path)); above !== dirname(above); above = dirname(above)) {
    const there = await stat(above).catch(() => undefined);
    if (there !== undefined) return there.isDirectory() ? undefined : `${above} is a file`;
  }
  return undefined;
}

/** @throws CladenetError USAGE where what is made of a tree would replace that tree, with which it shares its files */
export function requireOtherFolder(tree: string, out: string): void {
  if (resolve(tree) !== resolve(out)) return;
  const problem = { where: '--out', expected: "a folder other than the tree's", received: out };
  throw new CladenetError('USAGE', 'The new tree cannot replace the old one', [problem]);
}
