/** Turns an arm of a configuration into a plan: what is trained for it and how it decides, with all defaults filled in. */
import { isDeepStrictEqual } from 'node:util';
import { parseTraining, resolveNetwork } from '../classifier/configuration.js';
import { preprocessingFor } from '../classifier/preprocessing.js';
import type { Routing, TreeDescription, Trunks } from '../classifier/schema.js';
import { gentleTraining } from '../classifier/specialists/train-specialists.js';
import { featureHeadTraining } from '../classifier/train/train-feature-head.js';
import { usualTrunk } from '../classifier/train/train-tree.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { CladenetError } from '../errors.js';
import { createHead, createTrunk } from '../network/network.js';
import type { HeadSpec, NetworkSpec } from '../network/spec.js';
import { sourcesNamed } from '../options/feature-sources.js';
import type { TrainingConfig } from '../training/config.js';
import { headTraining } from '../training/presets.js';
import type {
  ErrorGroups,
  FeaturesArm,
  FlatArm,
  FusionArm,
  SpecialistsArm,
  StudyArmConfig,
  StudyConfig,
  ThinnedLabels,
  TreeArm,
} from './config.js';
import { type ForestPlan, planForest, planSources, type SourcesPlan } from './plan-sources.js';

/** Labels that are taken away, as in the configuration, and pseudo-labels in their place. */
export interface LabelsPlan extends Omit<ThinnedLabels, 'pseudo'> {
  readonly pseudo?: { readonly by: FlatPlan; readonly threshold: number } | undefined;
}

export interface FlatPlan {
  readonly kind: 'flat';
  readonly labels?: LabelsPlan | undefined;
  readonly preprocessing: Preprocessing;
  readonly network: NetworkSpec;
  /** Without the seed. */
  readonly training: TrainingConfig;
}

/** Groups of classes by the errors of a flat arm's classifier of the same seed. */
export interface ErrorGroupsPlan {
  readonly of: FlatPlan;
  /** The name of that arm. */
  readonly arm: string;
  readonly options: Omit<ErrorGroups, 'errorsOf'>;
}

/** As in the configuration; undefined for the study's taxonomy. */
export type TaxonomySource = string | ErrorGroupsPlan | undefined;

export interface TreePlan {
  readonly kind: 'tree';
  readonly labels?: LabelsPlan | undefined;
  readonly preprocessing: Preprocessing;
  readonly trunk: Trunks;
  readonly headKind: TreeDescription['headKind'];
  readonly taxonomy: TaxonomySource;
  /** The flat model of the same seed that provides the trunk, or the weights to start from. */
  readonly from: FlatPlan | undefined;
  readonly network: NetworkSpec;
  readonly head: HeadSpec | undefined;
  readonly views: number | undefined;
  /** Of forests, only the seed counts. */
  readonly training: TrainingConfig;
  /** Where forests decide in the nodes: on what, and how they are grown. */
  readonly forests?: (SourcesPlan & ForestPlan) | undefined;
}

export interface SpecialistsPlan {
  readonly kind: 'specialists';
  readonly preprocessing: Preprocessing;
  readonly trunk: SpecialistsArm['trunk'];
  /** The taxonomy of the groups. */
  readonly taxonomy: string | ErrorGroupsPlan;
  readonly from: FlatPlan;
  readonly head: HeadSpec | undefined;
  readonly views: number | undefined;
  readonly training: TrainingConfig;
}

export interface FeaturesPlan extends SourcesPlan {
  readonly kind: 'features';
  readonly preprocessing: Preprocessing;
  /** The flat model of the same seed that provides deep features. */
  readonly from: FlatPlan | undefined;
  readonly decideBy:
    | ({ readonly kind: 'forest' } & ForestPlan)
    | { readonly kind: 'head'; readonly head: HeadSpec | undefined; readonly training: TrainingConfig };
}

export interface FusionPlan {
  readonly kind: 'fusion';
  readonly preprocessing: Preprocessing;
  readonly of: readonly [ModelPlan, ModelPlan];
  /** The names of their arms. */
  readonly arms: readonly [string, string];
}

/** Networks, with a training each. */
export type NetworkPlan = FlatPlan | TreePlan | SpecialistsPlan;
export type ModelPlan = NetworkPlan | FeaturesPlan | FusionPlan;

export const isNetwork = (model: ModelPlan): model is NetworkPlan =>
  model.kind !== 'features' && model.kind !== 'fusion';

