/**
 * Compiles TensorFlow.js's native addon, from the sources in its npm package, together with our own operations, against the
 * downloaded libtensorflow.
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
import { diskFull, failureOf, isNoSpace, missingTool, setupError } from './setup-error.js';
import { makeVerifiedFolder, manifestText } from './verified-folder.js';

const ADDON = 'tfjs_binding.node';
/** Sources of our own operations, which become part of the addon. */
const NATIVE = join(PACKAGE_ROOT, 'src', 'tensorflow', 'native');
const FLAGS = ['-O3', '-std=c++17', '-shared', '-fPIC', '-DNAPI_VERSION=8', '-Wl,--wrap=TF_NewSessionOptions'];
const LIBRARIES = ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'];

/**
 * Path of the addon in the cache for this TensorFlow.js package and this libtensorflow, whether it exists or not. Its folder
 * is named by a hash of everything that it is built from, so an addon of other sources, headers, flags or library is never
 * used. Node's version is not part of it: the addon uses only Node-API, whose ABI is the same in all versions.
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
        'g++ 7 or later, which compiles C++17',
        failureOf('g++', outcome, 8),
        'fix the compiler (g++ --version shows which one is used), then: npx cladenet setup',
      );
    });
  });
}

/** Throws where g++ is missing. Called before the long download, not after it. */
export async function requireCompiler(host: Host, signal?: AbortSignal): Promise<void> {
  if ((await run('g++', ['--version'], { env: host.env, signal })).status === 'missing') throw missingCompiler();
}

function missingCompiler(): CladenetError {
  return missingTool('g++', 'to compile the TensorFlow addon');
}

/** The addon's C++ files: those of TensorFlow.js and ours. */
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
