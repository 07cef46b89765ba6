/** From an arm of a configuration to what is trained for it and how it decides, with every default filled in. */
import { parseTraining, resolveNetwork } from '../classifier/configuration.js';
import { preprocessingFor } from '../classifier/preprocessing.js';
import type { Routing, TreeDescription, Trunks } from '../classifier/schema.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { createHead, createTrunk } from '../network/network.js';
import type { HeadSpec, NetworkSpec } from '../network/spec.js';
import type { TrainingConfig } from '../training/config.js';
import { headTraining } from '../training/presets.js';
import type { FlatArm, StudyArmConfig, StudyConfig, TreeArm } from './config.js';

export interface FlatPlan {
  readonly kind: 'flat';
  readonly preprocessing: Preprocessing;
  readonly network: NetworkSpec;
  /** But for the seed. */
  readonly training: TrainingConfig;
}

export interface TreePlan {
  readonly kind: 'tree';
  readonly preprocessing: Preprocessing;
  readonly trunk: Trunks;
  readonly head: TreeDescription['head'];
  /** As in the configuration: undefined for the study's own. */
  readonly taxonomy: string | undefined;
  /** Whose classifier of the same seed gives the trunk, or the weights to start from. */
  readonly from: FlatPlan | undefined;
  readonly network: NetworkSpec;
  readonly mlp: HeadSpec | undefined;
  readonly views: number | undefined;
  readonly training: TrainingConfig;
}

export type ModelPlan = FlatPlan | TreePlan;

export interface ArmPlan {
  readonly name: string;
  readonly model: ModelPlan;
  /** Of a tree; undefined for what it chooses on its validation part. */
  readonly routing: Routing | undefined;
  readonly decide: 'leaf' | 'lca';
  readonly tta: number;
}

/** @throws CladenetError CONFIG for a network in which no pixels are left */
export function planArm(config: StudyConfig, arm: StudyArmConfig): ArmPlan {
  return {
    name: arm.name,
    model: arm.kind === 'flat' ? planFlat(config, arm) : planTree(config, arm),
    routing: arm.kind === 'tree' ? arm.routing : undefined,
    decide: arm.decide ?? config.decide ?? 'leaf',
    tta: arm.tta ?? config.tta ?? 1,
  };
}

function planFlat(config: StudyConfig, arm: FlatArm): FlatPlan {
  const { network, training } = wholeNetwork(config, arm);
  return { kind: 'flat', preprocessing: preprocessingFor(network, config.background), network, training };
}

function planTree(config: StudyConfig, arm: TreeArm): TreePlan {
  const { trunk, head, taxonomy, mlp } = arm;
  const flatArms = config.arms.filter((one) => one.kind === 'flat');
  const source = flatArms.find(({ name }) => name === arm.from) ?? (trunk === 'shared' ? flatArms[0] : undefined);
  const from = source && planFlat(config, source);
  // The network of a tree that takes over a flat arm's CNN block is that arm's; its training is its own.
  const { network, training } = wholeNetwork(config, {
    ...arm,
    network: source?.network ?? arm.network,
    size: source?.size ?? arm.size,
  });
  if (mlp !== undefined) createHead(mlp, createTrunk(network.trunk).features, 2);
  const shared = trunk === 'shared';
  return {
    kind: 'tree',
    preprocessing: from?.preprocessing ?? preprocessingFor(network, config.background),
    trunk,
    head,
    taxonomy,
    from,
    network,
    mlp,
    views: shared ? (arm.views ?? config.views) : undefined,
    training: shared
      ? parseTraining({ ...headTraining, ...config.headTraining, ...arm.training, augmentation: null })
      : training,
  };
}

/** A size of the study is for its presets, and for its own network; an arm's own network has a size. */
function wholeNetwork(
  config: StudyConfig,
  { network, size, training }: Pick<FlatArm, 'network' | 'size' | 'training'>,
): { readonly network: NetworkSpec; readonly training: TrainingConfig } {
  const { spec, config: resolved } = resolveNetwork(network ?? config.network, { ...config.training, ...training });
  const { input } = spec.trunk;
  const wanted = size ?? (typeof network === 'object' ? undefined : config.size) ?? input.size;
  const channels = config.colour ? 3 : input.channels;
  const sized = { ...spec, trunk: { ...spec.trunk, input: { size: wanted, channels } } };
  createHead(sized.head, createTrunk(sized.trunk).features, 2);
  return { network: sized, training: resolved };
}
