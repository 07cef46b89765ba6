/**
 * Finds TensorFlow.js's Node package. It is an optional dependency: without access to the internet its own install script
 * fails, and npm then leaves it out. In that case the set-up installs it into the cache.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Output, step } from '../progress.js';
import { freeBytesFor, type Host } from './host.js';
import { type Layout, TFJS_VERSION } from './layout.js';
import { run } from './run.js';
import { diskFull, failureOf, isNoNetwork, isNoSpace, missingTool, setupError } from './setup-error.js';
import { flawOfSizes, makeVerifiedFolder } from './verified-folder.js';

const PACKAGE = '@tensorflow/tfjs-node-gpu';

/**
 * The folder of `@tensorflow/tfjs-node-gpu` in the right version: in the node_modules that `origin` sees, else in the cache,
 * else undefined.
 */
export function findTfjs(layout: Layout, origin: string): string | undefined {
  const require = createRequire(origin);
  try {
    const description = require.resolve(`${PACKAGE}/package.json`);
    if ((require(description) as { version: string }).version === TFJS_VERSION) return dirname(description);
  } catch {
    // Not installed there.
  }
  const cached = join(layout.tfjs, 'node_modules', PACKAGE);
  return existsSync(cached) && flawOfSizes(layout.tfjs) === undefined ? cached : undefined;
}

/** Installs the package into the cache with npm, without running install scripts. */
export async function fetchTfjs(host: Host, layout: Layout, output: Output, signal?: AbortSignal): Promise<void> {
  const wanted = `${PACKAGE}@${TFJS_VERSION}`;
  await makeVerifiedFolder(layout, layout.tfjs, wanted, async (folder, scratch) => {
    const prefix = join(scratch, 'prefix');
    await mkdir(prefix);
    const args = ['install', '--prefix', prefix, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', wanted];
    await step(output, `installing ${wanted} into the cache`, async () => {
      const outcome = await run('npm', args, { env: host.env, signal });
      if (outcome.status === 'missing') throw missingTool('npm', `to install ${wanted}`);
      if (outcome.status === 0) return;
      if (isNoSpace(outcome)) throw diskFull(layout.root, undefined, await freeBytesFor(host, layout.root));
      throw setupError(
        `npm install ${wanted}`,
        isNoNetwork(outcome) ? 'a package registry that can be reached' : 'the package from the registry npm uses',
        failureOf('npm', outcome),
        'check the network and the registry (npm config get registry); then: npx cladenet setup',
      );
    });
    await rename(join(prefix, 'node_modules'), join(folder, 'node_modules'));
  });
}
