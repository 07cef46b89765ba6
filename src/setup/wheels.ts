/**
 * The Python wheels that TensorFlow is taken from, pinned: whatever index pip uses, its files must have these hashes. Sizes
 * are in bytes; `unpacked` counts only the kept parts.
 */
import type { Variant } from './layout.js';

export interface Wheel {
  /** The requirement for pip. */
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

/** For Linux on x86-64, the only platform whose wheels contain libtensorflow and were tried. */
export const WHEELS: Readonly<Record<Variant, readonly Wheel[]>> = {
  cpu: [
    {
      requirement: 'tensorflow-cpu==2.20.0',
      size: 258_876_263,
      unpacked: 780_434_198,
      sha256: 'cf756bbe2d256e942ab5d0ad2c858fb40017581494febdb4387c149b1afde780',
      keep: TENSORFLOW_PARTS,
    },
  ],
  cuda: [
    {
      requirement: 'tensorflow==2.20.0',
      size: 620_570_129,
      unpacked: 1_274_355_289,
      sha256: '481499fd0f824583de8945be61d5e827898cdaa4f5ea1bc2cc28ca2ccff8229e',
      keep: TENSORFLOW_PARTS,
    },
    // The requirements of `tensorflow[and-cuda]`: CUDA 12.9, and cuDNN and NCCL of the same months as TensorFlow 2.20.
    {
      requirement: 'nvidia-cublas-cu12==12.9.3.13',
      size: 581_217_458,
      unpacked: 855_064_416,
      sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
      keep: ['nvidia/cublas/lib/'],
    },
    {
      requirement: 'nvidia-cuda-cupti-cu12==12.9.79',
      size: 10_814_997,
      unpacked: 43_365_768,
      sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
      keep: ['nvidia/cuda_cupti/lib/'],
    },
    {
      requirement: 'nvidia-cuda-nvcc-cu12==12.9.86',
      size: 40_546_229,
      unpacked: 98_010_465,
      sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
      keep: ['nvidia/cuda_nvcc/bin/', 'nvidia/cuda_nvcc/nvvm/'],
    },
    {
      requirement: 'nvidia-cuda-nvrtc-cu12==12.9.86',
      size: 89_568_129,
      unpacked: 227_340_992,
      sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      keep: ['nvidia/cuda_nvrtc/lib/'],
    },
    {
      requirement: 'nvidia-cuda-runtime-cu12==12.9.79',
      size: 3_493_179,
      unpacked: 5_342_176,
      sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      keep: ['nvidia/cuda_runtime/lib/'],
    },
    {
      requirement: 'nvidia-cudnn-cu12==9.10.2.21',
      size: 706_758_467,
      unpacked: 1_053_232_960,
      sha256: '949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8',
      keep: ['nvidia/cudnn/lib/'],
    },
    {
      requirement: 'nvidia-cufft-cu12==11.4.1.4',
      size: 200_877_592,
      unpacked: 293_609_416,
      sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      keep: ['nvidia/cufft/lib/'],
    },
    {
      requirement: 'nvidia-curand-cu12==10.3.10.19',
      size: 68_295_626,
      unpacked: 166_965_432,
      sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
      keep: ['nvidia/curand/lib/'],
    },
    {
      requirement: 'nvidia-cusolver-cu12==11.7.5.82',
      size: 338_117_415,
      unpacked: 494_975_064,
      sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
      keep: ['nvidia/cusolver/lib/'],
    },
    {
      requirement: 'nvidia-cusparse-cu12==12.5.10.65',
      size: 366_465_088,
      unpacked: 486_556_368,
      sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      keep: ['nvidia/cusparse/lib/'],
    },
    {
      requirement: 'nvidia-nccl-cu12==2.27.5',
      size: 322_348_229,
      unpacked: 429_628_328,
      sha256: 'ad730cf15cb5d25fe849c6e6ca9eb5b76db16a80f13f425ac68d8e2e55624457',
      keep: ['nvidia/nccl/lib/'],
    },
    {
      requirement: 'nvidia-nvjitlink-cu12==12.9.86',
      size: 39_748_338,
      unpacked: 95_935_344,
      sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
      keep: ['nvidia/nvjitlink/lib/'],
    },
  ],
};
