/**
 * What does the taxonomy contribute when a classifier may stop above the class, and what does favouring rare classes cost? This
 * script prints both for the test images of a classifier, with thresholds that its validation images choose, and with a random
 * tree of the same shape as the control. With a folder as its last argument it also draws the curves.
 *
 *     npx tsx examples/what-a-taxonomy-is-good-for.ts MODEL IMAGES TAXONOMY [FIGURES]
 *
 * IMAGES are those that the classifier was trained with. Default: the tree of `examples/stop-at-an-ancestor.ts`. What it prints for
 * 121 plankton classes is in `docs/what-a-taxonomy-is-good-for.md`.
 */

import { join } from 'node:path';
import {
  type Classifier,
  decideLeaves,
  evaluate,
  evaluateNodes,
  judgedImages,
  loadClassifier,
  openImages,
  randomTaxonomy,
  readTaxonomy,
  stopAtAncestor,
  writeFigure,
} from 'cladenet';
import { balanceCurve, calibrateStop, chooseBalance } from 'cladenet/calibration';
import { compareStopping, type StoppingArm, stopCurve } from 'cladenet/evaluation';
import { balanceFigure, operatingCurves } from 'cladenet/report';

const [
  model = 'demo-output/tree',
  folder = 'demo-output/organisms/images',
  tree = 'demo-output/organisms/taxonomy.csv',
  figures,
] = process.argv.slice(2);
const classifier: Classifier = await loadClassifier(model);
const { classes } = classifier;
const taxonomy = (await readTaxonomy(tree)).restrictTo(classes);
const all = await openImages(folder, classifier.description.preprocessing);
const validation = judgedImages(classifier, all, 'validation');
const chosenOn = await classifier.classify(validation.images);
const judgedOn = await classifier.classify(judgedImages(classifier, all, 'test').images);

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const interval = ([low, high]: readonly [number, number]) => `[${percent(low)}, ${percent(high)}]`;
const line = (cells: readonly unknown[]) => console.log(`| ${cells.join(' | ')} |`);

console.log(`${judgedOn.labels.length} test images, 95 % right read off their own curves\n`);
const random = randomTaxonomy(taxonomy, 1);
const arm = (name: string, rule: 'rejection' | 'probability' | 'information', arms = taxonomy): StoppingArm => {
  return { name, predictions: judgedOn, taxonomy: arms, rule };
};
const arms = [
  arm('the class or nothing', 'rejection'),
  arm('first ancestor probable enough', 'probability'),
  arm('ancestor that says most for its risk', 'information'),
  arm('random tree: first ancestor probable enough', 'probability', random),
  arm('random tree: ancestor that says most for its risk', 'information', random),
];
line(['decides on', 'area under risk', 'against the first', 'information kept, 95 % right', 'more than the first']);
line(arms.slice(0, 5).map(() => '---'));
for (const { name, area, relative, relative95, coverage, coverageDifference95 } of compareStopping(arms, { seed: 1 })) {
  const change = `${percent(relative)} ${interval(relative95)}`;
  line([name, area.toFixed(4), change, percent(coverage), interval(coverageDifference95)]);
}

console.log('\nThresholds for 95 % that the validation images choose:\n');
const truths = Array.from(judgedOn.labels, (label) => taxonomy.leafOf(classes[label] ?? ''));
line(['decides on', 'threshold', 'right', 'information kept']);
line(['---', '---', '---', '---']);
for (const { name, rule } of arms.slice(0, 3)) {
  const { threshold } = calibrateStop(chosenOn, { taxonomy, targetAccuracy: 0.95, rule });
  const { probabilities, decisions } = judgedOn;
  const stopped = stopAtAncestor(probabilities, classes, taxonomy, { threshold, rule, leaves: decisions });
  const score = evaluateNodes({ decided: stopped.map(({ path }) => path), truths }, taxonomy);
  line([name, threshold.toFixed(3), percent(score.accuracy), percent(score.information)]);
}

if (figures !== undefined) {
  const series = arms.map(({ name, predictions, ...options }) => ({ name, curve: stopCurve(predictions, options) }));
  await writeFigure(await operatingCurves(series), join(figures, 'stopping.png'));
}

const counts = validation.trainingImages;
if (counts !== undefined) {
  console.log('\nFavouring rare classes, as the validation images choose:\n');
  line(['accuracy that it may cost', 'balance', 'accuracy', 'balanced accuracy']);
  line(['---', '---', '---', '---']);
  const curve = balanceCurve(chosenOn, { counts });
  if (figures !== undefined) {
    const test = balanceCurve(judgedOn, { counts });
    const title = `Rare classes, ${judgedOn.labels.length} test images`;
    await writeFigure(await balanceFigure(test, { title }), join(figures, 'balance.png'));
  }
  for (const maxLoss of [0, 0.005, 0.01, 0.02]) {
    const tau = maxLoss === 0 ? 0 : chooseBalance(curve, { maxLoss }).tau;
    const decisions = decideLeaves(judgedOn.probabilities, classes, { balance: { tau, counts } });
    const { accuracy, balancedAccuracy } = evaluate({ ...judgedOn, decisions });
    line([percent(maxLoss), tau, percent(accuracy), percent(balancedAccuracy)]);
  }
}
