/**
 * `cladenet/setup`: setting TensorFlow up and diagnosing a machine, as `cladenet setup` and `cladenet doctor` do.
 *
 * @module
 */
export type { Output } from '../progress.js';
export { type Check, type DiagnoseOptions, type Diagnosis, diagnose, formatDiagnosis } from './diagnose.js';
export type { Variant } from './layout.js';
export type { Device } from './locate.js';
export { runSetup, type SetupOptions, type SetupResult } from './setup.js';
export type { TrunkName } from './trunk-packages.js';
export {
  type AvailableTrunk,
  type CachedTrunk,
  type GetTrunkOptions,
  getTrunk,
  listTrunks,
} from './trunks.js';
