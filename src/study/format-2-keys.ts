/** The names of version 0.1 for a study's models and predictions, so that its studies can be resumed. */
import { isDeepStrictEqual } from 'node:util';
import { sha256OfJson } from '../hash.js';
import { trainingSchema } from '../training/config.js';
import type { KeyContext } from './keys.js';
import type { ArmPlan, NetworkPlan, TaxonomySource } from './plan.js';

/** Settings that version 0.1 did not have are part of a name only where they are not these. */
const USUAL_TRAINING = trainingSchema.parse({});

/** As `modelKey`, but of all settings, with the names and the order of version 0.1. */
export function format2ModelKey(plan: NetworkPlan, context: KeyContext): string {
  return sha256OfJson([settingsOf(plan, context), context.digestOf(plan.preprocessing, plan.preprocessing)]).slice(
    0,
    12,
  );
}

function settingsOf(plan: NetworkPlan, context: KeyContext): object {
  const { unaugmentedShare: plainShare, seed: _, ...now } = plan.training;
  const { epochs, batch, optimiser, labelSmoothing, classWeights, balance, augmentation, precision, ...newer } = now;
  const old = { epochs, batch, optimiser, labelSmoothing, classWeights, balance, augmentation, precision };
  const usual: Readonly<Record<string, unknown>> = USUAL_TRAINING;
  const set = Object.entries(newer).filter(([key, value]) => !isDeepStrictEqual(value, usual[key]));
  const training = { ...old, ...Object.fromEntries(set) };
  const { kind, preprocessing } = plan;
  const trained = { ...training, plainShare, seed: context.seed };
  if (plan.kind === 'flat') return { kind, preprocessing, network: plan.network, training: trained };
  const { trunk, head: mlp, views } = plan;
  const taxonomy = sourceOf(plan.taxonomy, context);
  const from = plan.from === undefined ? null : context.folderOf(plan.from);
  if (plan.kind === 'specialists') return { kind, preprocessing, trunk, taxonomy, from, mlp, views, training: trained };
  const { headKind: head, network } = plan;
  return { kind, preprocessing, trunk, head, taxonomy, from, network, mlp, views, training: trained };
}

function sourceOf(taxonomy: TaxonomySource, context: KeyContext): unknown {
  if (typeof taxonomy !== 'object') return context.lineagesOf(taxonomy);
  return { errorsOf: context.folderOf(taxonomy.of), ...taxonomy.options };
}

/** As `predictionsKey`, in version 0.1. */
export function format2PredictionsKey(
  model: string,
  { routing, tta, decide }: Pick<ArmPlan, 'routing' | 'tta' | 'decide'>,
  judging: readonly string[] | undefined,
  images: readonly string[],
): string {
  const by = [routing, tta, decide, decide === 'lca' && judging ? judging : null];
  return sha256OfJson([model, by, images]);
}
