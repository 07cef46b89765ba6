/**
 * The models of one seed. Each is trained once for all arms that need it and kept in a folder whose name is derived from
 * everything that its training depends on. Later calls load it from there.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Classifier } from '../classifier/classifier.js';
import { withPseudoLabels } from '../classifier/data/pseudo-labels.js';
import { thinLabels } from '../classifier/data/thin-labels.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import { FlatClassifier } from '../classifier/flat.js';
import { kindInWords } from '../classifier/kind.js';
import { trainSpecialists } from '../classifier/specialists/train-specialists.js';
import { loadClassifier } from '../classifier/store/load.js';
import type { FeatureMemo } from '../classifier/train/feature-memo.js';
import { fuse } from '../classifier/train/fuse.js';
import { trainFeatureHead } from '../classifier/train/train-feature-head.js';
import { trainFlat } from '../classifier/train/train-flat.js';
import { trainForest } from '../classifier/train/train-forest.js';
import { trainTree } from '../classifier/train/train-tree.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { CladenetError, type Problem } from '../errors.js';
import { hasFolder, readIfThere, writeFileAtomic } from '../files.js';
import { sha256OfJson } from '../hash.js';
import { exclusively } from '../outputs/exclusively.js';
import { removeUnfinished } from '../outputs/unfinished.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type CheckpointStore, checkpointFolder, reportingDamage } from '../training/checkpoint.js';
import type { EpochRecord } from '../training/epoch-record.js';
import type { FitHooks } from '../training/hooks.js';
import { writeCurves } from './curves.js';
import type { SeedData } from './data.js';
import { errorTaxonomy } from './error-groups.js';
import { format2ModelKey } from './format-2-keys.js';
import type { ModelNews, RunStudyOptions } from './hooks.js';
import { type KeyContext, modelKey } from './keys.js';
import { parseJson } from './parse-json.js';
import {
  builtOn,
  type FeaturesPlan,
  type FlatPlan,
  type FusionPlan,
  isNetwork,
  type ModelPlan,
  type NetworkPlan,
  type SpecialistsPlan,
  type TaxonomySource,
  type TreePlan,
} from './plan.js';
import type { ForestPlan, SourcesPlan } from './plan-sources.js';
import type { StudyTables } from './tables.js';
import { lineagesOf, type StudyTaxonomies } from './taxonomies.js';

export interface StudyModel {
  readonly classifier: Classifier;
  /** Seconds of its own training, over all calls. */
  readonly seconds: number;
}

export interface SeedModels {
  /** The folder of a model, relative to the study's folder, whether it is trained or not. */
  folderOf(plan: ModelPlan): string;
  take(plan: ModelPlan): Promise<StudyModel>;
}

/** What the models of all seeds share. */
export interface StudyParts {
  readonly taxonomies: StudyTaxonomies;
  readonly tables: StudyTables;
  /** Arms on one frozen CNN block compute its features once. */
  readonly memo: FeatureMemo;
}

/** The record that is written beside a finished model. */
const finishedSchema = z.looseObject({ seconds: z.number().min(0) });

