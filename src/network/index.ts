/**
 * `cladenet/network`: networks as data, a CNN block (trunk) and an MLP block (head), and the networks that have a name.
 *
 * @module
 */
export type { NdArray, NumberArray } from '../tensorflow/nd-array.js';
export { efficientNetLite, mobileNetV2 } from './mobile-networks.js';
export { type PresetName, presets } from './presets.js';
export { resNet } from './resnet.js';
export type { Activation, HeadSpec, LayerSpec, NetworkSpec, NetworkSpecInput, NormSpec, TrunkSpec } from './spec.js';
export type { Weights } from './weights.js';
