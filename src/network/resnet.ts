/** ResNet-18 and ResNet-34. */
import { IMAGENET } from './normalisation.js';
import type { NetworkSpec } from './spec.js';

const relu = { kind: 'relu' } as const;

/** Channels of the four stages. */
const FILTERS = [64, 128, 256, 512];

/**
 * A residual network (He et al., "Deep residual learning for image recognition", 2016, table 1) of blocks with two
 * convolutions, as PyTorch's weights have it: symmetric padding, epsilon 1e-5.
 *
 * @param blocks of each of the four stages: 2, 2, 2, 2 in ResNet-18; 3, 4, 6, 3 in ResNet-34
 */
export function resNet(blocks: readonly [number, number, number, number]): NetworkSpec {
  return {
    trunk: {
      input: { size: 96, channels: 1, normalisation: IMAGENET },
      layers: [
        { type: 'conv', filters: 64, kernel: 7, stride: 2, padding: 'symmetric', norm: true, activation: relu },
        { type: 'max-pool', size: 3, stride: 2, padding: 'symmetric' },
        ...FILTERS.map(
          (filters, i) =>
            ({
              type: 'residual-stage',
              blocks: blocks[i] ?? 0,
              filters,
              stride: i === 0 ? 1 : 2,
              padding: 'symmetric',
              activation: relu,
            }) as const,
        ),
      ],
      norm: { epsilon: 1e-5, momentum: 0.1 },
      pooling: 'mean',
      appendSize: true,
    },
    head: { layers: [{ type: 'dropout', rate: 0.2 }] },
  };
}
