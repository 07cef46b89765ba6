/** Downloads TensorFlow's wheels. */
import type { Output } from '../progress.js';
import { fetchWheels } from './fetch-wheels.js';
import type { Host } from './host.js';
import { type Layout, TENSORFLOW_VERSION, type Variant } from './layout.js';
import { SETUP } from './setup-error.js';

/** Puts libtensorflow and the headers the addon needs (for `cuda` also NVIDIA's libraries) into the cache. */
export async function fetchTensorflow(
  host: Host,
  layout: Layout,
  variant: Variant,
  output: Output,
  signal?: AbortSignal,
): Promise<void> {
  const title = `libtensorflow ${TENSORFLOW_VERSION} ${variant}`;
  const fetched = { what: 'TensorFlow', title, again: SETUP };
  await fetchWheels(host, layout, host.wheels[variant], layout.libtensorflow(variant), fetched, output, signal);
}