export function seedModels(
  data: SeedData,
  { taxonomies, tables, memo }: StudyParts,
  options: RunStudyOptions,
  armsOf: (folder: string) => readonly string[],
): SeedModels {
  const { out, fresh = false, checkpointMinutes: minutes, device, make, signal } = options;
  const { seed, fold } = data;
  const taken = new Map<string, StudyModel>();
  const folders = new Map<ModelPlan, string>();

  /** What names of models depend on. `nameOf` names the models that they are built on, in the current or the old format. */
  const contextOf = (nameOf: KeyContext['folderOf']): KeyContext => ({
    seed,
    folderOf: nameOf,
    tableDigest: tables.digestOf,
    lineagesOf: (taxonomy) => lineagesOf(taxonomies.of(taxonomy, seed)),
    digestOf: data.digestOf,
  });
  const named = (plan: ModelPlan, key: string) => ['models', seed, `${plan.kind}-${key}`].join('/');
  const format2Folder = (plan: NetworkPlan): string => named(plan, format2ModelKey(plan, contextOf(format2Folder)));

  /** The folder of a model. One that an older version trained, or started to train, keeps its folder. */
  function folderOf(plan: ModelPlan): string {
    const known = folders.get(plan);
    if (known !== undefined) return known;
    // Version 0.1 had neither arms on features, nor forests in trees, nor labels that are taken away.
    const isOld = isNetwork(plan) && !('forests' in plan && plan.forests !== undefined) && !hasFewerLabels(plan);
    const before = isOld ? format2Folder(plan) : undefined;
    const isThere = before !== undefined && [before, `${before}.partial`].some((path) => hasFolder(join(out, path)));
    const folder = isThere ? before : named(plan, modelKey(plan, contextOf(folderOf)));
    folders.set(plan, folder);
    return folder;
  }

  async function taxonomyOf(source: TaxonomySource): Promise<Taxonomy> {
    if (typeof source !== 'object') return taxonomies.of(source, seed);
    const { of: flatPlan, options: grouping } = source;
    const judged = requireFlat(await take(flatPlan));
    return errorTaxonomy(judged, data.of(flatPlan.preprocessing), grouping, seed, signal);
  }

  /** The images of a model, with the labels that it gets. */
  async function dataOf({ preprocessing, labels }: FlatPlan | TreePlan): Promise<TrainingData> {
    const all = data.of(preprocessing);
    if (labels === undefined) return all;
    const { of, pseudo, ...thin } = labels;
    const taxonomy = thin.others === 'none' ? undefined : taxonomies.of(of, seed);
    const thinned = thinLabels(all, { ...thin, taxonomy, seed });
    if (pseudo === undefined) return thinned;
    const { classifier } = await take(pseudo.by);
    const labelled = withPseudoLabels(thinned, classifier, { threshold: pseudo.threshold, signal });
    return (await labelled.finally(() => classifier.dispose())).data;
  }

  async function take(plan: ModelPlan): Promise<StudyModel> {
    const folder = folderOf(plan);
    const known = taken.get(folder);
    if (known !== undefined) return known;
    const alone = { signal, onWait: () => report(folder, 'waiting') };
    const model = await exclusively(
      join(out, folder),
      alone,
      async () => (fresh ? undefined : await load(folder)) ?? (await train(plan, folder)),
    );
    taken.set(folder, model);
    return model;
  }

  async function load(folder: string): Promise<StudyModel | undefined> {
    const path = join(out, folder);
    const text = await readIfThere(`${path}.json`, 'MODEL');
    const { data: finished } = finishedSchema.safeParse(parseJson(text?.toString() ?? ''));
    if (finished === undefined || !hasFolder(path)) return undefined;
    const { seconds } = finished;
    const classifier = await loadClassifier(path, { device, make });
    // Left by a call that was killed between the record and this removal.
    if (hasFolder(`${path}.partial`)) await removeUnfinished(`${path}.partial`);
    report(folder, 'reused', seconds);
    return { classifier, seconds };
  }

  async function train(plan: ModelPlan, folder: string): Promise<StudyModel> {
    for (const before of builtOn(plan)) await take(before);
    const path = join(out, folder);
    const partial = `${path}.partial`;
    if (fresh) await removeUnfinished(partial);
    report(folder, hasFolder(partial) ? 'resuming' : 'training');
    const started = performance.now();
    let reported = 0;
    const onEpoch = async (record: EpochRecord) => {
      reported += record.seconds;
      await options.onEpoch?.(record);
    };
    const checkpoint = (training: string) =>
      reportingDamage(
        checkpointFolder(join(partial, sha256OfJson(training).slice(0, 16)), [folder, training], { minutes }),
        (damage) => report(folder, 'resuming', undefined, damage),
      );
    const nodes: TreeHooks = {
      signal,
      onStep: options.onStep,
      onProgress: options.onProgress,
      onNode: options.onNode,
      onEpoch: (_, record) => onEpoch(record),
      checkpoint,
    };
    const classifier = await trainKind();
    // The time of earlier calls is that of the epochs in the history that this call did not report.
    const earlier = classifier.history.reduce((sum, record) => sum + record.seconds, -reported);
    const seconds = (performance.now() - started) / 1000 + Math.max(0, earlier);
    await classifier.save(path);
    if (classifier.history.length > 0) await writeCurves(classifier, `${path}.png`);
    await writeFileAtomic(
      `${path}.json`,
      `${JSON.stringify({ seconds, ...settingsOf(plan, seed, folderOf) }, null, 2)}\n`,
    );
    await removeUnfinished(partial);
    report(folder, 'trained', seconds);
    return { classifier, seconds };

    function trainKind(): Promise<Classifier> {
      switch (plan.kind) {
        case 'flat':
          return flat(plan, checkpoint('flat'), onEpoch);
        case 'tree':
          return tree(plan, nodes);
        case 'specialists':
          return specialists(plan, nodes);
        case 'features':
          return onFeatures(plan, { onStep: options.onStep, onEpoch, checkpoint: checkpoint('head') });
        case 'fusion':
          return fusion(plan);
      }
    }
  }

  async function onFeatures(plan: FeaturesPlan, hooks: FitHooks): Promise<Classifier> {
    const { preprocessing, from, decideBy } = plan;
    const { onProgress } = options;
    const usual = { from: from && (await take(from)).classifier, device, make, signal, onProgress };
    const sources = { ...sourcesOf(plan), ...usual };
    if (decideBy.kind === 'head') {
      const { head, training } = decideBy;
      return trainFeatureHead(data.of(preprocessing), { ...sources, head, training: { ...training, seed }, hooks });
    }
    return trainForest(data.of(preprocessing), { ...sources, ...forestOf(decideBy), seed });
  }

  async function fusion({ preprocessing, of }: FusionPlan): Promise<Classifier> {
    const both = [(await take(of[0])).classifier, (await take(of[1])).classifier] as const;
    return fuse(data.of(preprocessing), { of: both, device, make, signal });
  }

  async function flat(
    plan: FlatPlan,
    checkpoint: CheckpointStore,
    onEpoch: (record: EpochRecord) => Promise<void>,
  ): Promise<FlatClassifier> {
    const { onStep, onProgress } = options;
    const hooks = { signal, onStep, onProgress, onEpoch, checkpoint };
    const { network, training } = plan;
    return trainFlat(await dataOf(plan), { network, training: { ...training, seed }, device, make, memo, hooks });
  }

  async function tree(plan: TreePlan, hooks: TreeHooks): Promise<TreeClassifier> {
    const { trunk, headKind, head, views, network, forests } = plan;
    return trainTree(await dataOf(plan), {
      taxonomy: await taxonomyOf(plan.taxonomy),
      trunk,
      headKind,
      head,
      views,
      network: trunk === 'shared' ? undefined : network,
      from: plan.from && requireFlat(await take(plan.from)),
      training: { ...plan.training, seed },
      ...(forests !== undefined && { decideBy: 'forest', ...sourcesOf(forests), ...forestOf(forests) }),
      device,
      make,
      memo,
      hooks,
    });
  }

  /** Tables in place of the names of their files. */
  const sourcesOf = ({ features, pca, measuring }: SourcesPlan) => ({
    features: features.map((source) => (typeof source === 'string' ? source : tables.of(source))),
    pca,
    measuring,
  });

  async function specialists(plan: SpecialistsPlan, hooks: TreeHooks): Promise<TreeClassifier> {
    const { preprocessing, trunk, head, views, training } = plan;
    return trainSpecialists(data.of(preprocessing), {
      from: requireFlat(await take(plan.from)),
      groups: await taxonomyOf(plan.taxonomy),
      trunk,
      head,
      views,
      training: { ...training, seed },
      device,
      make,
      hooks,
    });
  }

  function report(model: string, state: ModelNews['state'], seconds?: number, damage?: Problem): void {
    options.onModel?.({ seed, fold, model, arms: armsOf(model), state, seconds, damage });
  }

  return { folderOf, take };
}

