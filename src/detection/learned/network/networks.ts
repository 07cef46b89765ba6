/** The networks of detectors. */
import { type MapNetworkSpec, mapNetworkSchema } from '../../../network/map-spec.js';
import { type NetworkSpec, networkSchema } from '../../../network/spec.js';
import { SEPARATOR_CHANNELS, SEPARATOR_SIDE } from '../squares/separator-view.js';

const relu = { kind: 'relu' } as const;
const normed = { norm: true, activation: relu } as const;
const half = (filters: number) => ({ type: 'conv', filters, stride: 2, ...normed }) as const;
const residual = { type: 'residual', activation: relu } as const;

/**
 * Frames of `size` pixels to maps of a quarter of it, for centre-based detectors. Most of its channels are in coarse maps, where they cost
 * little and have to tell how large an organism is. Layers on the way up are depthwise separable: on fine maps those of all channels cost
 * as much as the whole way down.
 */
export const centreNetwork = (size: number): MapNetworkSpec =>
  mapNetworkSchema.parse({
    input: { size, channels: 1 },
    layers: [half(16), half(24), half(64), residual, half(128), residual, half(192), residual],
    merged: [128, 96, 64, 64],
    depthwise: 5,
    stride: 4,
  });

/**
 * YOLO v1's design, small: a CNN block, one hidden layer on all of its maps, and the numbers of all cells. Without the paper's dropout: new
 * scenes in every step cannot be learned by heart, and a short training with it learns nothing.
 */
export const yoloNetwork = (size: number): NetworkSpec =>
  networkSchema.parse({
    trunk: {
      input: { size, channels: 1 },
      layers: [half(16), half(32), residual, half(64), residual, half(96), residual, half(128), residual],
      pooling: 'flatten',
    },
    head: { layers: [{ type: 'dense', units: 512, activation: { kind: 'leaky-relu', alpha: 0.1 } }] },
  });

/** An organism and its surroundings, with its box and those of others as further channels, to its share of the density at each second pixel. */
export const separatorNetwork = (): MapNetworkSpec =>
  mapNetworkSchema.parse({
    input: { size: SEPARATOR_SIDE, channels: SEPARATOR_CHANNELS },
    layers: [half(24), { type: 'conv', filters: 24, ...normed }, half(48), residual, half(96), residual],
    merged: 32,
    stride: 2,
  });
