/** Turns an arm of a configuration into a plan: what is trained for it and how it decides, with all defaults filled in. */
import { parseTraining, resolveNetwork } from '../classifier/configuration.js';
import { preprocessingFor } from '../classifier/preprocessing.js';
import type { Routing, TreeDescription, Trunks } from '../classifier/schema.js';
import { gentleTraining } from '../classifier/specialists/train-specialists.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { createHead, createTrunk } from '../network/network.js';
import type { HeadSpec, NetworkSpec } from '../network/spec.js';
import type { TrainingConfig } from '../training/config.js';
import { headTraining } from '../training/presets.js';
import type { ErrorGroups, FlatArm, SpecialistsArm, StudyArmConfig, StudyConfig, TreeArm } from './config.js';

export interface FlatPlan {
  readonly kind: 'flat';
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
  readonly preprocessing: Preprocessing;
  readonly trunk: Trunks;
  readonly headKind: TreeDescription['headKind'];
  readonly taxonomy: TaxonomySource;
  /** The flat model of the same seed that provides the trunk, or the weights to start from. */
  readonly from: FlatPlan | undefined;
  readonly network: NetworkSpec;
  readonly head: HeadSpec | undefined;
  readonly views: number | undefined;
  readonly training: TrainingConfig;
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

export type ModelPlan = FlatPlan | TreePlan | SpecialistsPlan;

/** The flat classifiers that a model is built on: it uses the trunk of one, or its classes are grouped by the errors of one. */
export function builtOn(model: ModelPlan): readonly FlatPlan[] {
  if (model.kind === 'flat') return [];
  const { from, taxonomy } = model;
  return [...(from === undefined ? [] : [from]), ...(typeof taxonomy === 'object' ? [taxonomy.of] : [])];
}

/** Settings of trees and specialists at their defaults. */
export const usualPlan = { trunk: 'shared', headKind: 'conditional' } as const;

export interface ArmPlan {
  readonly name: string;
  readonly model: ModelPlan;
  /** Routing of a tree or specialists; undefined to use the one chosen on the validation set. */
  readonly routing: Routing | undefined;
  readonly decide: 'leaf' | 'lca';
  readonly tta: number;
}

/** @throws CladenetError CONFIG for a network that leaves no pixels */
export function planArm(config: StudyConfig, arm: StudyArmConfig): ArmPlan {
  return {
    name: arm.name,
    model: planModel(config, arm),
    routing: arm.kind === 'flat' ? undefined : arm.routing,
    decide: arm.decide ?? config.decide ?? 'leaf',
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
  }
}

function planFlat(config: StudyConfig, arm: FlatArm): FlatPlan {
  const { network, training } = wholeNetwork(config, arm);
  return { kind: 'flat', preprocessing: preprocessingFor(network, config.background), network, training };
}

function planTree(config: StudyConfig, arm: TreeArm): TreePlan {
  const { trunk, headKind, taxonomy, head } = arm;
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
  return {
    kind: 'tree',
    preprocessing: from?.preprocessing ?? preprocessingFor(network, config.background),
    trunk,
    headKind,
    taxonomy: typeof taxonomy === 'object' ? planErrorGroups(config, taxonomy, source) : taxonomy,
    from,
    network,
    head,
    views: shared ? (arm.views ?? config.views) : undefined,
    training: shared ? trainingOfHeads(config, arm) : training,
  };
}

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
