/**
 * From whole images to species: organisms are found in frames by their grey levels, named by a tree, and judged.
 *
 *     npx tsx examples/detect-and-classify.ts
 *
 * It draws organisms of 30 invented species, trains a tree on them, composes frames of organisms that the tree has never seen, and
 * finds and names them. Everything is below `demo-output/detect-and-classify`; `found/drawn` shows the frames. It prints:
 *
 *     124 found, 129 there, in 30 frames
 *     AP50: 0.945 as organisms, 0.516 as species
 *       at depth 0 (1): 0.945
 *       at depth 1 (4): 0.911
 *       at depth 2 (9): 0.833
 *       at depth 3 (20): 0.559
 *       at depth 4 (28): 0.516
 *     hierarchical F1: 0.830
 */
import {
  generateOrganisms,
  openImages,
  prepareData,
  preprocessingFor,
  readTaxonomy,
  trainFlat,
  trainTree,
} from 'cladenet';
import {
  composeScenes,
  cutOutPart,
  judgeDetections,
  readAnnotations,
  thresholdDetector,
  writeScenes,
} from 'cladenet/detection';
import { detectInto } from 'cladenet/report';

const folder = 'demo-output/detect-and-classify';
const { imagesFolder, taxonomyFile } = await generateOrganisms({ out: `${folder}/organisms` });
const taxonomy = await readTaxonomy(taxonomyFile);
const data = prepareData(await openImages(imagesFolder, preprocessingFor('compact')), {
  seed: 1,
  fractions: { train: 0.6, validation: 0.1, test: 0.3 },
});
const flat = await trainFlat(data, { training: { epochs: 6 } });
const tree = await trainTree(data, { taxonomy, from: flat });

// Frames of test organisms, three to six in each, none laid on another on purpose.
const { cutouts } = await cutOutPart(data, 'test');
const size = { width: 960, height: 720, longestSide: 240, scale: 1 };
const scenes = composeScenes(cutouts, { seed: 1, count: 30, organisms: [3, 6], laidOnOthers: 0, ...size });
await writeScenes(`${folder}/scenes`, scenes);
const truth = await readAnnotations(`${folder}/scenes/annotations.json`);

// Pixels at grey level 235 or below are an organism's; parts are not split from each other.
const detector = thresholdDetector({ threshold: 235, splitDepth: 0 });
const frames = truth.frames.map(({ file }) => ({ name: file, image: { path: `${folder}/scenes/frames/${file}` } }));
const found = await detectInto(`${folder}/found`, frames, {
  ...{ detector, classifier: tree, purpose: 'example', draw: true, fresh: true },
  classifying: { minConfidence: 0.5 },
});

const detections = await readAnnotations(`${folder}/found/detections.json`);
const { agnostic, perCategory, depths = [], lineages } = judgeDetections(truth, detections, { taxonomy });
console.log(`${found.organisms} found, ${truth.annotations.length} there, in ${found.frames} frames`);
console.log(`AP50: ${agnostic.ap50.toFixed(3)} as organisms, ${perCategory.ap50.toFixed(3)} as species`);
for (const { depth, categories, ap50 } of depths) {
  console.log(`  at depth ${depth} (${categories}): ${ap50.toFixed(3)}`);
}
console.log(`hierarchical F1: ${lineages?.f1.toFixed(3)}`);
