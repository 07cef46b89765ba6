/**
 * The three questions that the report asked of its network, on six classes balanced to 1,000 images each by augmentation:
 * what is the effect of more epochs, of another batch size, and of fewer images?
 *
 *     npx tsx examples/report-experiments.ts IMAGES --out FOLDER
 *
 * takes three to four hours on two cores; docs/results.md has its results. A trial of about a minute, on two of the
 * demo's organisms,
 *
 *     npx tsx examples/report-experiments.ts demo-output/organisms/images --out FOLDER \
 *       --classes Pilula_crinita,Stellax_densa --per-class 60 --few 10 --epochs 1
 *
 * learns next to nothing and prints how many images there are of each class, and
 *
 *     |  | epochs | updates | training | validation | best epoch | its test accuracy | report |
 *     | --- | --- | --- | --- | --- | --- | --- | --- |
 *     | batch 70 | 1 | 2 | 48.6 % | 50.0 % | 1 | 50.0 ± 21.9 % |  |
 *     | 20 images | 1 | 1 | 52.9 % | 50.0 % | 1 | 50.0 ± 21.9 % |  |
 *     | batch 100 | 1 | 2 | 49.0 % | 50.0 % | 1 | 50.0 ± 21.9 % |  |
 *     | batch 30 | 1 | 4 | 50.0 % | 50.0 % | 1 | 50.0 ± 21.9 % |  |
 *     | batch 10 | 1 | 12 | 45.0 % | 50.0 % | 1 | 50.0 ± 21.9 % |  |
 *
 * The report does not name its six classes. By default they are six of the plankton set that have many images and are
 * not alike. The report does not describe its split either; here the images are split first. The validation and test sets get
 * a fifth each, of real images, as many of every class as of the smallest, so guessing gives one in six. Only the training
 * set is balanced, once, and the network sees the same images in every epoch. The small set is a part of the large one. Copies
 * are rotated, mirrored, shifted, sheared and scaled, but get none of the report's noise. Real images have none, and classes
 * differ in how many copies they need, so noise would give the class away in training and mislead on real images.
 *
 * Everything except batch, epochs and images is as in the report's preset: SGD with Nesterov momentum, a rate of 0.003 that is
 * halved every 20 epochs. Such a rate does not depend on how many epochs are to come. So one training of 50 epochs also
 * gives the results of 5 and 20, and nothing is trained twice.
 *
 * `--control` adds a training on the small set in which each image is used several times an epoch: as many updates as with the
 * large set, at the same rates. What it still lacks is due to fewer distinct images, not to less training.
 *
 * FOLDER gets a figure of the learning curves of each training, two figures of several trainings together, and `results.json`.
 * The same command resumes after the last finished epoch; trainings with other settings do not interfere.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  balanceByAugmentation,
  CladenetError,
  checkpointFolder,
  type EpochRecord,
  learningCurves,
  listImages,
  loadImages,
  prepareData,
  preprocessingFor,
  presets,
  selectClasses,
  type TestScore,
  type TrainingData,
  trainFlat,
  VERSION,
  writeFigure,
} from 'cladenet';

const SIX = [
  'acantharia_protist',
  'appendicularian_s_shape',
  'chaetognath_other',
  'copepod_cyclopoid_oithona_eggs',
  'hydromedusae_solmaris',
  'trichodesmium_puff',
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'report-experiments' },
    classes: { type: 'string', default: SIX.join(',') },
    'per-class': { type: 'string', default: '1000' },
    few: { type: 'string', default: '100' },
    epochs: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    control: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  const problem = { where: 'IMAGES', expected: 'a folder of class folders', received: 'nothing' };
  throw new CladenetError('USAGE', 'An argument is required.', [problem]);
}
const { out } = values;
const [perClass, few] = [whole('per-class'), whole('few')];
const [epochs, seed] = [whole('epochs'), whole('seed')];

/** One training, evaluated on the test images after several numbers of epochs. */
interface Run {
  readonly name: string;
  readonly batch: number;
  readonly data: TrainingData;
  /** Training images of each class in an epoch; 0 uses all images once. */
  readonly balance: number;
  /** Number of epochs -> the accuracy that the report gives. */
  readonly report: Readonly<Record<number, number>>;
}

