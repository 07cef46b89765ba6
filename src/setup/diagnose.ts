/** Checks everything that the set-up and TensorFlow depend on, and states for each problem how to fix it. */

import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import { largest } from '../arrays.js';
import { CladenetError, type Problem } from '../errors.js';
import { bytes } from '../units.js';
import { bytesBelow } from './folder-size.js';
import { freeBytesFor, GPU_NEEDED, GPU_REMEDY, type Host, thisMachine } from './host.js';
import { cacheFolder, type Layout, layoutOf } from './layout.js';
import { type Device, type Located, locateRuntime, wantedVariant } from './locate.js';
import { nodeProblem, untestedNode } from './node-version.js';
import type { Probe } from './probe.js';
import { run } from './run.js';
import { findTfjs } from './tfjs.js';
import { flawOfContents } from './verified-folder.js';

/** One thing that was checked. */
export interface Check {
  readonly name: string;
  /** What was found. */
  readonly found: string;
  /** What is needed instead, and how to get it; absent where the check passed. */
  readonly problem?: { readonly needed: string; readonly remedy: string } | undefined;
}

/** What {@link diagnose} found. */
export interface Diagnosis {
  /** Whether all checks passed. */
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /** The device to check for, as in `SetupOptions`. Default: the GPU where an NVIDIA driver is present, else the CPU. */
  readonly device?: Device | undefined;
}

/**
 * Checks this machine: Node, TensorFlow, the device it computes on, sharp, the cache and, where something has yet to be set
 * up, the tools for that. Changes nothing. Loads TensorFlow in a separate process, which takes about half a second.
 */
export async function diagnose(options: DiagnoseOptions = {}): Promise<Diagnosis> {
  return examine(thisMachine(), options);
}

/** {@link diagnose} on a given machine. */
export async function examine(host: Host, { device }: DiagnoseOptions): Promise<Diagnosis> {
  const layout = layoutOf(cacheFolder(host.env), host.platform);
  const runtime = await examineRuntime(host, layout, device);
  const checks = [
    nodeCheck(host),
    { name: 'cladenet', found: versionOf('../../package.json', import.meta.url) },
    { name: 'TensorFlow.js', found: tfjsOf(host, layout) },
    ...runtime.checks,
    await sharpCheck(),
    // The tools are needed only while TensorFlow is not ready.
    ...(runtime.ready ? [] : await toolChecks(host)),
    { name: 'cache', found: `${layout.root} (${bytes(bytesBelow(layout.root))})` },
    { name: 'disk free', found: bytes(await freeBytesFor(host, layout.root)) },
  ];
  return { healthy: checks.every(({ problem }) => problem === undefined), checks };
}

/** A diagnosis as text: a line for each check, and a remedy for each problem. */
export function formatDiagnosis({ healthy, checks }: Diagnosis): string {
  const width = largest(checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, found, problem }) => [
    `${problem === undefined ? 'ok' : '!!'}  ${name.padEnd(width)}  ${found.replaceAll('\n', `\n${' '.repeat(width + 6)}`)}`,
    ...(problem === undefined
      ? []
      : [`${' '.repeat(width + 6)}needed: ${problem.needed}`, `${' '.repeat(width + 6)}fix:    ${problem.remedy}`]),
  ]);
  const wrong = checks.filter(({ problem }) => problem !== undefined).length;
  return [...lines, '', healthy ? 'All checks passed.' : `${wrong} of ${checks.length} checks failed.`].join('\n');
}

function nodeCheck(host: Host): Check {
  const problem = nodeProblem(host.nodeVersion);
  const untested = untestedNode(host.nodeVersion);
  const found = untested === undefined ? host.nodeVersion : `${host.nodeVersion}, ${untested}`;
  return { name: 'Node', found, ...(problem && { problem: problemOf(problem) }) };
}

function tfjsOf(host: Host, layout: Layout): string {
  const folder = findTfjs(layout, host.origin);
  return folder === undefined ? 'not installed' : `${versionOf(`${folder}/package.json`, host.origin)} in ${folder}`;
}

