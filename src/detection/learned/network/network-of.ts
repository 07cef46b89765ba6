/** What a kind of detector consists of: its network, what it learns, and how its output is read. */

import { initialise } from '../../../network/initialise.js';
import { createMapNetwork, OUTPUT_BIAS } from '../../../network/map-network.js';
import type { MapNetworkSpec } from '../../../network/map-spec.js';
import { createHead, createTrunk } from '../../../network/network.js';
import type { NetworkSpec } from '../../../network/spec.js';
import type { Weights } from '../../../network/weights.js';
import { sizeOf } from '../../../tensorflow/nd-array.js';
import { type Model, networkModel } from '../../../training/model.js';
import type { Objective } from '../../../training/objective.js';
import type { ExampleStream } from '../examples/examples.js';
import type { Candidate } from './candidates.js';
import { decodeCentres } from './centre-decode.js';
import { centreObjective, HEAT_BIAS, SLOT_NUMBERS } from './centre-objective.js';
import type { Maps } from './centre-targets.js';
import type { DetectorKind } from './kinds.js';
import { centreNetwork, yoloNetwork } from './networks.js';
import { BOXES, decodeYolo, GRID, NUMBERS, yoloObjective } from './yolo.js';

export type DetectorNetwork =
  | { readonly kind: 'yolo'; readonly network: NetworkSpec }
  | { readonly kind: 'centre' | 'two-slot'; readonly network: MapNetworkSpec };

export interface Parts {
  readonly model: Model;
  /** Side of the input in pixels. */
  readonly side: number;
  first(seed: number): Weights;
  objective(examples: ExampleStream): Objective<object>;
  /** What an example's outputs say, from a score on. */
  decode(row: Float32Array, threshold: number): Candidate[];
}

export const usualNetwork = (kind: DetectorKind, size: number): DetectorNetwork =>
  kind === 'yolo' ? { kind, network: yoloNetwork(size) } : { kind, network: centreNetwork(size) };

export function partsOf(detector: DetectorNetwork): Parts {
  if (detector.kind === 'yolo') {
    const trunk = createTrunk(detector.network.trunk);
    const model = networkModel(trunk, createHead(detector.network.head, trunk.features, GRID * GRID * BOXES * NUMBERS));
    const side = detector.network.trunk.input.size;
    return {
      model,
      side,
      first: (seed) => initialise(model.parameters, seed),
      objective: yoloObjective,
      decode: (row, threshold) => decodeYolo(row, side, threshold),
    };
  }
  const slots = detector.kind === 'two-slot' ? 2 : 1;
  const model = mapModel(detector.network, slots * SLOT_NUMBERS);
  const { size: side } = detector.network.input;
  const { stride } = detector.network;
  const maps: Maps = { side: side / stride, stride, slots };
  return {
    model,
    side,
    first: (seed) => withHeatBias(initialise(model.parameters, seed), slots),
    objective: (examples) => centreObjective(maps, examples),
    decode: (row, threshold) => decodeCentres(row, maps, threshold),
  };
}

/** A network that puts out maps, as the trainer sees it. */
export function mapModel(spec: MapNetworkSpec, outputs: number): Model {
  const network = createMapNetwork(spec, outputs);
  return {
    parameters: network.parameters,
    outputs: sizeOf(network.output),
    forward(pass, batch) {
      if (batch.kind !== 'images') throw new TypeError('a network that puts out maps takes images');
      return network.forward(pass, batch.images);
    },
  };
}

/** An untrained network expects few centres (Lin et al., "Focal loss for dense object detection", 2017). */
function withHeatBias(weights: Weights, slots: number): Weights {
  const data = new Float32Array(slots * SLOT_NUMBERS);
  for (let slot = 0; slot < slots; slot++) data[slot * SLOT_NUMBERS] = HEAT_BIAS;
  return { ...weights, [OUTPUT_BIAS]: { shape: [data.length], data } };
}