/** The readable form of a plan that is written beside its model. */
function settingsOf(plan: ModelPlan, seed: number, folderOf: (plan: ModelPlan) => string): object {
  if (plan.kind === 'fusion') return { ...plan, of: plan.of.map(folderOf) };
  if (plan.kind === 'features') return { ...plan, seed, from: plan.from && folderOf(plan.from) };
  const pseudo = plan.kind === 'specialists' ? undefined : plan.labels?.pseudo;
  const settings = {
    ...plan,
    training: { ...plan.training, seed },
    ...(pseudo !== undefined &&
      plan.kind !== 'specialists' && { labels: { ...plan.labels, pseudo: { ...pseudo, by: folderOf(pseudo.by) } } }),
  };
  if (plan.kind === 'flat') return settings;
  const { from, taxonomy } = plan;
  const source = typeof taxonomy === 'object' ? { errorsOf: folderOf(taxonomy.of), ...taxonomy.options } : taxonomy;
  return { ...settings, from: from && folderOf(from), taxonomy: source };
}

/** Whether labels are taken away from the model, or from one that it is built on. */
const hasFewerLabels = (plan: ModelPlan): boolean =>
  ('labels' in plan && plan.labels !== undefined) || builtOn(plan).some(hasFewerLabels);

const forestOf = ({ trees, classWeights, minLeaf, mtry }: ForestPlan) => ({
  trees,
  forest: { classWeights, minLeaf, mtry },
});

function requireFlat({ classifier }: StudyModel): FlatClassifier {
  if (classifier instanceof FlatClassifier) return classifier;
  throw new CladenetError('MODEL', `The model of a flat arm is ${kindInWords(classifier)}: its folder was replaced`);
}