/**
 * The classifiers that a model is built on: it uses the trunk of one, or its classes are grouped by the errors of one, or one gives
 * pseudo-labels, or it fuses two; which may be built on others.
 */
export function builtOn(model: ModelPlan): readonly ModelPlan[] {
  const labeller = 'labels' in model && model.labels?.pseudo !== undefined ? [model.labels.pseudo.by] : [];
  if (model.kind === 'flat') return labeller;
  if (model.kind === 'fusion') return [...model.of.flatMap(builtOn), ...model.of];
  const before = (plan: ModelPlan | undefined) => (plan === undefined ? [] : [...builtOn(plan), plan]);
  if (model.kind === 'features') return before(model.from);
  const { from, taxonomy } = model;
  const errors = typeof taxonomy === 'object' ? taxonomy.of : undefined;
  return [...before(from), ...before(errors), ...labeller.flatMap(before)];
}

/** Settings of trees and specialists at their defaults. */
export const usualPlan = { trunk: 'shared', headKind: 'conditional' } as const;

export interface ArmPlan {
  readonly name: string;
  readonly model: ModelPlan;
  /** Routing of a tree or specialists; undefined to use the one chosen on the validation set. */
  readonly routing: Routing | undefined;
  readonly decide: 'leaf' | 'lca';
  /** The tree by which `lca` decides: as in the configuration; undefined for the study's. */
  readonly decideIn?: string | undefined;
  readonly tta: number;
}

/** @throws CladenetError CONFIG for a network that leaves no pixels */
export function planArm(config: StudyConfig, arm: StudyArmConfig): ArmPlan {
  return {
    name: arm.name,
    model: planModel(config, arm),
    routing: 'routing' in arm ? arm.routing : undefined,
    decide: arm.decide ?? config.decide ?? 'leaf',
    decideIn: 'decideIn' in arm ? arm.decideIn : undefined,
    tta: arm.tta ?? config.tta ?? 1,
  };
}

function planModel(config: StudyConfig, arm: StudyArmConfig): ModelPlan {
  switch (arm.kind) {
    case 'flat':
      return planFlat(config, arm);
    case 'tree':
      return planTree(config, arm);
    case 'specialists':
      return planSpecialists(config, arm);
    case 'features':
      return planFeatures(config, arm);
    case 'fusion':
      return planFusion(config, arm);
  }
}

function planFlat(config: StudyConfig, arm: FlatArm): FlatPlan {
  const { network, training } = wholeNetwork(config, arm);
  const { labels } = arm;
  const first = () => planFlat(config, { ...arm, labels: labels && { ...labels, pseudo: undefined } });
  return {
    kind: 'flat',
    ...planLabels(labels, first),
    preprocessing: preprocessingFor(network, config.background, config.cropBottom),
    network,
    training,
  };
}

/** @param labeller whose classes are pseudo-labels */
function planLabels(labels: ThinnedLabels | undefined, labeller: () => FlatPlan): Pick<FlatPlan, 'labels'> {
  if (labels === undefined) return {};
  const { pseudo: threshold, ...thin } = labels;
  return { labels: threshold === undefined ? thin : { ...thin, pseudo: { by: labeller(), threshold } } };
}

function planTree(config: StudyConfig, arm: TreeArm): TreePlan {
  const { headKind, taxonomy, head, decideBy } = arm;
  const trunk = trunkOf(arm);
  const source = trunk === 'shared' || arm.from !== undefined ? flatArm(config, arm.from) : undefined;
  const from = source && planFlat(config, source);
  // A tree on a flat arm's CNN block has that arm's network but its own training.
  const { network, training } = wholeNetwork(config, {
    ...arm,
    network: source?.network ?? arm.network,
    size: source?.size ?? arm.size,
  });
  requireHead(head, network);
  const shared = trunk === 'shared';
  const common = {
    kind: 'tree',
    ...planLabels(arm.labels, () => planFlat(config, requireFlatArm(config, arm.from))),
    preprocessing: from?.preprocessing ?? preprocessingFor(network, config.background, config.cropBottom),
    trunk,
    headKind,
    taxonomy: typeof taxonomy === 'object' ? planErrorGroups(config, taxonomy, source) : taxonomy,
    from,
    network,
    head,
  } as const;
  if (decideBy === 'forest') {
    const forests = { ...planSources(arm), ...planForest(arm) };
    return { ...common, views: undefined, training: NO_TRAINING, forests };
  }
  return {
    ...common,
    views: shared ? (arm.views ?? config.views) : undefined,
    training: shared ? trainingOfHeads(config, arm) : training,
  };
}