interface Stage {
  readonly epochs: number;
  readonly updates: number;
  /** Accuracy during the last epoch, with dropout. */
  readonly training: number;
  /** After the last epoch. */
  readonly validation: number | null;
  /** The epoch of the best validation accuracy so far. Its weights classify the test images. */
  readonly bestEpoch: number;
  readonly test: TestScore | null;
  readonly report: number | null;
}

interface Result {
  readonly name: string;
  readonly batch: number;
  readonly images: number;
  readonly seconds: number;
  readonly stages: readonly Stage[];
  readonly history: readonly EpochRecord[];
}

const listing = selectClasses(await listImages(folder), values.classes.split(','));
const { images } = await loadImages(listing, preprocessingFor(presets.report));
const drawn = prepareData(images, { seed, fractions: { train: 0.6, validation: 0.2, test: 0.2 } });
const { train, validation, test } = drawn.split;
const data = { ...drawn, split: { ...drawn.split, validation: evenly(validation), test: evenly(test) } };
const balanced = (n: number) => balanceByAugmentation(data, { perClass: n, seed });
const [large, small] = [balanced(perClass), balanced(few)];

const table = images.classes.map((name, label) => {
  const of = (subset: Int32Array) => subset.filter((image) => large.truth.labels[image] === label).length;
  const real = of(large.split.train.filter((image) => image < images.count));
  const own = { images: of(train) + of(validation) + of(test), trained: of(large.split.train), real };
  return { class: name, ...own, validation: of(data.split.validation), test: of(data.split.test) };
});
console.table(table);

const imagesIn = ({ split }: TrainingData) => `${split.train.length.toLocaleString('en')} images`;
const batch = (size: number, report: Run['report']): Run => ({
  name: `batch ${size}`,
  batch: size,
  data: large,
  balance: 0,
  report,
});
const fewer = { name: imagesIn(small), batch: 70, data: small, balance: 0, report: { 50: 0.41 } };
const control = { ...fewer, name: `${fewer.name}, as many updates`, balance: perClass, report: {} };
const runs: readonly Run[] = [
  batch(70, { 5: 0.17, 50: 0.87 }),
  fewer,
  batch(100, { 20: 0.58, 50: 0.81 }),
  batch(30, { 50: 0.91 }),
  batch(10, { 50: 0.85 }),
  ...(values.control ? [control] : []),
];

await mkdir(out, { recursive: true });
const results: Result[] = [];
for (const run of runs) {
  results.push(await resultOf(run));
  await publish();
}
print();

/** The result of a run: what its file holds already, and the rest trained from its last epoch. */
async function resultOf({ name, batch, data, balance, report }: Run): Promise<Result> {
  const seen = [
    data.prints,
    ...[data.split.train, data.split.validation, data.split.test].map((subset) => [...subset]),
  ];
  const settings = { network: 'report', epochs, batch, balance, seed, images: digest(seen) } as const;
  // The name depends on all settings, so that a training with other settings is another file.
  const path = join(out, `${name.replace(/\W+/g, '-')}-${digest(settings).slice(0, 8)}`);
  const checkpoint = checkpointFolder(`${path}.partial`, settings);
  const text = await readFile(`${path}.json`, 'utf8').catch(() => undefined);
  let result: Result =
    text === undefined
      ? { name, batch, images: data.split.train.length, seconds: 0, stages: [], history: [] }
      : JSON.parse(text);
  const milestones = new Set([5, 20, epochs].filter((milestone) => milestone <= epochs));
  for (const milestone of milestones) {
    if (result.stages.some((stage) => stage.epochs === milestone)) continue;
    const flat = await trainFlat(data, {
      network: 'report',
      training: { epochs: milestone, batch, balance, seed, augmentation: null },
      hooks: { checkpoint, onEpoch: (record) => console.error(progress(name, record)) },
    });
    const { history, description } = flat;
    const last = history.at(-1);
    const perEpoch = balance === 0 ? data.split.train.length : balance * data.truth.classes.length;
    const stage: Stage = {
      epochs: milestone,
      updates: milestone * Math.ceil(perEpoch / batch),
      training: last?.accuracy ?? 0,
      validation: last?.validationAccuracy ?? null,
      bestEpoch: description.summary.best.epoch,
      test: description.test,
      report: report[milestone] ?? null,
    };
    result = { ...result, seconds: description.summary.seconds, stages: [...result.stages, stage], history };
    await writeFigure(await curves([result], name), `${path}.png`);
    if (milestone === epochs) await flat.save(path);
    await writeJson(`${path}.json`, { ...result, settings });
  }
  await checkpoint.clear();
  return result;
}

