/** A network's parameters by name, as plain numbers. */
import type { NdArray } from '../tensorflow/nd-array.js';

/** Arrays of weights by name. */
export type Weights = Readonly<Record<string, NdArray>>;
