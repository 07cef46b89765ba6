/** A small network in place of the preset `compact`, in this process and in processes of the compiled command line. */
import { presets } from '../../src/network/presets.js';
import type { NetworkSpec } from '../../src/network/spec.js';
import { tinyNetwork } from '../fixtures/shapes.js';

/** Two convolutions of 8 and 16 filters, with the input of `compact`. */
export const smallCompact: NetworkSpec = {
  ...tinyNetwork,
  trunk: { ...tinyNetwork.trunk, input: { ...tinyNetwork.trunk.input, size: presets.compact.trunk.input.size } },
};

const compiledPresets = new URL('../../dist/network/presets.js', import.meta.url);

/** A module for `node --import` that replaces the preset before the compiled command line starts. */
export const replaceCompact = `data:text/javascript,${encodeURIComponent(
  `import { presets } from ${JSON.stringify(compiledPresets.href)}; presets.compact = ${JSON.stringify(smallCompact)};`,
)}`;
