/** cladenet as a contender. Arguments: `cpu` or `gpu`; then `eager` for programs that run operation by operation. */
import { availableParallelism } from 'node:os';
import type { Device } from '../../src/setup/locate.js';
import { type MakeProgram, programsOn } from '../../src/tensorflow/device.js';
import { interpret } from '../../src/tensorflow/interpret.js';
import { loadRuntime } from '../../src/tensorflow/runtime.js';
import { serve } from '../protocol.js';
import { type DecodeOptions, decodeTask } from './decode.js';
import { epochTask, inputlessEpochTask } from './epoch.js';
import { type FeaturesBenchOptions, featuresTask } from './features.js';
import { type ForestBenchOptions, forestPredictTask, forestTask } from './forest.js';
import { matrixProductTask } from './matrix-product.js';
import { type MemoryOptions, memoryTask } from './memory.js';
import { predictTask } from './predict.js';
import { type NetworkOptions, stepTask } from './step.js';

const [, , device, mode] = process.argv;
const runtime = loadRuntime({ device: device as Device });
const make: MakeProgram =
  mode === 'eager' ? (definition) => interpret(runtime, definition) : programsOn({ device: device as Device });
const { tensorflow, build, oneDNN, threads } = runtime.description;

await serve(
  { node: process.versions.node, tensorflow, build, oneDNN, threads: threads.intra, cores: availableParallelism() },
  {
    step: (options: NetworkOptions) => stepTask(make, options),
    predict: (options: NetworkOptions) => predictTask(make, options),
    epoch: (options: NetworkOptions) => epochTask(make, options),
    'inputless-epoch': (options: NetworkOptions) => inputlessEpochTask(make, options),
    'matrix-product': (options: { readonly seconds: number }) => matrixProductTask(make, options),
    memory: (options: MemoryOptions) => memoryTask(make, options),
    decode: (options: DecodeOptions) => decodeTask(options),
    'decode-cached': (options: DecodeOptions) => decodeTask(options),
    features: (options: FeaturesBenchOptions) => featuresTask(options),
    'features-all-cores': (options: FeaturesBenchOptions) => featuresTask(options),
    forest: (options: ForestBenchOptions) => forestTask(options),
    'forest-predict': (options: ForestBenchOptions) => forestPredictTask(options),
  },
);