/** Of trees whose nodes are decided by forests. */
const NO_TRAINING = parseTraining({ ...headTraining, augmentation: null });

/** Of a tree arm: as written, or as `trainTree` chooses. */
export const trunkOf = ({ trunk, decideBy, features, from }: TreeArm): Trunks =>
  trunk ?? usualTrunk({ decideBy, features: sourcesNamed(features), from });

function planSpecialists(config: StudyConfig, arm: SpecialistsArm): SpecialistsPlan {
  const { trunk, groups, head } = arm;
  const source = requireFlatArm(config, arm.from);
  const from = planFlat(config, source);
  requireHead(head, from.network);
  const shared = trunk === 'shared';
  return {
    kind: 'specialists',
    preprocessing: from.preprocessing,
    trunk,
    taxonomy: typeof groups === 'object' ? planErrorGroups(config, groups, source) : groups,
    from,
    head,
    views: shared ? (arm.views ?? config.views) : undefined,
    training: shared
      ? trainingOfHeads(config, arm)
      : parseTraining({ ...gentleTraining(from.training), ...arm.training }),
  };
}

/** Images are prepared as for a flat arm, by which they are also recognised, or else as for the study's network. */
function planFeatures(config: StudyConfig, arm: FeaturesArm): FeaturesPlan {
  const { decideBy, head } = arm;
  const { features, pca, measuring } = planSources(arm);
  const source = flatArm(config, arm.from);
  const flat = source && planFlat(config, source);
  const { network } = wholeNetwork(config, {});
  return {
    kind: 'features',
    preprocessing: flat?.preprocessing ?? preprocessingFor(network, config.background, config.cropBottom),
    features,
    from: features.includes('deep') ? flat : undefined,
    pca,
    measuring,
    decideBy:
      decideBy === 'forest'
        ? { kind: 'forest', ...planForest(arm) }
        : {
            kind: 'head',
            head,
            training: parseTraining({ ...featureHeadTraining, ...arm.training, augmentation: null }),
          },
  };
}

/** @throws CladenetError USAGE for arms whose images are prepared differently */
function planFusion(config: StudyConfig, { name, of: arms }: FusionArm): FusionPlan {
  const plan = (wanted: string) => {
    const arm = config.arms.find((one) => one.name === wanted);
    if (arm === undefined) throw new TypeError('a fusion without its arm passed the check');
    return planModel(config, arm);
  };
  const of = [plan(arms[0]), plan(arms[1])] as const;
  const { preprocessing } = of[0];
  if (!isDeepStrictEqual(preprocessing, of[1].preprocessing)) {
    const [expected, received] = of.map(
      (one) => `${one.preprocessing.size} pixels, ${one.preprocessing.channels} channels`,
    );
    throw new CladenetError('USAGE', 'These arms cannot be fused', [
      { where: `arm ${name}: of`, expected: `images prepared alike: ${expected}`, received: received ?? '' },
    ]);
  }
  return { kind: 'fusion', preprocessing, of, arms };
}

/** @param usual the arm whose CNN block is used */
function planErrorGroups(
  config: StudyConfig,
  { errorsOf, ...options }: ErrorGroups,
  usual: FlatArm | undefined,
): ErrorGroupsPlan {
  const arm = errorsOf === undefined && usual !== undefined ? usual : requireFlatArm(config, errorsOf);
  return { of: planFlat(config, arm), arm: arm.name, options };
}

/** The flat arm of that name, or the first one if no name is given. */
function flatArm({ arms }: StudyConfig, name?: string): FlatArm | undefined {
  return arms.filter((arm) => arm.kind === 'flat').find((arm) => name === undefined || arm.name === name);
}

function requireFlatArm(config: StudyConfig, name: string | undefined): FlatArm {
  const arm = flatArm(config, name);
  if (arm === undefined) throw new TypeError('an arm without its flat arm passed the check');
  return arm;
}

function trainingOfHeads(config: StudyConfig, arm: Pick<TreeArm, 'training'>): TrainingConfig {
  return parseTraining({ ...headTraining, ...config.headTraining, ...arm.training, augmentation: null });
}

function requireHead(head: HeadSpec | undefined, { trunk }: NetworkSpec): void {
  if (head !== undefined) createHead(head, createTrunk(trunk).features, 2);
}

/** The study's size applies to presets and to the study's own network. A network that an arm defines has its own size. */
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
