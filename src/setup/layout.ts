/**
 * Where the set-up keeps what it makes: one cache folder per user, shared by all checkouts and installed copies.
 *
 *     libtensorflow/2.20.0-cpu-linux-x64/   the needed parts of the wheel, in its own layout, and manifest.json
 *     addon/KEY/                            tfjs_binding.node and manifest.json; KEY is a hash of everything it was built from
 *     tfjs/4.22.0/                          TensorFlow.js's Node package, where no node_modules has it
 *     trunks/NAME/                          weights of a CNN block that was trained elsewhere, their licence, and manifest.json
 *     official/KEY.json                     whether the addon that came with that package works on this machine
 *     work/                                 unfinished folders, never used
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The release of TensorFlow that is downloaded. */
export const TENSORFLOW_VERSION = '2.20.0';
/** The release of `@tensorflow/tfjs-node-gpu` whose JavaScript and addon sources are used. */
export const TFJS_VERSION = '4.22.0';

/** A build of TensorFlow; `cuda` also computes on the CPU. */
export type Variant = 'cpu' | 'cuda';

export interface Layout {
  readonly root: string;
  readonly work: string;
  readonly lock: string;
  readonly tfjs: string;
  readonly official: string;
  libtensorflow(variant: Variant): string;
  addon(key: string): string;
  /** @param name a key of `TRUNK_PACKAGES` */
  trunk(name: string): string;
}

/** The cache folder: `CLADENET_CACHE`, else `$XDG_CACHE_HOME/cladenet`, else `~/.cache/cladenet`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CLADENET_CACHE) return resolve(env.CLADENET_CACHE);
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, 'cladenet');
  return join(env.HOME ?? homedir(), '.cache', 'cladenet');
}

/** The paths inside a cache folder. */
export function layoutOf(root: string, platform = `${process.platform}-${process.arch}`): Layout {
  return {
    root,
    work: join(root, 'work'),
    lock: join(root, 'setup.lock'),
    tfjs: join(root, 'tfjs', TFJS_VERSION),
    official: join(root, 'official'),
    libtensorflow: (variant) => join(root, 'libtensorflow', `${TENSORFLOW_VERSION}-${variant}-${platform}`),
    addon: (key) => join(root, 'addon', key),
    trunk: (name) => join(root, 'trunks', name),
  };
}
