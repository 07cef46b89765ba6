/** Readers of text: tables of images, predictions and features, taxonomies, confusion matrices, configurations. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLeft } from 'fp-ts/lib/Either.js';
import type { Classifier } from '../../src/classifier/classifier.js';
import { readNoveltyRule } from '../../src/classifier/judging/novelty-rule.js';
import { trainTreeCommand } from '../../src/cli/commands/train-tree.js';
import { resolveOptions } from '../../src/cli/toolkit/resolve.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { listSources } from '../../src/dataset/sources/list-sources.js';
import { readClassThresholds } from '../../src/decision/class-threshold-table.js';
import { readAnnotations } from '../../src/detection/annotations/read-annotations.js';
import { readFeatureTable } from '../../src/features/tables/read-feature-table.js';
import { formatCoco } from '../../src/formats/annotations/coco-write.js';
import { confusionToCsv, parseConfusion, readConfusion } from '../../src/grouping/confusion-csv.js';
import { confusionFromPredictionFile } from '../../src/grouping/prediction-csv.js';
import { readJsonObject } from '../../src/json-config.js';
import { parseStudy } from '../../src/study/parse.js';
import { drawTree } from '../../src/taxonomy/draw-tree.js';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { toCsv, toJson } from '../../src/taxonomy/write.js';
import type { Reader } from './harness.js';

/** A reader of files of these contents, by their names. */
const ofFiles = (name: string, files: Readonly<Record<string, string>>, read: Reader['read']): Reader => ({
  name,
  async seeds(folder) {
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
    return Object.keys(files);
  },
  read,
});

const rows = (header: string, count: number, row: (i: number) => string) =>
  `${[header, ...Array.from({ length: count }, (_, i) => row(i))].join('\n')}\n`;

const imageTables = {
  'images.csv': rows('path,label', 12, (i) => `a/${i}.png,class ${i % 3}`),
  'images.tsv': `img_file_name\tobject_annotation_category\tobject_area\n[t]\t[t]\t[f]\n${rows('x.png\tegg<other\t1', 9, (i) => `${i}.png\tcopepod\t${i}.5`)}`,
  'dwc.txt': rows('file;class;order;species;"a ""b"""', 9, (i) => `${i}.jpg;Copepoda;Calanoida;"Acartia, ${i % 2}";`),
};

const images = ofFiles('image-table', imageTables, async (path) => {
  await listSources([path]);
  return listImages(path);
});

const labelTable = rows('id;img_path;label', 9, (i) => `${i};images/${i}.jpg;class ${i % 3}`);

/** The tables of a split. */
const labelTables: Reader = {
  name: 'label-tables',
  async seeds(folder) {
    mkdirSync(join(folder, 'lab'));
    for (const part of ['train', 'val', 'test']) writeFileSync(join(folder, 'lab', `${part}_labels.csv`), labelTable);
    return ['lab'];
  },
  read: (path) => listImages(path),
};

const taxonomyTable = ofFiles(
  'taxonomy-table',
  {
    'paths.csv': rows('class,path,biological', 9, (i) => `c${i},T>A${i % 3}>c${i},${i === 0 ? 'no' : ''}`),
    'levels.csv': rows('class;level0;level1', 9, (i) => `c${i};${i % 4 === 0 ? '' : `g${i >> 1}`};A${i >> 2}`),
    'parents.tsv': rows('class\tparent path', 9, (i) => `c${i}\tT/A${i % 3}`),
    'edges.csv': `parent,child\n,T\n${['A', 'B', 'C'].map((name) => `T,${name}\n${name},${name}1\n${name},${name}2`).join('\n')}\n`,
  },
  async (path) => written(await readTaxonomy(path)),
);

const taxa = ofFiles(
  'taxonomy-names',
  {
    'taxon.csv': rows(
      'taxonID,parentNameUsageID,scientificName,taxonRank,taxonomicStatus,acceptedNameUsageID',
      8,
      (i) =>
        i === 7 ? '8,1,old,genus,synonym,3' : `${i + 1},${i === 0 ? '' : (i + 1) >> 1},taxon ${i},genus,accepted,`,
    ),
    'worms.json': JSON.stringify(
      ['a', 'b'].map((name) => ({
        AphiaID: 1,
        rank: 'Class',
        scientificname: 'T',
        child: { AphiaID: null, rank: 'Genus', scientificname: name, child: null },
      })),
      null,
      1,
    ),
    'tree.nwk': "((a,'b c'[x]:0.1)A,\n(c,d)'it''s')T;\n",
  },
  async (path) => written(await readTaxonomy(path)),
);