/** Figures of several trainings together, and all numbers. */
async function publish(): Promise<void> {
  const named = (...names: string[]) => results.filter(({ name }) => names.includes(name));
  const sizes = named('batch 10', 'batch 30', 'batch 70', 'batch 100').toSorted((a, b) => a.batch - b.batch);
  await writeFigure(await curves(sizes, `Batch size, ${imagesIn(large)}`), join(out, 'batch-size.png'));
  const [all] = named('batch 70');
  const sets = [...(all ? [{ ...all, name: imagesIn(large) }] : []), ...named(fewer.name, control.name)];
  await writeFigure(await curves(sets, 'Number of training images, batch 70'), join(out, 'images.png'));
  await writeJson(join(out, 'results.json'), { cladenet: VERSION, seed, perClass, few, classes: table, results });
}

/** A table in Markdown. */
function print(): void {
  const percent = (share: number | null | undefined) => (share == null ? '' : `${(100 * share).toFixed(1)} %`);
  const line = (cells: readonly unknown[]) => console.log(`| ${cells.join(' | ')} |`);
  const heads = ['', 'epochs', 'updates', 'training', 'validation', 'best epoch', 'its test accuracy', 'report'];
  line(heads);
  line(heads.map(() => '---'));
  for (const { name, stages } of results) {
    for (const { epochs, updates, training, validation, bestEpoch, test, report } of stages) {
      // Half of a 95 % interval over test images; it does not cover another seed.
      const half = test === null ? 0 : 1.96 * Math.sqrt((test.accuracy * (1 - test.accuracy)) / test.images);
      const tested = test === null ? '' : `${(100 * test.accuracy).toFixed(1)} ± ${percent(half)}`;
      line([name, epochs, updates, percent(training), percent(validation), bestEpoch, tested, percent(report)]);
    }
  }
}

function curves(results: readonly Result[], title: string): Promise<string> {
  return learningCurves(
    results.map(({ name, history }) => ({ name, epochs: history })),
    { title },
  );
}

/** As many images of each class as there are of the smallest: the first by fingerprint, an order independent of the images. */
function evenly(subset: Int32Array): Int32Array {
  const print = (image: number) => drawn.prints[image] ?? '';
  const members = images.classes.map((_, label) =>
    Array.from(subset.filter((image) => drawn.truth.labels[image] === label)).sort((a, b) =>
      print(a) < print(b) ? -1 : 1,
    ),
  );
  const least = Math.min(...members.map(({ length }) => length));
  return Int32Array.from(members.flatMap((own) => own.slice(0, least))).sort();
}

function progress(name: string, { epoch, loss, accuracy, validationAccuracy, seconds }: EpochRecord): string {
  const shares = [accuracy, validationAccuracy ?? 0].map((share) => `${(100 * share).toFixed(1)} %`);
  return `${name}: epoch ${epoch}, loss ${loss.toFixed(3)}, training ${shares.join(', validation ')}, ${Math.round(seconds)} s`;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path}.tmp`, path);
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function whole(option: 'per-class' | 'few' | 'epochs' | 'seed'): number {
  const value = Number(values[option]);
  if (Number.isInteger(value) && value >= 1) return value;
  const problem = { where: `--${option}`, expected: 'a whole number of at least 1', received: values[option] };
  throw new CladenetError('USAGE', 'An option is not valid.', [problem]);
}
