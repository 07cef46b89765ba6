/**
 * The Python wheels that set-up takes TensorFlow from, pinned: whatever index pip asks, what it brings must have these
 * hashes. Sizes are in bytes; `unpacked` counts only the kept parts.
 */
import type { Variant } from './layout.js';

export interface Wheel {
  /** What pip is asked for. */
  readonly requirement: string;
  readonly size: number;
  readonly unpacked: number;
  readonly sha256: string;
  /** Paths inside the wheel, and folders (ending in `/`), that are kept. */
  readonly keep: readonly string[];
}

const TENSORFLOW_PARTS = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/THIRD_PARTY_NOTICES.txt',
  'tensorflow/include/LICENSE',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/platform/',
  'tensorflow/include/xla/tsl/c/',
];

/** For Linux on x86-64, the only platform whose wheels carry libtensorflow and were tried. */
export const WHEELS: Readonly<Record<Variant, readonly Wheel[]>> = {
  cpu: [
    {
      requirement: 'tensorflow-cpu==2.20.0',
      size: 258_876_263,
      unpacked: 781_000_000,
      sha256: 'cf756bbe2d256e942ab5d0ad2c858fb40017581494febdb4387c149b1afde780',
      keep: TENSORFLOW_PARTS,
    },
  ],
  cuda: [
    {
      requirement: 'tensorflow==2.20.0',
      size: 620_570_129,
      unpacked: 1_274_000_000,
      sha256: '481499fd0f824583de8945be61d5e827898cdaa4f5ea1bc2cc28ca2ccff8229e',
      keep: TENSORFLOW_PARTS,
    },
  ],
};