const nested = {
  name: 'T',
  children: [
    { name: 'A', children: ['x', { name: 'y', label: 'z' }] },
    { name: 'B', children: [{ name: 'p', biological: false }, 'q'] },
  ],
};
const taxonomyJson = ofFiles(
  'taxonomy-json',
  {
    'nested.json': JSON.stringify(nested, null, 1),
    'keys.json': '{"T": {"A": ["x", "y"], "B": {"p": null, "q": {}}}}',
  },
  async (path) => written(await readTaxonomy(path)),
);

/** What is read is written and read again: the same taxonomy. */
function written(taxonomy: Taxonomy): void {
  const leaves = (one: Taxonomy) =>
    one.classes.map((label) => [label, one.leafOf(label), one.nonBiological.has(label)]);
  for (const text of [toCsv(taxonomy), toJson(taxonomy)]) {
    const again = parseTaxonomy(text, { singleChild: 'keep' });
    if (isLeft(again))
      throw new Error(`written and refused: ${JSON.stringify(again.left).slice(0, 500)} ${text.slice(0, 500)}`);
    if (JSON.stringify(leaves(again.right)) !== JSON.stringify(leaves(taxonomy)))
      throw new Error(`written and read as another: ${text.slice(0, 500)}`);
  }
  drawTree(taxonomy);
}

const predictions = ofFiles(
  'predictions',
  {
    'labels.csv': rows('path,true,predicted', 12, (i) => `${i}.png,c${i % 3},c${i % 2}`),
    'shares.csv': rows('image,label,c0,c1,"c 2"', 12, (i) => `${i}.png,${['c0', 'c1', 'c 2'][i % 3]},0.5,0.25,0.25`),
  },
  async (path) => [
    await confusionFromPredictionFile(path),
    await confusionFromPredictionFile(path, { soft: true }).catch(() => undefined),
  ],
);

const confusion = ofFiles(
  'confusion',
  {
    'images.csv': 'images,a,b,c\na,3,1,0\nb,0,4,0\nc,1,1,2\n',
    'shares.tsv': 'shares\ta\tb\na\t0.75\t0.25\nb\t1e-1\t0.9\n',
  },
  async (path) => {
    const read = await readConfusion(path);
    const unit = read.unit === 'shares' ? 'shares' : 'images';
    const again = parseConfusion(confusionToCsv(read, unit));
    if (isLeft(again)) throw new Error(`written and refused: ${JSON.stringify(again.left).slice(0, 500)}`);
    if (again.right.classes.join('\0') !== read.classes.join('\0')) throw new Error('written with other classes');
  },
);

const config = ofFiles(
  'config',
  {
    'options.json': JSON.stringify(
      {
        images: 'i',
        out: 'o',
        taxonomy: 't',
        epochs: 3,
        rate: 0.1,
        classes: ['a', 'b'],
        split: '0.8/0.1/0.1',
        augment: false,
        trunk: 'own',
      },
      null,
      1,
    ),
  },
  (path) => resolveOptions(trainTreeCommand.options, { config: path }),
);

const study = ofFiles(
  'study-config',
  {
    'study.json': JSON.stringify(
      {
        images: 'i',
        taxonomy: 't',
        seeds: [1, 2],
        network: 'compact',
        training: { epochs: 3, optimiser: { kind: 'sgd', rate: 0.1 } },
        fractions: { train: 0.8, validation: 0.1, test: 0.1 },
        arms: [
          { name: 'flat', kind: 'flat' },
          { name: 'tree', kind: 'tree', headKind: 'path-sum', taxonomy: 'random' },
        ],
      },
      null,
      1,
    ),
  },
  async (path) => parseStudy(await readJsonObject(path, 'fields'), { needsImages: true }),
);

