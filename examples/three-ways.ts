/**
 * Three ways to classify: what biologists measure, with a random forest; a CNN; and both kinds of features together.
 *
 *     npx tsx examples/three-ways.ts [IMAGES]
 *
 * Without IMAGES it draws organisms of 30 invented species into `demo-output/three-ways`. It takes about a minute on two cores, and prints:
 *
 *                      accuracy   balanced   log-loss
 *     flat               76.3 %     73.3 %      0.573
 *     measured           75.5 %     73.3 %      0.672
 *     deep               76.0 %     73.8 %      0.610
 *     both               81.9 %     80.2 %      0.496
 *     both, MLP          82.9 %*    81.6 %*     0.471*
 *     flat + measured    80.7 %     78.2 %      0.508
 *
 *     * best of its column
 *
 *     difference              metric    change          95 % interval       p
 *     flat - measured         accuracy    +0.8  points   [-2.7, +4.5]   0.693
 *     flat - deep             accuracy    +0.3  points   [-2.2, +2.7]   0.914
 *     flat - both             accuracy    -5.6  points   [-8.6, -2.5]  <0.001
 *     flat - both, MLP        accuracy    -6.6  points   [-9.2, -4.0]  <0.001
 *     flat - flat + measured  accuracy    -4.4  points   [-6.2, -2.6]  <0.001
 *
 *     Intervals and p-values hold for these trained classifiers on other images of the same kind; training
 *     again with another seed may change the difference (a study compares over seeds).
 */
import {
  compareClassifiers,
  comparisonTable,
  generateOrganisms,
  openImages,
  prepareData,
  preprocessingFor,
  testImages,
  trainFlat,
} from 'cladenet';
import { fuse, trainFeatureHead, trainForest } from 'cladenet/classifier';

const [given] = process.argv.slice(2);
const drawn = given === undefined ? await generateOrganisms({ out: 'demo-output/three-ways' }) : undefined;
const images = await openImages(given ?? drawn?.imagesFolder ?? '', preprocessingFor('compact'));
const data = prepareData(images, { seed: 1, fractions: { train: 0.6, validation: 0.1, test: 0.3 } });

// The features of ZooProcess, measured on the organism that is found in each image.
const measured = await trainForest(data, {});
const flat = await trainFlat(data, { training: { epochs: 6 } });
// The output of the flat classifier's CNN block, as 50 principal components.
const deep = await trainForest(data, { features: ['deep'], from: flat });
const both = await trainForest(data, { features: ['biologists', 'deep'], from: flat });
const head = await trainFeatureHead(data, { features: ['biologists', 'deep'], from: flat, pca: null });
const fused = await fuse(data, { of: [flat, measured] });

const test = testImages(data);
const named = {
  flat: await flat.classify(test),
  measured: await measured.classify(test),
  deep: await deep.classify(test),
  both: await both.classify(test),
  'both, MLP': await head.classify(test),
  'flat + measured': await fused.classify(test),
};
const comparison = compareClassifiers(named, { seed: 1 });
const { models, differences } = comparison;
const againstFlat = differences.filter(({ a, b }) => a === 'flat' || b === 'flat');
console.log(
  comparisonTable(
    { models, differences: againstFlat },
    { metrics: ['accuracy', 'balancedAccuracy', 'logLoss'], differencesIn: ['accuracy'] },
  ),
);
