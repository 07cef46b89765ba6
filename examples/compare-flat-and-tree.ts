/**
 * Trains a flat classifier and a tree on a folder of class folders and compares them on images that neither has seen.
 *
 *     npx tsx examples/compare-flat-and-tree.ts IMAGES TAXONOMY
 *
 * On the demo's organisms (`demo-output/organisms/images` and `demo-output/organisms/taxonomy.csv` after `npm run demo`)
 * it prints:
 *
 *           accuracy   log-loss     AHD
 *     flat    76.3 %      0.573   0.311
 *     tree    81.0 %*     0.520*  0.237*
 *
 *     * best of its column
 *
 *     difference   metric    change             95 % interval       p
 *     flat - tree  accuracy    -4.7  points      [-7.4, -1.9]   0.001
 *     flat - tree  AHD       +0.074          [+0.033, +0.115]  <0.001
 *
 *     Intervals and p-values hold for these trained classifiers on other images of the same kind; training
 *     again with another seed may change the difference (a study compares over seeds).
 */
import {
  compareClassifiers,
  comparisonTable,
  openImages,
  prepareData,
  preprocessingFor,
  readTaxonomy,
  testImages,
  trainFlat,
  trainTree,
} from 'cladenet';

const [folder = 'demo-output/organisms/images', file = 'demo-output/organisms/taxonomy.csv'] = process.argv.slice(2);
const images = await openImages(folder, preprocessingFor('compact'));
const data = prepareData(images, { seed: 1, fractions: { train: 0.6, validation: 0.1, test: 0.3 } });
const taxonomy = await readTaxonomy(file);

const flat = await trainFlat(data, { training: { epochs: 6 } });
const tree = await trainTree(data, { taxonomy, from: flat });

const test = testImages(data);
const named = { flat: await flat.classify(test), tree: await tree.classify(test) };
const comparison = compareClassifiers(named, { taxonomy, seed: 1 });
console.log(
  comparisonTable(comparison, { metrics: ['accuracy', 'logLoss', 'ahd'], differencesIn: ['accuracy', 'ahd'] }),
);
