/** New classes of few images join a flat classifier: each becomes an output of its head, and nothing is trained. */
import { append } from '../../arrays.js';
import type { Classifier } from '../../classifier/classifier.js';
import { describeSplit, requireTrainable, type TrainingData } from '../../classifier/data/training-data.js';
import { FlatClassifier } from '../../classifier/flat.js';
import { kindInWords } from '../../classifier/kind.js';
import { headWeights } from '../../classifier/modules.js';
import { deepFeatures } from '../../classifier/predict/embed.js';
import { requirePreprocessing } from '../../classifier/preprocessing.js';
import type { FlatDescription } from '../../classifier/schema.js';
import { packSeen } from '../../classifier/store/seen.js';
import { scoreOnTest } from '../../classifier/train/test-score.js';
import { validationTemperature } from '../../classifier/train/validation-temperature.js';
import { selectImages } from '../../dataset/images.js';
import { mostProbableLeaf } from '../../decision/most-probable-leaf.js';
import { CladenetError, type Problem } from '../../errors.js';
import { createTrunk } from '../../network/network.js';
import { programsOn } from '../../tensorflow/device.js';
import { inOrder, judgedImages } from '../../tuning/data.js';
import { VERSION } from '../../version.js';
import { knownClasses } from '../finish.js';
import { activationsOf } from './activations-of.js';
import { fitPrototype } from './fit-prototype.js';
import { allLearned, sampleOf } from './learned-images.js';
import { type FlatWithPrototypes, MAX_LOSS, type Prototype, type PrototypeOptions } from './options.js';
import { imageProblems, maxLossProblems } from './problems.js';

/**
 * As {@link addPrototypes}, for a flat classifier: all classes of the images that it does not know join.
 *
 * @param given the images that the classifier was trained on, in the same subsets of the split, and the new ones: `prepareData` with
 *              `known: flat.seen`
 * @throws CladenetError USAGE for a classifier that is not flat, and images without new classes or of several classes; DATASET, RUNTIME,
 *         ABORTED. The classifier is never changed.
 */
export async function addFlatPrototypes(
  classifier: Classifier,
  given: TrainingData,
  options: Omit<PrototypeOptions, 'taxonomy' | 'origin'> = {},
): Promise<FlatWithPrototypes> {
  const { hooks = {}, maxLoss = MAX_LOSS } = options;
  const { signal } = hooks;
  requirePreprocessing(given.images, classifier.description.preprocessing);
  const { flat, names } = requireFlat(classifier, given, maxLoss);
  const make = options.make ?? programsOn({ device: options.device });
  const classes = flat.classes.length;
  const data = inOrder(allLearned(given, names), [...flat.classes, ...names]);
  const { labels } = data.truth;
  const judged = judgedImages(data).filter((image) => (labels[image] ?? -1) < classes);
  const known = sampleOf(data, data.split.train, classes, '');
  const freshOf = names.map((_, i) => data.split.train.filter((image) => labels[image] === classes + i));
  const asked = [...new Set([...judged, ...known, ...freshOf.flatMap((rows) => [...rows])])];
  const place = new Map(asked.map((image, i) => [image, i]));
  const images = selectImages(data.images, asked);
  const report = (what: string) => ({
    signal,
    onProgress: ({ done, total }: { readonly done: number; readonly total: number }) =>
      hooks.onProgress?.(what, done, total),
  });
  const features = await deepFeatures(flat.trunk, images, make, report('features'));
  const matrix = await flat.predict(images, { calibrated: false, ...report('probabilities') });
  const { network } = flat.description;
  const length = createTrunk(network.trunk).features;
  const pick = (values: Float32Array, width: number, rows: ArrayLike<number>) => {
    const picked = new Float32Array(rows.length * width);
    Array.from(rows).forEach((image, i) => {
      const row = place.get(image) ?? 0;
      picked.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return picked;
  };
  const decided = mostProbableLeaf(pick(matrix, classes, judged), classes);
  const right = judged.filter((image, i) => decided[i] === labels[image]);
  let head = headWeights(flat.weights);
  const activations = (rows: ArrayLike<number>) =>
    activationsOf(make, network.head, head, pick(features, length, rows), length);
  const prototypes: Prototype[] = [];
  for (const [i, name] of names.entries()) {
    const rows = freshOf[i] ?? new Int32Array();
    const fitted = fitPrototype({
      head,
      isBelow: flat.classes.map(() => true),
      known: { activations: await activations(known), children: Array.from(known, (image) => labels[image] ?? 0) },
      right: { activations: await activations(right), leaves: pick(matrix, classes, right) },
      fresh: { activations: await activations(rows), leaves: pick(matrix, classes, rows) },
      most: (maxLoss * judged.length) / names.length,
      at: classes + i,
    });
    head = fitted.head;
    const { found, lost } = fitted;
    prototypes.push({ name, node: null, images: rows.length, found, lost });
  }
  const description: FlatDescription = {
    ...flat.description,
    cladenet: VERSION,
    classes: [...data.truth.classes],
    split: describeSplit(data),
    test: null,
    temperature: null,
    prototypes: [
      ...(flat.description.prototypes ?? []),
      ...prototypes.map(({ name, images: count }) => ({ name, images: count })),
    ],
  };
  const seen = packSeen(data.prints, data.split);
  const weights = { ...flat.weights, ...head };
  const assemble = (described: FlatDescription) => new FlatClassifier(make, described, weights, flat.history, seen);
  const calibrated = { ...description, temperature: await validationTemperature(assemble(description), data) };
  const grown = assemble({ ...calibrated, test: await scoreOnTest(assemble(calibrated), data) });
  return { flat: grown, prototypes, known: await knownClasses(flat, grown, data, signal) };
}

function requireFlat(classifier: Classifier, data: TrainingData, maxLoss: number) {
  requireTrainable(data);
  const problems: Problem[] = [...maxLossProblems(maxLoss)];
  const known = new Set(classifier.classes);
  const names = data.truth.classes.filter((name) => !known.has(name));
  if (names.length === 0) {
    problems.push({ where: 'images', expected: 'classes that the classifier does not know', received: 'none' });
  }
  for (const name of classifier.classes) {
    if (data.truth.classes.includes(name)) continue;
    problems.push({
      where: `class ${name}`,
      expected: 'the images that the classifier was trained on',
      received: 'none',
    });
  }
  append(problems, imageProblems(data, new Set(names)));
  if (!(classifier instanceof FlatClassifier)) {
    problems.push({ where: 'classifier', expected: 'a flat classifier', received: kindInWords(classifier) });
  }
  if (problems.length > 0 || !(classifier instanceof FlatClassifier)) {
    throw new CladenetError('USAGE', 'New classes cannot join by prototypes', problems);
  }
  return { flat: classifier, names };
}
