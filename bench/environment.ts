/**
 * The peers' Python environments, in `bench-env/` of cladenet's cache folder. Each peer has its own, so that a failed
 * installation affects no other. pip fetches pinned versions, once, from the index that it is configured with.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { step } from '../src/progress.js';
import { cacheFolder } from '../src/setup/layout.js';
import { withLock } from '../src/setup/lock.js';
import { run } from '../src/setup/run.js';
import { lastLines } from '../src/setup/setup-error.js';

export type PeerName = 'keras' | 'torch' | 'pillow' | 'sklearn' | 'skimage';

/** Where the peers' programs and requirements are; this file runs as `build/bench/environment.js`. */
export const PEERS_FOLDER = fileURLToPath(new URL('../../peers', import.meta.url));

interface Recipe {
  /** Shown while the installation runs. */
  readonly title: string;
  /** Requirement files. */
  readonly files: readonly string[];
  readonly pip: readonly string[];
  /** Python code that fails if the environment does not work. */
  readonly check: string;
}

const CHECK_TORCH = `
import os, sys
sys.setdlopenflags(os.RTLD_LAZY)
import torch
torch.nn.functional.conv2d(torch.ones(1, 1, 4, 4), torch.ones(1, 1, 3, 3))`;

const RECIPES: Readonly<Record<PeerName, Readonly<Record<'cpu' | 'gpu', Recipe>>>> = {
  keras: {
    cpu: {
      title: 'Keras and TensorFlow (330 MB)',
      files: ['keras.txt'],
      pip: [],
      check: 'import tensorflow, keras',
    },
    gpu: {
      title: 'Keras and TensorFlow for GPUs (3.5 GB)',
      files: ['keras-gpu.txt'],
      pip: [],
      check: 'import tensorflow, keras',
    },
  },
  torch: {
    cpu: { title: 'PyTorch (700 MB)', files: ['torch.txt'], pip: ['--no-deps'], check: CHECK_TORCH },
    gpu: { title: 'PyTorch for GPUs (3 GB)', files: ['torch-gpu.txt'], pip: [], check: CHECK_TORCH },
  },
  pillow: {
    cpu: { title: 'Pillow', files: ['pillow.txt'], pip: [], check: 'import PIL' },
    gpu: { title: 'Pillow', files: ['pillow.txt'], pip: [], check: 'import PIL' },
  },
  skimage: {
    cpu: { title: 'scikit-image (90 MB)', files: ['skimage.txt'], pip: [], check: 'import skimage.measure' },
    gpu: { title: 'scikit-image (90 MB)', files: ['skimage.txt'], pip: [], check: 'import skimage.measure' },
  },
  sklearn: {
    cpu: { title: 'scikit-learn (60 MB)', files: ['sklearn.txt'], pip: [], check: 'import sklearn.ensemble' },
    gpu: { title: 'scikit-learn (60 MB)', files: ['sklearn.txt'], pip: [], check: 'import sklearn.ensemble' },
  },
};

/** The Python of a peer's environment, which is created if it is missing or has other versions. */
export async function installPeer(peer: PeerName, device: 'cpu' | 'gpu'): Promise<string> {
  const recipe = RECIPES[peer][device];
  const root = join(cacheFolder(), 'bench-env');
  const folder = join(root, recipe.files[0]?.replace('.txt', '') ?? peer);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'installed.txt');
  const wanted = await requirementsOf(recipe);
  const isReady = async () => existsSync(python) && (await readFile(stamp, 'utf8').catch(() => '')) === wanted;
  const waiting = (pid: number) => process.stderr.write(`bench: waiting for another installation (process ${pid})\n`);
  if (await isReady()) return python;
  await withLock(`${folder}.lock`, waiting, async () => {
    if (await isReady()) return;
    await step(process.stderr, `installing ${recipe.title}, once`, async () => {
      await rm(folder, { recursive: true, force: true });
      await succeed('python3', ['-m', 'venv', folder]);
      await pipInstall(python, recipe.pip, recipe.files);
      if (peer === 'torch' && device === 'cpu') await completeTorch(folder, python);
      await succeed(python, ['-c', recipe.check]);
      await writeFile(stamp, wanted);
    });
  });
  return python;
}

async function requirementsOf({ files, pip, check }: Recipe): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(requirementFile(file), 'utf8')));
  return [...texts, ...pip, check].join('\n');
}

const requirementFile = (name: string) => join(PEERS_FOLDER, 'requirements', name);

async function pipInstall(python: string, options: readonly string[], files: readonly string[]): Promise<void> {
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-cache-dir', '--only-binary=:all:'];
  const requirements = files.flatMap((file) => ['-r', requirementFile(file)]);
  await succeed(python, ['-m', 'pip', 'install', ...quiet, ...options, ...requirements]);
}

/** NVIDIA libraries that PyTorch's CUDA build links but never calls on a CPU; empty libraries of the same names are enough. */
const STAND_INS = [
  'libcublas.so.13',
  'libcublasLt.so.13',
  'libcudnn.so.9',
  'libcufft.so.12',
  'libcufile.so.0',
  'libcupti.so.13',
  'libcusparse.so.12',
  'libcusparseLt.so.0',
  'libnccl.so.2',
  'libnvrtc.so.13',
];

/** Avoids a download of 2.5 GB if pip's index has only PyTorch's CUDA build. */
async function completeTorch(folder: string, python: string): Promise<void> {
  const [version = ''] = await readdir(join(folder, 'lib'));
  const libraries = join(folder, 'lib', version, 'site-packages', 'torch', 'lib');
  if (!existsSync(join(libraries, 'libtorch_cuda.so'))) return;
  await pipInstall(python, ['--no-deps'], ['torch-cuda.txt']);
  for (const name of STAND_INS) {
    await succeed('g++', ['-shared', '-x', 'c++', '/dev/null', `-Wl,-soname,${name}`, '-o', join(libraries, name)]);
  }
}

async function succeed(program: string, args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await run(program, args, { env: process.env });
  if (status === 0) return;
  if (status === 'missing') throw new Error(`${program} is not on PATH`);
  const what = [program, ...args.slice(0, 3)].join(' ');
  throw new Error(`${what} ... ended with status ${status}:\n      ${lastLines(stderr || stdout)}`);
}
