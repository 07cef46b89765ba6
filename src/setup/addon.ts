/**
 * Compiles TensorFlow.js's native addon from the sources its npm package carries, and our own operations with it, against
 * the fetched libtensorflow.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { CladenetError } from '../errors.js';
import { PACKAGE_ROOT } from '../package-root.js';
import { type Output, step } from '../progress.js';
import { freeBytesFor, type Host } from './host.js';
import { type Layout, TFJS_VERSION, type Variant } from './layout.js';
import { run } from './run.js';
import { diskFull, isNoSpace, lastLines, missingTool, setupError } from './setup-error.js';
import { makeVerifiedFolder, manifestText } from './verified-folder.js';

const ADDON = 'tfjs_binding.node';
/** Operations of our own that become part of the addon. */
const NATIVE = join(PACKAGE_ROOT, 'src', 'tensorflow', 'native');
const FLAGS = ['-O3', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8'];
const LIBRARIES = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];

/**
 * The addon's file in the cache for this TensorFlow.js package and this libtensorflow, made or not. Its folder's name
 * is a hash of everything it is built from, so an addon of other sources, headers, flags or library is never taken.
 */
export function addonPath(layout: Layout, tfjsFolder: string, variant: Variant): string {
  const hash = createHash('sha256');
  for (const file of sources(tfjsFolder)) hash.update(basename(file)).update(readFileSync(file));
  hash.update(JSON.stringify([FLAGS, LIBRARIES, nodeHeaders().version, basename(layout.libtensorflow(variant))]));
  hash.update(manifestText(layout.libtensorflow(variant)) ?? '');
  return join(layout.addon(hash.digest('hex').slice(0, 16)), ADDON);
}

/** Compiles the addon into the cache. Takes about 15 seconds. */
export async function compileAddon(
  host: Host,
  layout: Layout,
  tfjsFolder: string,
  variant: Variant,
  output: Output,
  signal?: AbortSignal,
): Promise<void> {
  const library = layout.libtensorflow(variant);
  const target = join(addonPath(layout, tfjsFolder, variant), '..');
  const title = `addon of @tensorflow/tfjs-node-gpu ${TFJS_VERSION} for ${basename(library)}`;
  await makeVerifiedFolder(layout, target, title, async (folder, scratch) => {
    const args = [
      ...FLAGS,
      ...['-I', nodeHeaders().folder, '-I', join(library, 'tensorflow', 'include')],
      ...sources(tfjsFolder).filter((file) => file.endsWith('.cc')),
      ...['-L', join(library, 'tensorflow'), ...LIBRARIES],
      // Relative to the addon, so that the cache folder can be moved.
      `-Wl,-rpath,$ORIGIN/../../libtensorflow/${basename(library)}/tensorflow`,
      ...['-o', join(folder, ADDON)],
    ];
    await step(output, 'compiling the TensorFlow addon with g++', async () => {
      const outcome = await run('g++', args, { env: { ...host.env, TMPDIR: scratch }, signal });
      if (outcome.status === 'missing') throw missingCompiler();
      if (outcome.status === 0) return;
      if (isNoSpace(outcome)) throw diskFull(layout.root, undefined, await freeBytesFor(host, layout.root));
      throw setupError(
        'g++',
        'a C++17 compiler (g++ 7 or later) that compiles the addon',
        `g++ ended with status ${outcome.status}. It said:\n      ${lastLines(outcome.stderr, 8)}`,
        'g++ --version shows the compiler; after mending it: npx cladenet setup',
      );
    });
  });
}

/** Throws where there is no g++: asked before a long download, not after it. */
export async function requireCompiler(host: Host, signal?: AbortSignal): Promise<void> {
  if ((await run('g++', ['--version'], { env: host.env, signal })).status === 'missing') throw missingCompiler();
}

function missingCompiler(): CladenetError {
  return missingTool('g++', 'to compile the TensorFlow addon');
}

/** TensorFlow.js's files and ours. */
function sources(tfjsFolder: string): string[] {
  return [join(tfjsFolder, 'binding'), NATIVE].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.(cc|h)$/.test(name))
      .sort()
      .map((name) => join(folder, name)),
  );
}

function nodeHeaders(): { readonly folder: string; readonly version: string } {
  const require = createRequire(import.meta.url);
  const { include_dir } = require('node-api-headers') as { include_dir: string };
  const { version } = require('node-api-headers/package.json') as { version: string };
  return { folder: include_dir, version };
}
