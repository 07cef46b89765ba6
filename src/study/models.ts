/**
 * The models of one seed. Each is trained once for all arms that need it and kept in a folder whose name is derived from
 * everything that its training depends on. Later calls load it from there.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Classifier } from '../classifier/classifier.js';
import { FlatClassifier } from '../classifier/flat.js';
import { trainSpecialists } from '../classifier/specialists/train-specialists.js';
import { loadClassifier } from '../classifier/store/load.js';
import { trainFlat } from '../classifier/train/train-flat.js';
import { trainTree } from '../classifier/train/train-tree.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { CladenetError, type Problem } from '../errors.js';
import { hasFolder, readIfThere, writeFileAtomic } from '../files.js';
import { sha256OfJson } from '../hash.js';
import { removeUnfinished } from '../outputs/unfinished.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type CheckpointStore, checkpointFolder, reportingDamage } from '../training/checkpoint.js';
import type { EpochRecord } from '../training/epoch-record.js';
import { writeCurves } from './curves.js';
import type { SeedData } from './data.js';
import { errorTaxonomy } from './error-groups.js';
import { format2ModelKey } from './format-2-keys.js';
import type { ModelNews, RunStudyOptions } from './hooks.js';
import { type KeyContext, modelKey } from './keys.js';
import { parseJson } from './parse-json.js';
import {
  builtOn,
  type FlatPlan,
  type ModelPlan,
  type SpecialistsPlan,
  type TaxonomySource,
  type TreePlan,
} from './plan.js';
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

/** The record that is written beside a finished model. */
const finishedSchema = z.looseObject({ seconds: z.number().min(0) });

export function seedModels(
  data: SeedData,
  taxonomies: StudyTaxonomies,
  options: RunStudyOptions,
  armsOf: (folder: string) => readonly string[],
): SeedModels {
  const { out, fresh = false, checkpointMinutes: minutes, device, make, signal } = options;
  const { seed } = data;
  const taken = new Map<string, StudyModel>();
  const folders = new Map<ModelPlan, string>();

  /** What names of models depend on. `nameOf` names the models that they are built on, in the current or the old format. */
  const contextOf = (nameOf: (plan: FlatPlan) => string): KeyContext => ({
    seed,
    folderOf: nameOf,
    lineagesOf: (taxonomy) => lineagesOf(taxonomies.of(taxonomy, seed)),
    digestOf: data.digestOf,
  });
  const named = (plan: ModelPlan, key: string) => ['models', seed, `${plan.kind}-${key}`].join('/');
  const format2Folder = (plan: ModelPlan): string => named(plan, format2ModelKey(plan, contextOf(format2Folder)));

  /** The folder of a model. One that an older version trained, or started to train, keeps its folder. */
  function folderOf(plan: ModelPlan): string {
    const known = folders.get(plan);
    if (known !== undefined) return known;
    const before = format2Folder(plan);
    const isThere = [before, `${before}.partial`].some((path) => hasFolder(join(out, path)));
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

  async function take(plan: ModelPlan): Promise<StudyModel> {
    const folder = folderOf(plan);
    const known = taken.get(folder);
    if (known !== undefined) return known;
    const model = (fresh ? undefined : await load(folder)) ?? (await train(plan, folder));
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
    report(folder, 'reused', seconds);
    return { classifier, seconds };
  }

  async function train(plan: ModelPlan, folder: string): Promise<StudyModel> {
    for (const flatPlan of builtOn(plan)) await take(flatPlan);
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
      onNode: options.onNode,
      onEpoch: (_, record) => onEpoch(record),
      checkpoint,
    };
    const classifier =
      plan.kind === 'flat'
        ? await flat(plan, checkpoint('flat'), onEpoch)
        : await (plan.kind === 'tree' ? tree(plan, nodes) : specialists(plan, nodes));
    // The time of earlier calls is that of the epochs in the history that this call did not report.
    const earlier = classifier.history.reduce((sum, record) => sum + record.seconds, -reported);
    const seconds = (performance.now() - started) / 1000 + Math.max(0, earlier);
    await classifier.save(path);
    await writeCurves(classifier, `${path}.png`);
    await writeFileAtomic(
      `${path}.json`,
      `${JSON.stringify({ seconds, ...settingsOf(plan, seed, folderOf) }, null, 2)}\n`,
    );
    await removeUnfinished(partial);
    report(folder, 'trained', seconds);
    return { classifier, seconds };
  }

  function flat(
    { preprocessing, network, training }: FlatPlan,
    checkpoint: CheckpointStore,
    onEpoch: (record: EpochRecord) => Promise<void>,
  ): Promise<FlatClassifier> {
    const hooks = { signal, onStep: options.onStep, onEpoch, checkpoint };
    return trainFlat(data.of(preprocessing), { network, training: { ...training, seed }, device, make, hooks });
  }

  async function tree(plan: TreePlan, hooks: TreeHooks): Promise<TreeClassifier> {
    const { preprocessing, trunk, headKind, head, views, network } = plan;
    return trainTree(data.of(preprocessing), {
      taxonomy: await taxonomyOf(plan.taxonomy),
      trunk,
      headKind,
      head,
      views,
      network: trunk === 'shared' ? undefined : network,
      from: plan.from && requireFlat(await take(plan.from)),
      training: { ...plan.training, seed },
      device,
      make,
      hooks,
    });
  }

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
    options.onModel?.({ seed, model, arms: armsOf(model), state, seconds, damage });
  }

  return { folderOf, take };
}

/** The readable form of a plan that is written beside its model. */
function settingsOf(plan: ModelPlan, seed: number, folderOf: (plan: FlatPlan) => string): object {
  const settings = { ...plan, training: { ...plan.training, seed } };
  if (plan.kind === 'flat') return settings;
  const { from, taxonomy } = plan;
  const source = typeof taxonomy === 'object' ? { errorsOf: folderOf(taxonomy.of), ...taxonomy.options } : taxonomy;
  return { ...settings, from: from && folderOf(from), taxonomy: source };
}

function requireFlat({ classifier }: StudyModel): FlatClassifier {
  if (classifier instanceof FlatClassifier) return classifier;
  throw new CladenetError('MODEL', 'The model of a flat arm is a tree: its folder was replaced');
}