/** TensorFlow itself: whether it is complete, loads and computes, where and with which operations. */
async function examineRuntime(
  host: Host,
  layout: Layout,
  device: Device | undefined,
): Promise<{ readonly ready: boolean; readonly checks: readonly Check[] }> {
  let located: Located;
  try {
    located = locateRuntime(host, layout, device);
  } catch (error) {
    if (!(error instanceof CladenetError)) throw error;
    const [problem] = error.problems;
    const found = problem === undefined ? error.message : `${problem.where}: ${problem.received}`;
    const needs =
      problem === undefined ? { needed: 'TensorFlow to be set up', remedy: 'npx cladenet setup' } : problemOf(problem);
    return { ready: false, checks: [{ name: 'TensorFlow', found, problem: needs }] };
  }
  const flaw = await flawOfBuild(layout, located);
  const tried = host.probe(located.addon);
  const broken = flaw ?? (tried.works ? undefined : tried.messages);
  if (broken !== undefined) {
    const problem = {
      needed: 'an addon and a library that are undamaged and load',
      remedy: 'npx cladenet setup --force',
    };
    return { ready: false, checks: [{ name: 'TensorFlow', found: `${located.addon}: ${broken}`, problem }] };
  }
  return {
    ready: true,
    checks: [
      { name: 'TensorFlow', found: `${tried.tensorflow}, ${buildName(located)}, ${located.addon}` },
      await deviceCheck(host, device, located, tried),
      oneDnnCheck(host, tried),
      {
        name: 'own operations',
        found: tried.kernels ? 'in use' : `not used ${tried.gpu ? 'on a GPU' : 'on this processor'}`,
      },
      {
        name: 'bfloat16',
        found: host.multipliesBfloat16() ? 'available (--precision bfloat16)' : 'not available on this processor',
      },
      { name: 'GPU memory', found: growthOf(host.env) },
      { name: 'threads', found: threadsOf(host.env) },
    ],
  };
}

async function flawOfBuild(layout: Layout, { addon, build }: Located): Promise<string | undefined> {
  if (build === 'official') return undefined;
  return (await flawOfContents(layout.libtensorflow(build))) ?? (await flawOfContents(dirname(addon)));
}

function buildName({ build }: Located): string {
  return { official: 'official addon', cpu: 'CPU build', cuda: 'CUDA build' }[build];
}

async function deviceCheck(host: Host, device: Device | undefined, { build }: Located, tried: Probe): Promise<Check> {
  const name = 'device';
  const cpu = `CPU, ${cpus()[0]?.model.trim() ?? host.platform}, ${availableParallelism()} cores`;
  if (tried.gpu) {
    const { stdout } = await run('nvidia-smi', ['-L'], { env: host.env });
    return { name, found: `GPU: ${stdout.trim().replace(/ \(UUID: [^)]*\)/g, '') || 'name unknown'}\n${cpu}` };
  }
  if (!host.hasNvidiaDriver()) return { name, found: `${cpu} (no NVIDIA driver)` };
  if (wantedVariant(host, device) === 'cpu') return { name, found: cpu };
  const found = `${cpu}, although an NVIDIA driver is present. ${tried.messages}`.trim();
  if (build === 'cpu') return { name, found, problem: { needed: 'the CUDA build', remedy: 'npx cladenet setup' } };
  return { name, found, problem: { needed: GPU_NEEDED, remedy: GPU_REMEDY } };
}

function oneDnnCheck(host: Host, { oneDNN }: Probe): Check {
  const wish = host.env.TF_ENABLE_ONEDNN_OPTS;
  return {
    name: 'oneDNN',
    found: `${oneDNN ? 'on' : 'off'}${wish === undefined ? '' : ` (TF_ENABLE_ONEDNN_OPTS=${wish})`}`,
  };
}

function growthOf({ TF_FORCE_GPU_ALLOW_GROWTH: growth = 'true' }: NodeJS.ProcessEnv): string {
  const allocation = growth === 'true' ? 'allocated as needed' : 'allocated at the start';
  return `${allocation} (TF_FORCE_GPU_ALLOW_GROWTH=${growth})`;
}

function threadsOf({ TF_NUM_INTRAOP_THREADS: intra, TF_NUM_INTEROP_THREADS: inter }: NodeJS.ProcessEnv): string {
  const cores = availableParallelism();
  return `${intra ?? cores} within an operation, ${inter ?? cores} operations in parallel`;
}

async function sharpCheck(): Promise<Check> {
  try {
    const { default: sharp } = await import('sharp');
    return { name: 'sharp', found: `${sharp.versions.sharp}, libvips ${sharp.versions.vips}` };
  } catch (error) {
    const found = (error as Error).message.split('\n')[0] ?? '';
    return {
      name: 'sharp',
      found,
      problem: { needed: 'sharp, which decodes images', remedy: 'npm install --include=optional sharp' },
    };
  }
}

async function toolChecks(host: Host): Promise<Check[]> {
  const tools: readonly (readonly [string, string, readonly string[], string])[] = [
    ['python3', 'python3', ['--version'], 'sudo apt-get install python3'],
    ['pip', 'python3', ['-m', 'pip', '--version'], 'sudo apt-get install python3-pip'],
    ['g++', 'g++', ['--version'], 'sudo apt-get install g++'],
  ];
  const checks: Check[] = [];
  for (const [name, program, args, remedy] of tools) {
    const { status, stdout } = await run(program, args, { env: host.env });
    const found = stdout.split('\n')[0] ?? '';
    checks.push(status === 0 ? { name, found } : { name, found: 'missing', problem: { needed: name, remedy } });
  }
  return checks;
}

function problemOf({ expected, remedy }: Problem): { readonly needed: string; readonly remedy: string } {
  return { needed: expected, remedy: remedy ?? 'npx cladenet setup' };
}

function versionOf(description: string, from: string): string {
  return (createRequire(from)(description) as { version: string }).version;
}
