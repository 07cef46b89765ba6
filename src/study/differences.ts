/** The settings in which the arms of a study differ, for the reader. All other settings are the same for all arms. */

import { sha256OfJson } from '../hash.js';
import { presets } from '../network/presets.js';
import type { NetworkSpec } from '../network/spec.js';
import type { TrainingConfig } from '../training/config.js';
import { errorGroupsText } from './error-groups.js';
import type { ArmPlan, FeaturesPlan, FlatPlan, LabelsPlan, NetworkPlan, SpecialistsPlan, TreePlan } from './plan.js';
import type { SourcesPlan } from './plan-sources.js';

/** A setting in which the arms of a study differ. */
export interface SettingDifference {
  readonly setting: string;
  /** The values of the setting, each with the arms that have it. Arms that the setting does not apply to are left out. */
  readonly values: readonly { readonly value: string; readonly arms: readonly string[] }[];
}

export function settingDifferences(arms: readonly ArmPlan[]): SettingDifference[] {
  const settings = new Map<string, Map<string, string[]>>();
  for (const arm of arms) {
    for (const [setting, value] of Object.entries(settingsOf(arm))) {
      const values = settings.get(setting) ?? new Map<string, string[]>();
      settings.set(setting, values);
      values.set(value, [...(values.get(value) ?? []), arm.name]);
    }
  }
  return [...settings].flatMap(([setting, values]) =>
    values.size < 2 ? [] : [{ setting, values: [...values].map(([value, of]) => ({ value, arms: of })) }],
  );
}

function settingsOf({ model, routing, decide, decideIn, tta }: ArmPlan): Readonly<Record<string, string>> {
  const by = decideIn === undefined ? decide : `${decide} in ${decideIn}`;
  const deciding = { decide: by, tta: String(tta) };
  if (model.kind === 'fusion') return { kind: model.kind, of: model.arms.join(' and '), ...deciding };
  if (model.kind === 'features') return { kind: model.kind, ...featureSettings(model), ...deciding };
  const whole = wholeTraining(model);
  return {
    kind: model.kind,
    ...(model.kind !== 'specialists' && { labels: labelsText(model.labels) }),
    ...(model.kind !== 'flat' && { ...nodeSettings(model), routing: routing ?? 'chosen on validation' }),
    ...deciding,
    ...(whole !== undefined && { network: networkName(whole.network), ...prefixed('', whole.training) }),
  };
}

function labelsText(labels: LabelsPlan | undefined): string {
  if (labels === undefined) return 'all';
  const { share, perClass, others, of, pseudo } = labels;
  const kept = perClass === undefined ? `${100 * (share ?? 1)} %` : `${perClass} a class`;
  const tree = of === undefined ? '' : ` in ${of}`;
  const rest =
    typeof others === 'number' ? `ancestor at depth ${others}${tree}` : others === 'none' ? 'none' : `parent${tree}`;
  return `${kept}, others ${rest}${pseudo === undefined ? '' : `, pseudo-labels from ${pseudo.threshold}`}`;
}

/** Sources and decider of an arm on features. */
function featureSettings({ from, decideBy, ...sources }: FeaturesPlan): Record<string, string> {
  const { kind, ...settings } = decideBy;
  const { training, ...others } = 'training' in settings ? settings : { training: undefined, ...settings };
  return {
    ...sourceSettings(sources),
    ...(from !== undefined && { network: networkName(from.network) }),
    decideBy: kind,
    ...given(others),
    ...(training !== undefined && prefixed('head: ', training)),
  };
}

function sourceSettings({ features, pca, measuring }: SourcesPlan): Record<string, string> {
  const segmentation = Object.entries(measuring?.segmentation ?? {}).filter(([, value]) => value !== undefined);
  return {
    features: features.map((source) => (typeof source === 'string' ? source : source.file)).join(' and '),
    ...(measuring !== undefined && { set: measuring.set ?? '' }),
    ...(measuring?.names !== undefined && { measured: measuring.names.join(', ') }),
    ...(segmentation.length > 0 && { segmentation: JSON.stringify(Object.fromEntries(segmentation)) }),
    ...(pca !== undefined && { pca: pca === null ? 'none' : String(pca) }),
  };
}

/** Settings with a value, as text. */
const given = (settings: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]],
    ),
  );

/** Settings of the nodes: where they come from, and how they are trained if that differs from the whole network. */
function nodeSettings(model: TreePlan | SpecialistsPlan): Record<string, string> {
  const { kind, taxonomy, trunk, head, training, views } = model;
  const name = typeof taxonomy === 'object' ? errorGroupsText(taxonomy) : (taxonomy ?? "the study's");
  if (kind === 'tree' && model.forests !== undefined) {
    const { features, pca, measuring, ...growing } = model.forests;
    const sources = sourceSettings({ features, pca, measuring });
    return { taxonomy: name, trunk, decideBy: 'forest', ...sources, ...given(growing) };
  }
  return {
    ...(kind === 'tree' ? { taxonomy: name, decideBy: 'head', headKind: model.headKind } : { groups: name }),
    trunk,
    ...(trunk === 'shared' && { views: String(views ?? 'default'), ...prefixed('heads: ', training) }),
    ...(trunk !== 'shared' && kind === 'specialists' && prefixed('specialists: ', training)),
    ...(trunk !== 'shared' && { start: model.from === undefined ? 'random' : "a flat arm's CNN block" }),
    ...(head !== undefined && { head: JSON.stringify(head) }),
  };
}

/**
 * The network of an arm and its training. For a shared trunk and for specialists, those of the flat classifier; undefined for
 * forests without a network.
 */
function wholeTraining(model: NetworkPlan): Pick<FlatPlan, 'network' | 'training'> | undefined {
  if (model.kind === 'specialists') return model.from;
  if (model.kind === 'tree' && (model.trunk === 'shared' || model.forests !== undefined)) return model.from;
  return model;
}

/** `seed` is the study's. */
function prefixed(prefix: string, { seed: _, ...training }: TrainingConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(training).map(([name, value]) => [
      `${prefix}${name}`,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );
}

function networkName({ trunk, head }: NetworkSpec): string {
  const { size, channels } = trunk.input;
  const same = ([, preset]: [string, NetworkSpec]) =>
    sha256OfJson([preset.trunk.layers, preset.head]) === sha256OfJson([trunk.layers, head]);
  const name = Object.entries(presets).find(same)?.[0] ?? `own ${sha256OfJson([trunk, head]).slice(0, 6)}`;
  return `${name}, ${size}x${size}${channels === 3 ? ' colour' : ''}`;
}
