/**
 * `cladenet/network`: networks as data, a CNN block (trunk) and an MLP block (head), and the networks that have a name.
 *
 * @module
 */
export type { NdArray, NumberArray } from '../tensorflow/nd-array.js';
export { type PresetName, presets } from './presets.js';
export type { Activation, HeadSpec, LayerSpec, NetworkSpec, NetworkSpecInput, TrunkSpec } from './spec.js';
export type { Weights } from './weights.js';
