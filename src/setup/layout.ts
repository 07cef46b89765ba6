/**
 * Where set-up keeps what it makes: one cache folder per user, shared by every checkout and every installed copy.
 *
 *     libtensorflow/2.20.0-cpu-linux-x64/   the wheel's own layout, only the parts that are needed, and manifest.json
 *     addon/KEY/                            tfjs_binding.node and manifest.json; KEY is a hash of all it was built from
 *     tfjs/4.22.0/                          TensorFlow.js's Node package, only where no node_modules holds it
 *     official/KEY.json                     whether an addon that came with that package works on this machine
 *     work/                                 half-made things; nothing here is ever used
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The release of TensorFlow that set-up fetches. */
export const TENSORFLOW_VERSION = '2.20.0';
/** The release of `@tensorflow/tfjs-node-gpu` whose JavaScript and addon sources are used. */
export const TFJS_VERSION = '4.22.0';

/** Which build of TensorFlow: `cuda` also runs on the processor. */
export type Variant = 'cpu' | 'cuda';

export interface Layout {
  readonly root: string;
  readonly work: string;
  readonly lock: string;
  readonly tfjs: string;
  readonly official: string;
  libtensorflow(variant: Variant): string;
  addon(key: string): string;
}

/** The cache folder: `CLADENET_CACHE`, else `$XDG_CACHE_HOME/cladenet`, else `~/.cache/cladenet`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CLADENET_CACHE) return resolve(env.CLADENET_CACHE);
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, 'cladenet');
  return join(env.HOME ?? homedir(), '.cache', 'cladenet');
}

/** The places inside a cache folder. */
export function layoutOf(root: string, platform = `${process.platform}-${process.arch}`): Layout {
  return {
    root,
    work: join(root, 'work'),
    lock: join(root, 'setup.lock'),
    tfjs: join(root, 'tfjs', TFJS_VERSION),
    official: join(root, 'official'),
    libtensorflow: (variant) => join(root, 'libtensorflow', `${TENSORFLOW_VERSION}-${variant}-${platform}`),
    addon: (key) => join(root, 'addon', key),
  };
}
