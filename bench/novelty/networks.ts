/**
 * Folds on networks that were trained on the known classes, one each: FOLDER/fold-1, FOLDER/fold-2, ... by `train flat --hold-out`.
 * The split is the network's own. Heads are trained as `train tree --from` does: on the features of each training image as
 * it is and of augmented views of it, by the same training.
 */
import { join } from 'node:path';
import { FlatClassifier } from '../../src/classifier/flat.js';
import { headWeights } from '../../src/classifier/modules.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { fingerprints, subsetsOf } from '../../src/classifier/store/seen.js';
import type { ImageSet } from '../../src/dataset/images.js';
import { openImages } from '../../src/dataset/open.js';
import { holdOut } from '../../src/evaluation/novelty/held-out.js';
import { createHead, createTrunk } from '../../src/network/network.js';
import { hash32 } from '../../src/random.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { programsOn } from '../../src/tensorflow/device.js';
import { trainingSchema } from '../../src/training/config.js';
import { createInference } from '../../src/training/inference.js';
import { headModel, trunkModel } from '../../src/training/model.js';
import { headTraining } from '../../src/training/presets.js';
import { residentFeatures } from '../../src/training/source.js';
import { createTrainer } from '../../src/training/trainer.js';
import { kept } from './features.js';
import type { Fold } from './fold.js';

/**
 * @param folds the held-out classes of each: those that its network must not know
 * @param views augmented views of each training image; `train tree` takes 2
 * @param skip  numbers of folds that are not asked for
 */
export async function* networkFolds(
  networks: string,
  folder: string,
  full: Taxonomy,
  folds: readonly (readonly string[])[],
  { cache, views, skip }: { readonly cache: string; readonly views: number; readonly skip: ReadonlySet<number> },
): AsyncGenerator<Fold> {
  for (const [i, heldOut] of folds.entries()) {
    if (skip.has(i + 1)) continue;
    const path = join(networks, `fold-${i + 1}`);
    const flat = await loadClassifier(path);
    if (!(flat instanceof FlatClassifier)) throw new Error(`${path} is not a flat classifier`);
    const { known, parents } = holdOut(full, heldOut);
    const theirs = new Set(flat.classes);
    const wrong = full.classes.filter((name) => theirs.has(name) === parents.has(name));
    if (wrong.length > 0) throw new Error(`${path} knows other classes than fold ${i + 1}: ${wrong.join(', ')}`);
    yield await foldOf(i + 1, flat, await openImages(folder, flat.description.preprocessing), known, parents, {
      cache,
      views,
    });
    flat.dispose();
  }
}

async function foldOf(
  number: number,
  flat: FlatClassifier,
  images: ImageSet,
  known: Taxonomy,
  parents: ReadonlyMap<string, string>,
  { cache, views }: { readonly cache: string; readonly views: number },
): Promise<Fold> {
  const { classes, description } = flat;
  const { network, training } = description;
  const prints = fingerprints(images);
  const subsets = subsetsOf(prints, flat.seen);
  const column = new Map(classes.map((name, k) => [name, k]));
  const nameOf = (image: number) => images.classes[images.labels[image] ?? -1] ?? '';
  const ofImages = Int32Array.from({ length: images.count }, (_, image) => column.get(nameOf(image)) ?? -1);
  const rowsOf = (subset: 'train' | 'validation' | 'test') =>
    Int32Array.from(ofImages.keys()).filter((image) => (ofImages[image] ?? -1) >= 0 && subsets[image] === subset);
  const [learned, validation, test] = [rowsOf('train'), rowsOf('validation'), rowsOf('test')];
  const isNew = Int32Array.from(ofImages.keys()).filter((image) => parents.has(nameOf(image)));
  // A picture that is of two classes is not new to the network.
  const unseen = isNew.filter((image) => subsets[image] === undefined);
  if (unseen.length < isNew.length) console.error(`fold ${number}: ${isNew.length - unseen.length} copies left out`);

  const trunk = createTrunk(network.trunk);
  const width = trunk.features;
  const file = (what: string) => join(cache, `fold-${number}-${what}.f32`);
  const run = async (view: number | undefined) => {
    const { preprocessing } = description;
    const inference = createInference(programsOn(), preprocessing, flat.weights, width, trunkModel(trunk).forward);
    const { augmentation: config, seed } = training;
    const augmentation =
      view === undefined || config === null ? undefined : { config, seed: hash32(seed, 'view', view) };
    return inference
      .run(images, view === undefined ? undefined : learned, { augmentation })
      .finally(() => inference.dispose());
  };
  const blocks = [await kept(file('images'), () => run(undefined))];
  for (let view = 0; view < views; view++) blocks.push(await kept(file(`view${view}`), () => run(view)));
  const features = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let offset = 0;
  for (const block of blocks) {
    features.set(block, offset);
    offset += block.length;
  }
  const rows = features.length / width;
  if (rows !== images.count + views * learned.length) throw new Error(`${cache} has features of other images`);

  const labels = new Int32Array(rows).fill(-1);
  labels.set(ofImages);
  const viewRow = (view: number, k: number) => images.count + view * learned.length + k;
  learned.forEach((image, k) => {
    for (let view = 0; view < views; view++) labels[viewRow(view, k)] = ofImages[image] ?? -1;
  });
  const train = Int32Array.from([...learned, ...Array.from(labels.keys()).slice(images.count)]);
  const source = residentFeatures(features, width);
  const model = headModel(createHead(network.head, width, classes.length));
  const trainer = createTrainer(programsOn(), model, source, trainingSchema.parse(headTraining), {});
  const own = headWeights(flat.weights);
  return {
    ...{ number, known, parents, classes, labels, train, validation, test, unseen },
    unseenNames: Array.from(unseen, nameOf),
    ...{ source, width, head: network.head, training: headTraining },
    own: (asked) => {
      trainer.start(own, classes.length);
      return { probabilities: trainer.answers(asked), newChildren: undefined };
    },
  };
}
