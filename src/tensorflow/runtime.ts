/**
 * Loads TensorFlow into this process, on the first call and not before: the JavaScript of
 * `@tensorflow/tfjs-node-gpu`, the native addon that set-up made (or the package's own, where it works), and the
 * environment that the native library reads while it loads.
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
import type { Backend, Binding, Runtime } from './binding.js';
import { defineMissingUtil } from './node-util.js';
import { bfloat16Obstacle } from './precision.js';

export interface RuntimeOptions {
  /**
   * `gpu`: an error where no GPU can be used; `cpu`: never a GPU. By default a GPU where an NVIDIA driver is present
   * and the CUDA build is set up, else the CPU.
   */
  readonly device?: Device | undefined;
  /** Threads inside one operation, and operations at a time; by default one per core each. */
  readonly threads?: { readonly intra?: number | undefined; readonly inter?: number | undefined } | undefined;
}

/** What was loaded. */
export interface RuntimeDescription {
  /** Where it computes. */
  readonly device: Device;
  /** TensorFlow's own version. */
  readonly tensorflow: string;
  /** The build set-up made, or `official`: the addon that TensorFlow.js's install brought. */
  readonly build: Located['build'];
  /** The native addon's file. */
  readonly addon: string;
  /** Whether oneDNN's operations were asked for. */
  readonly oneDNN: boolean;
  readonly threads: { readonly intra: number; readonly inter: number };
}

export interface LoadedRuntime extends Runtime {
  readonly description: RuntimeDescription;
}

/** TensorFlow.js's own priority for this backend. */
const PRIORITY = 3;

let loaded: LoadedRuntime | undefined;
/** What the native library said when it could not be used: a process gets no second try with another one. */
let broken: CladenetError | undefined;

/**
 * The TensorFlow of this process. It loads once, in about 0.6 s; the first call's options hold for the whole process.
 *
 * Environment variables that the user set win: `TF_ENABLE_ONEDNN_OPTS` (else 1: TensorFlow leaves oneDNN off on
 * processors without AVX-512, where it makes training faster as well), `TF_CPP_MIN_LOG_LEVEL` (else 2: errors only),
 * `TF_FORCE_GPU_ALLOW_GROWTH` (else true: other processes can share the GPU).
 *
 * @throws CladenetError RUNTIME where TensorFlow is not set up, does not load, a GPU is asked for and cannot be used,
 *   or a later call asks for another device.
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
    broken = new CladenetError('RUNTIME', 'A GPU was asked for, and TensorFlow can use none.', [
      {
        where: 'GPU',
        expected: GPU_NEEDED,
        received: 'none',
        remedy: 'npx cladenet doctor shows what TensorFlow says; nvidia-smi shows the driver and the GPU',
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
    bfloat16Obstacle: bfloat16Obstacle(host, runsOn),
    description: {
      device: runsOn,
      tensorflow: binding.TF_Version,
      build: located.build,
      addon: located.addon,
      oneDNN: process.env.TF_ENABLE_ONEDNN_OPTS !== '0',
      threads: {
        intra: Number(process.env.TF_NUM_INTRAOP_THREADS ?? availableParallelism()),
        inter: Number(process.env.TF_NUM_INTEROP_THREADS ?? availableParallelism()),
      },
    },
  };
}

/** What the native library reads from the environment while it loads. */
function setEnvironment(env: NodeJS.ProcessEnv, missesGpu: boolean, { device, threads }: RuntimeOptions): void {
  env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  if (device === 'cpu') env.CUDA_VISIBLE_DEVICES = '-1';
  // A build for GPUs reports as an error that it finds none, also where none is wanted.
  env.TF_CPP_MIN_LOG_LEVEL ??= missesGpu ? '3' : '2';
  if (threads?.intra !== undefined) env.TF_NUM_INTRAOP_THREADS = String(threads.intra);
  if (threads?.inter !== undefined) env.TF_NUM_INTEROP_THREADS = String(threads.inter);
}

/** An addon of TensorFlow.js's own does not have them; ours registers them where they suit the processor, all or none. */
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
          remedy: 'npx cladenet setup   (tries the addon, and compiles it again where it does not load)',
        },
      ],
      { cause: error },
    );
    throw broken;
  }
}
