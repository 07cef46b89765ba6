/**
 * Loads TensorFlow into this process, at the first call: the JavaScript of `@tensorflow/tfjs-node-gpu`, the native addon that
 * the set-up compiled (or the package's own, where it works), and the environment variables that the native library reads
 * while it loads.
 */
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import { CladenetError } from '../errors.js';
import { GPU_NEEDED, type Host, thisMachine } from '../setup/host.js';
import { cacheFolder, layoutOf } from '../setup/layout.js';
import { type Device, type Located, locateRuntime } from '../setup/locate.js';
import { reportUntestedNode } from '../setup/node-version.js';
import { computesWithAvx512 } from '../setup/processor.js';
import type { Backend, Binding, Runtime } from './binding.js';
import { defineMissingUtil } from './node-util.js';
import { bfloat16Obstacle } from './precision.js';
import { intraOpThreads } from './threads.js';

export interface RuntimeOptions {
  /**
   * `gpu`: an error where no GPU can be used; `cpu`: never a GPU. Default: the GPU where an NVIDIA driver is loaded and the
   * CUDA build is set up, else the CPU.
   */
  readonly device?: Device | undefined;
  /** Threads within an operation (`intra`) and operations in parallel (`inter`). Default: one per core each. */
  readonly threads?: { readonly intra?: number | undefined; readonly inter?: number | undefined } | undefined;
}

/** What was loaded. */
export interface RuntimeDescription {
  /** Where it computes. */
  readonly device: Device;
  /** TensorFlow's own version. */
  readonly tensorflow: string;
  /** The build that the set-up made, or `official`: the addon that TensorFlow.js's own installation downloaded. */
  readonly build: Located['build'];
  /** The native addon's file. */
  readonly addon: string;
  /** Whether oneDNN's operations are enabled. */
  readonly oneDNN: boolean;
  readonly threads: { readonly intra: number; readonly inter: number };
}

export interface LoadedRuntime extends Runtime {
  readonly description: RuntimeDescription;
}

/** TensorFlow.js's own priority for this backend. */
const PRIORITY = 3;

let loaded: LoadedRuntime | undefined;
/** The error of the first try, which every later call throws: a process cannot load a second native library. */
let broken: CladenetError | undefined;

/**
 * The TensorFlow of this process. It loads once, in about 0.6 s; the first call's options hold for the whole process.
 *
 * Environment variables that the user has set take precedence over these defaults: `TF_ENABLE_ONEDNN_OPTS` 1 (TensorFlow
 * leaves oneDNN off on processors without AVX-512, where it makes training faster as well), `TF_CPP_MIN_LOG_LEVEL` 2 (errors
 * only), `TF_FORCE_GPU_ALLOW_GROWTH` true (other processes can share the GPU).
 *
 * @throws CladenetError RUNTIME when TensorFlow is not set up or does not load, a GPU is requested and cannot be used, or a
 *   later call requests another device.
 */
export function loadRuntime(options: RuntimeOptions = {}): LoadedRuntime {
  if (broken !== undefined) throw broken;
  loaded ??= load(thisMachine(), options);
  const { device } = loaded.description;
  if (options.device !== undefined && options.device !== device) {
    throw new CladenetError('RUNTIME', 'TensorFlow is already loaded in this process, on another device.', [
      { where: 'device', expected: device, received: options.device, remedy: 'use one process per device' },
    ]);
  }
  return loaded;
}

function load(host: Host, { device, threads }: RuntimeOptions): LoadedRuntime {
  reportUntestedNode(host.nodeVersion, host.env, process.stderr);
  const located = locateRuntime(host, layoutOf(cacheFolder(host.env), host.platform), device);
  const missesGpu = device === 'cpu' || !host.hasNvidiaDriver();
  setEnvironment(process.env, located.build !== 'cpu' && missesGpu, { device, threads });
  const require = createRequire(join(located.tfjs, 'package.json'));
  defineMissingUtil();
  const tf = require('@tensorflow/tfjs') as Runtime['tf'];
  require('./dist/register_all_kernels.js');
  const { NodeJSKernelBackend } = require('./dist/nodejs_kernel_backend.js') as {
    NodeJSKernelBackend: new (binding: Binding, packageName: string) => Backend & KernelBackend;
  };
  const binding = loadAddon(() => require(located.addon) as Binding, located);
  const runsOn: Device = binding.isUsingGpuDevice() ? 'gpu' : 'cpu';
  if (device === 'gpu' && runsOn === 'cpu') {
    broken = new CladenetError('RUNTIME', 'A GPU was requested, but TensorFlow cannot use one.', [
      {
        where: 'GPU',
        expected: GPU_NEEDED,
        received: 'none',
        remedy: "npx cladenet doctor shows TensorFlow's messages; nvidia-smi shows the driver and the GPU",
      },
    ]);
    throw broken;
  }
  const backend = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu');
  tf.registerBackend('tensorflow', () => backend, PRIORITY);
  void tf.setBackend('tensorflow');
  return {
    tf,
    backend,
    binding,
    messages: require('./dist/proto/api_pb.js') as unknown,
    hasKernels: runsOn === 'cpu' && hasKernels(binding),
    prefersOwnFilterGradient: !computesWithAvx512(host.env),
    bfloat16Obstacle: bfloat16Obstacle(host, runsOn),
    description: {
      device: runsOn,
      tensorflow: binding.TF_Version,
      build: located.build,
      addon: located.addon,
      oneDNN: process.env.TF_ENABLE_ONEDNN_OPTS !== '0',
      threads: {
        intra: intraOpThreads(),
        inter: Number(process.env.TF_NUM_INTEROP_THREADS ?? availableParallelism()),
      },
    },
  };
}

/** Sets the environment variables that the native library reads while it loads. */
function setEnvironment(env: NodeJS.ProcessEnv, missesGpu: boolean, { device, threads }: RuntimeOptions): void {
  env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  if (device === 'cpu') env.CUDA_VISIBLE_DEVICES = '-1';
  // The CUDA build logs an error where it finds no GPU, even where none is wanted.
  env.TF_CPP_MIN_LOG_LEVEL ??= missesGpu ? '3' : '2';
  if (threads?.intra !== undefined) env.TF_NUM_INTRAOP_THREADS = String(threads.intra);
  if (threads?.inter !== undefined) env.TF_NUM_INTEROP_THREADS = String(threads.inter);
}

/** Whether our own operations are available. Our addon registers all of them if they suit the processor; the official one has none. */
function hasKernels(binding: Binding): boolean {
  const ids = [1, 2].map(() => binding.createTensor([1, 1, 1, 1], binding.TF_FLOAT, new Float32Array(1)));
  const names = ['kernel_height', 'kernel_width', 'stride', 'top', 'left'];
  const attributes = names.map((name) => ({
    name,
    type: binding.TF_ATTR_INT,
    value: name === 'top' || name === 'left' ? 0 : 1,
  }));
  try {
    for (const { id } of binding.executeOp('CladenetConv2DFilterGradient', attributes, [...ids], 1)) ids.push(id);
    return true;
  } catch {
    return false;
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}

function loadAddon(require: () => Binding, { addon }: Located): Binding {
  try {
    return require();
  } catch (error) {
    broken = new CladenetError(
      'RUNTIME',
      'TensorFlow is set up, but does not load on this machine.',
      [
        {
          where: addon,
          expected: 'a native addon that this Node and this system can load',
          received: (error as Error).message,
          remedy: 'npx cladenet setup   (compiles the addon again where it does not load)',
        },
      ],
      { cause: error },
    );
    throw broken;
  }
}
