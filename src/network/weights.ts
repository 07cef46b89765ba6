/** A network's parameters by name, as plain numbers. */
import type { NdArray } from '../tensorflow/nd-array.js';

export type Weights = Readonly<Record<string, NdArray>>;
