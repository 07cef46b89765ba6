/** Tries an addon in a separate process: one that was built for another processor or library crashes only that process. */
import { spawnSync } from 'node:child_process';

export interface Probe {
  readonly works: boolean;
  /** TensorFlow's own version. */
  readonly tensorflow?: string | undefined;
  /** Whether it computes on a GPU. */
  readonly gpu?: boolean | undefined;
  /** Whether oneDNN's operations are in use. */
  readonly oneDNN?: boolean | undefined;
  /** Whether the operations of `src/tensorflow/native` are present and suit the processor. */
  readonly kernels?: boolean | undefined;
  /** Why it does not work, or TensorFlow's warnings and errors. */
  readonly messages: string;
}

const PROBE = `
const binding = require(process.argv[1]);
const id = binding.createTensor([2], binding.TF_FLOAT, new Float32Array([1, 2]));
const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
const [sum] = binding.executeOp('AddV2', [type], [id, id], 1);
if (binding.tensorDataSync(sum.id)[1] !== 4) throw new Error('2 + 2 is not 4');
const gpu = binding.isUsingGpuDevice();
const one = binding.createTensor([1, 1, 1, 1], binding.TF_FLOAT, new Float32Array(1));
const geometry = { kernel_height: 1, kernel_width: 1, stride: 1, top: 0, left: 0 };
const attributes = Object.entries(geometry).map(([name, value]) => ({ name, type: binding.TF_ATTR_INT, value }));
let kernels = !gpu;
try {
  if (kernels) binding.executeOp('CladenetConv2DFilterGradient', attributes, [one, one], 1);
} catch {
  kernels = false;
}
console.log(JSON.stringify({ tensorflow: binding.TF_Version, gpu, kernels }));
`;
const PATIENCE_MS = 120_000;

/** Loads `addon` in a child process and adds two numbers with it. Takes about half a second. */
export function probe(addon: string, env: NodeJS.ProcessEnv): Probe {
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, ['-e', PROBE, addon], {
    // At level 0 TensorFlow logs whether oneDNN is on, and why a GPU cannot be used.
    env: { TF_ENABLE_ONEDNN_OPTS: '1', ...env, TF_CPP_MIN_LOG_LEVEL: '0', NODE_OPTIONS: '' },
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  if (status !== 0) {
    const messages = /^.*Error: .*$/m.exec(stderr ?? '')?.[0] ?? (stderr || error?.message || `ended by ${signal}`);
    return { works: false, messages };
  }
  const properties = JSON.parse(stdout) as { tensorflow: string; gpu: boolean; kernels: boolean };
  const messages = stderr.split('\n').filter((line) => /: [WE] |^[WE]\d{4} /.test(line));
  return {
    works: true,
    ...properties,
    oneDNN: stderr.includes('oneDNN custom operations are on'),
    messages: messages.join('\n'),
  };
}
