/**
 * Names for the models and predictions of a study, derived from everything that they depend on, so that equal names mean equal
 * content. Settings at their default are left out, so that a new setting does not change the names in an older study.
 */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { FEATURES_VERSION } from '../features/version.js';
import { sha256OfJson } from '../hash.js';
import { headSchema, networkSchema } from '../network/spec.js';
import { trainingSchema } from '../training/config.js';
import { errorGroupsSchema } from './config.js';
import {
  type ArmPlan,
  type FeaturesPlan,
  type FlatPlan,
  type LabelsPlan,
  type ModelPlan,
  type NetworkPlan,
  type TaxonomySource,
  type TreePlan,
  usualPlan,
} from './plan.js';
import type { SourcesPlan, TablePlan } from './plan-sources.js';

/** What the name of a model depends on besides its plan. */
export interface KeyContext {
  readonly seed: number;
  /** The folder of a classifier that the model is built on. */
  folderOf(plan: ModelPlan): string;
  /** Digest of a table of features. */
  tableDigest(table: TablePlan): string;
  /** The path of every class in a taxonomy that is known before the study begins. */
  lineagesOf(taxonomy: string | undefined): readonly string[];
  /** Digest of the images with this preprocessing, and of their split; `described` represents the preprocessing. */
  digestOf(preprocessing: Preprocessing, described: unknown): string;
}

/** The name of a model: twelve hexadecimal digits. */
export function modelKey(plan: ModelPlan, context: KeyContext): string {
  const images = context.digestOf(plan.preprocessing, briefPreprocessing(plan.preprocessing));
  return sha256OfJson([briefSettings(plan, context), images]).slice(0, 12);
}

/** Everything that a training depends on except the images, without settings at their default. */
function briefSettings(plan: ModelPlan, context: KeyContext): object {
  if (plan.kind === 'fusion') return { kind: plan.kind, of: plan.of.map((one) => context.folderOf(one)) };
  if (plan.kind === 'features') return briefFeatures(plan, context);
  const { kind, preprocessing, training, ...rest } = plan;
  const brief = {
    kind,
    preprocessing: briefPreprocessing(preprocessing),
    training: withoutDefaults(trainingSchema, { ...training, seed: context.seed }),
  };
  const labels =
    plan.kind === 'specialists' || plan.labels === undefined ? {} : { labels: briefLabels(plan.labels, context) };
  if (plan.kind === 'flat') return { ...brief, network: withoutDefaults(networkSchema, plan.network), ...labels };
  const usual: Readonly<Record<string, unknown>> = usualPlan;
  const {
    from,
    taxonomy,
    forests,
    labels: _,
    ...others
  } = rest as Omit<Exclude<NetworkPlan, FlatPlan>, 'kind' | 'preprocessing' | 'training'> &
    Pick<TreePlan, 'forests' | 'labels'>;
  return {
    ...brief,
    ...sorted(Object.entries(others).filter(([key, value]) => value !== undefined && value !== usual[key])),
    ...('network' in plan && { network: withoutDefaults(networkSchema, plan.network) }),
    ...(plan.head !== undefined && { head: withoutDefaults(headSchema, plan.head) }),
    ...(forests !== undefined && { forests: { ...forests, ...briefSources(forests, context) } }),
    from: from && context.folderOf(from),
    taxonomy: sourceKey(taxonomy, context),
    ...labels,
  };
}

/** Which labels are taken away depends on the tree that the others come from, and pseudo-labels on their classifier. */
function briefLabels({ of, pseudo, ...thin }: LabelsPlan, context: KeyContext): object {
  return {
    ...thin,
    ...(thin.others !== 'none' && { of: context.lineagesOf(of) }),
    ...(pseudo !== undefined && { pseudo: { by: context.folderOf(pseudo.by), threshold: pseudo.threshold } }),
  };
}

function briefFeatures(plan: FeaturesPlan, context: KeyContext): object {
  const { kind, preprocessing, from, decideBy } = plan;
  const { features, pca, measuring } = briefSources(plan, context);
  return {
    kind,
    preprocessing: briefPreprocessing(preprocessing),
    seed: context.seed,
    features,
    from: from && context.folderOf(from),
    pca,
    measuring,
    decideBy:
      decideBy.kind === 'forest'
        ? decideBy
        : {
            ...decideBy,
            training: withoutDefaults(trainingSchema, { ...decideBy.training, seed: context.seed }),
          },
  };
}

/** A newer version of the measured features gives other numbers, and so does a table with other content. */
function briefSources({ features, pca, measuring }: SourcesPlan, context: KeyContext) {
  return {
    features: features.map((source) => (typeof source === 'string' ? source : { table: context.tableDigest(source) })),
    pca,
    measuring: measuring && { ...measuring, version: FEATURES_VERSION },
  };
}

/** A flat classifier always makes the same errors, so its folder identifies them. */
function sourceKey(taxonomy: TaxonomySource, context: KeyContext): unknown {
  if (typeof taxonomy !== 'object') return context.lineagesOf(taxonomy);
  const options = withoutDefaults(errorGroupsSchema, taxonomy.options);
  return { errorsOf: context.folderOf(taxonomy.of), ...(options as object) };
}

const USUAL_PREPROCESSING = { background: 'white', fit: 'longer-side' } as const;

function briefPreprocessing(preprocessing: Preprocessing): object {
  const usual: Readonly<Record<string, unknown>> = USUAL_PREPROCESSING;
  return sorted(Object.entries(preprocessing).filter(([key, value]) => value !== usual[key]));
}

/**
 * What an arm's predictions depend on besides its model and the images.
 *
 * @param judging for `lca`: the path of every class in the tree by which it decides
 */
export function predictionsKey(
  model: string,
  { routing, tta, decide }: Pick<ArmPlan, 'routing' | 'tta' | 'decide'>,
  judging: readonly string[] | undefined,
  images: readonly string[],
): string {
  return sha256OfJson({
    model,
    ...(routing !== undefined && { routing }),
    ...(tta !== 1 && { tta }),
    ...(decide === 'lca' && { lca: judging ?? null }),
    images,
  });
}

/** The value reduced to the fields from which its schema restores it, in alphabetical order. */
export function withoutDefaults<S extends z.ZodType>(schema: S, value: z.output<S>): unknown {
  const brief = structuredClone(value) as unknown;
  const isSame = () => isDeepStrictEqual(schema.safeParse(brief).data, value);
  (function strip(node: unknown): void {
    if (typeof node !== 'object' || node === null) return;
    const fields = node as Record<string, unknown>;
    for (const [key, field] of Object.entries(fields)) {
      if (!Array.isArray(node)) delete fields[key];
      if (!Array.isArray(node) && isSame()) continue;
      fields[key] = field;
      strip(field);
    }
  })(brief);
  return inOrder(brief);
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return sorted(Object.entries(value).map(([key, one]) => [key, inOrder(one)]));
}

const sorted = (entries: readonly (readonly [string, unknown])[]): object =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
