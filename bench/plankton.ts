/** The plankton images, where this machine has them. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../src/setup/run.js';
import { lastLines } from '../src/setup/setup-error.js';
import type { Context } from './context.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The folder of their class folders, or nothing if they are not on this machine. */
export async function planktonImages({ scratch, say }: Context, benchmark: string): Promise<string | undefined> {
  const archive = join(process.env.CLADENET_DATA ?? resolve(ROOT, '..', 'shared', 'data'), 'ndsb-train.tar');
  if (!existsSync(archive)) {
    say(`Skipping ${benchmark}: ${archive} does not exist (CLADENET_DATA names its folder)`);
    return undefined;
  }
  const folder = join(scratch, 'images');
  if (existsSync(folder)) return folder;
  await mkdir(folder);
  const { status, stderr } = await run('tar', ['-xf', archive, '-C', folder], { env: process.env });
  if (status !== 0) throw new Error(`tar ended with status ${status}: ${lastLines(stderr)}`);
  return folder;
}
