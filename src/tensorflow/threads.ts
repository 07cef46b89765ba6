/** How many threads TensorFlow computes with. */
import { availableParallelism } from 'node:os';

/** Threads within an operation: `TF_NUM_INTRAOP_THREADS`, or one for each core. */
export const intraOpThreads = (): number => Number(process.env.TF_NUM_INTRAOP_THREADS ?? availableParallelism());
