/**
 * How deep does a tree decide when most decisions have to be right? It stops at the first ancestor that is probable enough, by a
 * threshold that its validation images chose. This script prints what that gives on its test images.
 *
 *     npx tsx examples/stop-at-an-ancestor.ts TREE IMAGES
 *
 * On a tree of the demo's organisms (the default, made after `npm run demo` by
 *
 *     npx cladenet train flat --images demo-output/organisms/images --split 0.6/0.1/0.3 --epochs 10 --out demo-output/flat
 *     npx cladenet train tree --images demo-output/organisms/images --taxonomy demo-output/organisms/taxonomy.csv \
 *       --split 0.6/0.1/0.3 --from demo-output/flat --out demo-output/tree
 *
 * ) it prints:
 *
 *     730 test images
 *
 *     | target | threshold | right | at the leaf | information kept | stops at depth: share (right) |
 *     | --- | --- | --- | --- | --- | --- |
 *     | 90.0 % | 0.607 | 86.8 % | 89.9 % | 96.9 % | 0: 0.1 % (100.0 %), 1: 0.4 % (100.0 %), 2: 6.7 % (95.9 %), 3: 43.4 % (83.6 %), 4: 49.3 % (88.3 %) |
 *     | 95.0 % | 0.810 | 94.5 % | 73.0 % | 91.7 % | 0: 0.1 % (100.0 %), 1: 1.9 % (100.0 %), 2: 16.3 % (100.0 %), 3: 39.5 % (92.7 %), 4: 42.2 % (93.8 %) |
 *     | 99.0 % | 0.910 | 97.0 % | 57.5 % | 86.0 % | 0: 1.2 % (100.0 %), 1: 4.0 % (100.0 %), 2: 24.5 % (100.0 %), 3: 34.8 % (96.1 %), 4: 35.5 % (95.4 %) |
 *
 *     Without stopping 82.2 % of them are right.
 */
import {
  CladenetError,
  evaluateNodes,
  judgedImages,
  loadClassifier,
  openImages,
  stopAtAncestor,
  thresholdFor,
} from 'cladenet';

const [model = 'demo-output/tree', folder = 'demo-output/organisms/images'] = process.argv.slice(2);
const tree = await loadClassifier(model);
const stop = tree.kind === 'tree' ? tree.description.decision.stop : undefined;
if (tree.kind !== 'tree' || stop === undefined) {
  const expected = 'a tree that was trained with validation images';
  const problem = {
    where: model,
    expected,
    received: tree.kind === 'tree' ? 'one without' : 'a classifier without nodes',
  };
  throw new CladenetError('USAGE', 'The classifier has no threshold to stop by.', [problem]);
}
const { classes, taxonomy } = tree;
const images = await openImages(folder, tree.description.preprocessing);
const test = judgedImages(tree, images, 'test').images;
const { probabilities, decisions, labels } = await tree.classify(test);
const truths = Array.from(labels, (label) => taxonomy.leafOf(classes[label] ?? ''));
const percent = (share: number | null) => (share === null ? '' : `${(100 * share).toFixed(1)} %`);
const line = (cells: readonly unknown[]) => console.log(`| ${cells.join(' | ')} |`);

console.log(`${test.count} test images\n`);
line(['target', 'threshold', 'right', 'at the leaf', 'information kept', 'stops at depth: share (right)']);
line(['---', '---', '---', '---', '---', '---']);
for (const target of [0.9, 0.95, 0.99]) {
  const { threshold } = thresholdFor(stop, target);
  const stopped = stopAtAncestor(probabilities, classes, taxonomy, { threshold, leaves: decisions });
  const score = evaluateNodes({ decided: stopped.map(({ path }) => path), truths }, taxonomy);
  const depths = score.depths
    .filter(({ share }) => share > 0)
    .map(({ depth, share, accuracy }) => `${depth}: ${percent(share)} (${percent(accuracy)})`);
  const atLeaf = stopped.filter(({ doubted }) => doubted === null).length / stopped.length;
  const found = [percent(score.accuracy), percent(atLeaf), percent(score.information)];
  line([percent(target), threshold.toFixed(3), ...found, depths.join(', ')]);
}
const right = decisions.filter((decision, i) => decision === labels[i]).length;
console.log(`\nWithout stopping ${percent(right / test.count)} of them are right.`);
