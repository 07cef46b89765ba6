/**
 * Which classes can be ruled out? Instead of one class, each image gets as many as it takes to contain the true one with a
 * promised probability (conformal sets), and the smallest sub-tree that covers them: a name for what is known of the image.
 *
 *     npx tsx examples/sets-of-classes.ts CLASSIFIER IMAGES [TAXONOMY]
 *
 * On a tree of the demo's organisms (the default, made after `npm run demo` by
 *
 *     npx cladenet train flat --images demo-output/organisms/images --split 0.6/0.1/0.3 --epochs 10 --out demo-output/flat
 *     npx cladenet train tree --images demo-output/organisms/images --taxonomy demo-output/organisms/taxonomy.csv \
 *       --split 0.6/0.1/0.3 --from demo-output/flat --out demo-output/tree
 *
 * ) it prints:
 *
 *     730 test images, 245 validation images that chose the sizes
 *
 *     | promised | held | classes in a set: mean | median | one class | sub-tree below the root | its depth: mean |
 *     | --- | --- | --- | --- | --- | --- | --- |
 *     | 80.0 % | 82.2 % | 1.0 | 1 | 100.0 % | 100.0 % | 3.5 |
 *     | 90.0 % | 89.2 % | 1.2 | 1 | 84.8 % | 99.9 % | 3.3 |
 *     | 95.0 % | 95.1 % | 1.4 | 1 | 67.4 % | 99.5 % | 3.1 |
 *     | 99.0 % | 98.2 % | 1.7 | 2 | 42.2 % | 97.0 % | 2.7 |
 *
 *     Some sets of the promise of 95 %:
 *       Barbatula_brevis: Barbatula_hirsuta, Barbatula_brevis (Planktaria>Vinculata>Scalarinidae>Barbatula)
 *       Cupulina_alta: Cupulina_alta (Planktaria>Velaria>Cupulinidae>Cupulina>Cupulina_alta)
 *       Nimbora_nucleata: Nimbora_nucleata (Planktaria>Astrospina>Pilulidae>Nimbora>Nimbora_nucleata)
 *       Pelvina_plana: Pelvina_plana (Planktaria>Velaria>Pelvinidae>Pelvina_plana)
 *       Remigera_longicornis: Remigera_media, Remigera_longicornis (Planktaria>Cornigera>Remigeridae)
 *       Stellax_densa: Stellax_densa (Planktaria>Astrospina>Stellacidae>Stellax_densa)
 */
import {
  CladenetError,
  calibrateSets,
  conformalSets,
  judgedImages,
  loadClassifier,
  openImages,
  readTaxonomy,
  smallestSubtrees,
} from 'cladenet';

const [model = 'demo-output/tree', folder = 'demo-output/organisms/images', file] = process.argv.slice(2);
const classifier = await loadClassifier(model);
const taxonomy = file === undefined ? classifier.taxonomy : await readTaxonomy(file);
if (taxonomy === undefined) {
  const problem = { where: model, expected: 'a tree, or a taxonomy as third argument', received: 'a flat classifier' };
  throw new CladenetError('USAGE', 'The sets need a taxonomy to name them by.', [problem]);
}
const { classes } = classifier;
const images = await openImages(folder, classifier.description.preprocessing);
const validation = await classifier.classify(judgedImages(classifier, images, 'validation').images);
const test = await classifier.classify(judgedImages(classifier, images, 'test').images);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const line = (cells: readonly unknown[]) => console.log(`| ${cells.join(' | ')} |`);

console.log(`${test.labels.length} test images, ${validation.labels.length} validation images that chose the sizes\n`);
line([
  'promised',
  'held',
  'classes in a set: mean',
  'median',
  'one class',
  'sub-tree below the root',
  'its depth: mean',
]);
line(['---', '---', '---', '---', '---', '---', '---']);
for (const coverage of [0.8, 0.9, 0.95, 0.99]) {
  const { quantile } = calibrateSets(validation, { coverage });
  const sets = conformalSets(test.probabilities, classes.length, quantile);
  const subtrees = smallestSubtrees(sets, classes, taxonomy);
  const held = sets.map((set, i) => (set.includes(test.labels[i] ?? -1) ? 1 : 0));
  const sizes = sets.map((set) => set.length);
  const median = sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length / 2)];
  line([
    percent(coverage),
    percent(mean(held)),
    mean(sizes).toFixed(1),
    median,
    percent(mean(sizes.map((size) => (size === 1 ? 1 : 0)))),
    percent(mean(subtrees.map(({ depth }) => (depth > 0 ? 1 : 0)))),
    mean(subtrees.map(({ depth }) => depth)).toFixed(1),
  ]);
}

const { quantile } = calibrateSets(validation, { coverage: 0.95 });
const sets = conformalSets(test.probabilities, classes.length, quantile);
const subtrees = smallestSubtrees(sets, classes, taxonomy);
console.log('\nSome sets of the promise of 95 %:');
for (let i = 0; i < sets.length; i += Math.ceil(sets.length / 6)) {
  const names = Array.from(sets[i] ?? [], (c) => classes[c]);
  const shown = names.length > 4 ? [...names.slice(0, 4), `${names.length - 4} more`] : names;
  console.log(`  ${classes[test.labels[i] ?? -1]}: ${shown.join(', ')} (${subtrees[i]?.path})`);
}
