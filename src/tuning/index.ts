/**
 * `cladenet/tuning`: new versions of a few nodes of a trained tree, kept where the whole tree improves.
 *
 * @module
 */
export { fineTune } from './fine-tune.js';
export { fineTuneInto } from './fine-tune-into.js';
export type { NodeTuning } from './node-tuning.js';
export type { NodesToTune, NodeToTune, Tuned, TuneHooks, TuneOptions } from './options.js';
export type { Weakest } from './weakest.js';