const features = ofFiles(
  'feature-table',
  {
    'features.csv': rows('path,area,mean', 9, (i) => `${i}.png,${i}.5,NaN`),
    'ecotaxa.tsv': `object_id\timg_file_name\tobject_area\tobject_mean\n[t]\t[t]\t[f]\t[f]\n${rows('a\ta.png\t1\t2', 6, (i) => `b${i}\t${i}.png\t1e${i}\t`)}`,
  },
  (path) => readFeatureTable(path),
);

const known = Taxonomy.fromLineages(
  ['a', 'b', 'c', 'd'].map((label, i) => ({ label, lineage: [i < 2 ? 'few' : 'many', label] })),
);
const classifier = { classes: known.classes, description: { kind: 'flat' } } as Pick<
  Classifier,
  'classes' | 'description'
>;
const noveltyRule = {
  ...{ format: 'cladenet-novelty', version: 1, method: 'siblings', threshold: 0.4 },
  probability: { intercept: 0.5, slope: 2 },
  chosenOn: {
    classes: ['e'],
    images: { known: 40, unseen: 10 },
    ...{ knownAccuracy: 0.5, exactParent: 0.25, detected: 0.5, auc: 0.7 },
  },
  lineages: known.lineages(),
};

const noveltyRules = ofFiles('novelty-rules', { 'rule.json': JSON.stringify(noveltyRule, null, 1) }, (path) =>
  readNoveltyRule(path, classifier),
);

const thresholds = ofFiles(
  'class-thresholds',
  {
    'thresholds.csv': rows('class,threshold,images', 9, (i) => `class ${i},${i === 8 ? 'never' : `0.${i}`},${i}`),
    'thresholds.tsv': rows('Class\tThreshold', 9, (i) => `class ${i}\t"0,${i}"`),
  },
  (path) =>
    readClassThresholds(
      path,
      Array.from({ length: 9 }, (_, i) => `class ${i}`),
    ),
);

const vocObject = (name: string, x: number) =>
  `<object>\n<name>${name}</name>\n<bndbox><xmin>${x}</xmin><ymin>2</ymin><xmax>${x + 9}</xmax><ymax>12</ymax></bndbox>\n</object>`;

const annotations = ofFiles(
  'annotations',
  {
    'coco.json': `{"images": [{"id": 1, "file_name": "a.png", "width": 50, "height": 40}],
"categories": [{"id": 3, "name": "krill"}],
"annotations": [${[2, 5, 9]
      .map(
        (x) =>
          `{"id": ${x}, "image_id": 1, "category_id": 3, "bbox": [${x}, 4, 7.5, 8], "score": 0.5,
"segmentation": ${x === 2 ? '{"size": [40, 50], "counts": "`5U1"}' : '[[1, 2, 9, 2, 9, 9]]'}, "attributes": {"occluded": true}}`,
      )
      .join(',\n')}]}\n`,
    'labelme.json': `{"imagePath": "a.png", "imageWidth": 50, "imageHeight": 40, "shapes": [
{"label": "a", "shape_type": "rectangle", "points": [[1, 2], [9, 12]]},
{"label": "b", "shape_type": "polygon", "points": [[1, 2], [9, 12], [4, 20]]}]}\n`,
    'voc.xml': `<?xml version="1.0"?>\n<annotation><filename>a.png</filename>
<size><width>50</width><height>40</height></size>\n${vocObject('krill', 3)}\n${vocObject('&amp;salp', 20)}\n</annotation>\n`,
    'cvat.xml': `<annotations><image id="0" name="a.png" width="50" height="40">
<box label="a" xtl="1" ytl="2" xbr="9" ybr="12" occluded="1"><attribute name="stage">adult</attribute></box>
<polygon label='b' points="1,2;9,2;9,12"/><!-- x --><![CDATA[y]]></image></annotations>\n`,
  },
  async (path) => formatCoco(await readAnnotations(path)),
);

export const textReaders: readonly Reader[] = [
  ...[
    images,
    labelTables,
    taxonomyTable,
    taxonomyJson,
    taxa,
    predictions,
    confusion,
    config,
    study,
    features,
    thresholds,
    noveltyRules,
    annotations,
  ],
];
