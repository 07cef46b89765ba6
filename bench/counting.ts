/**
 * How well counts of a classifier are adjusted for its errors when the shares of the classes shift: samples of a classifier's test
 * images, of each class a random share, counted by two methods: from the probabilities of all images (`countScores`), and from the
 * decisions and a confusion matrix (`adjustCounts`), both with what is known from its validation images.
 *
 *     npx tsx bench/counting.ts MODEL IMAGES OUT [simulations] [draws] [designs] [first]     200, 100, own,anew,more,exact, 0
 *
 * OUT is a folder. `predictions.json` in it are the predictions, which a second call reads; `counts-DESIGNS-FIRST.json` the figures of
 * the simulations from number FIRST on, so that several processes can share them; `counts.png` one sample. The designs: `own` keeps the
 * classifier's validation and test images apart, `anew` divides all of them at random for each simulation, `more` takes three quarters of
 * them as known images and a quarter for the sample. `exact` takes the confusion matrix of the test images themselves (in a fifth of the
 * simulations): what a matrix without noise would give.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgedImages } from '../src/classifier/judging/judged-images.js';
import { confusionMatrix } from '../src/evaluation/confusion-matrix.js';
import { type AdjustedCounts, adjustCounts } from '../src/evaluation/counting/adjust-counts.js';
import { countScores, type KnownScores, knownScores } from '../src/evaluation/counting/count-scores.js';
import { loadClassifier, openImages, Taxonomy } from '../src/index.js';
import { random } from '../src/random.js';
import { countFigure } from '../src/report/figures/count-figure.js';
import { writeFigure } from '../src/report/figures/write-figure.js';
import type { Lineage } from '../src/taxonomy/taxonomy.js';

const [model, folder, out, simulations = '200', draws = '100', designs = 'own,anew,more,exact', first = '0'] =
  process.argv.slice(2);
if (out === undefined || model === undefined || folder === undefined) {
  throw new Error('usage: counting.ts MODEL IMAGES OUT [simulations] [draws] [designs] [first]');
}
/** Classes of at least as many test images are judged apart. */
const LARGE = 30;

interface Decided {
  readonly labels: readonly number[];
  readonly decisions: readonly number[];
  /** 32-bit floats in base64, images x classes. */
  readonly probabilities: string;
}
interface Stored {
  readonly classes: readonly string[];
  readonly lineages: readonly Lineage[] | null;
  readonly validation: Decided;
  readonly test: Decided;
}

async function predicted(file: string): Promise<Stored> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Stored;
  const classifier = await loadClassifier(model ?? '');
  const images = await openImages(folder ?? '', classifier.description.preprocessing);
  const decide = async (on: 'validation' | 'test'): Promise<Decided> => {
    const found = await classifier.classify(judgedImages(classifier, images, on).images);
    const bytes = Buffer.from(
      found.probabilities.buffer,
      found.probabilities.byteOffset,
      found.probabilities.byteLength,
    );
    return { labels: [...found.labels], decisions: [...found.decisions], probabilities: bytes.toString('base64') };
  };
  const lineages = classifier.taxonomy?.lineages() ?? null;
  const stored = {
    classes: classifier.classes,
    lineages,
    validation: await decide('validation'),
    test: await decide('test'),
  };
  classifier.dispose();
  writeFileSync(file, JSON.stringify(stored));
  return stored;
}

mkdirSync(out, { recursive: true });
const { classes, lineages, validation, test } = await predicted(join(out, 'predictions.json'));
const taxonomy = lineages === null ? undefined : Taxonomy.fromLineages(lineages, { singleChild: 'keep' });
const labels = [...validation.labels, ...test.labels];
const decisions = [...validation.decisions, ...test.decisions];
const own = labels.map((_, i) => i < validation.labels.length);
const k = classes.length;
const probabilities = new Float32Array(labels.length * k);
let filled = 0;
for (const { probabilities: text } of [validation, test]) {
  const bytes = Buffer.from(text, 'base64');
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  probabilities.set(values, filled);
  filled += values.length;
}
/** The rows of some images. */
function predictionsOf(indices: readonly number[]) {
  const rows = new Float32Array(indices.length * k);
  indices.forEach((i, at) => {
    rows.set(probabilities.subarray(i * k, (i + 1) * k), at * k);
  });
  const pick = (of: readonly number[]) => Int32Array.from(indices, (i) => of[i] as number);
  return { classes, probabilities: rows, labels: pick(labels), decisions: pick(decisions) };
}

/** Sums over the classes, or nodes, of all simulations. */
class Score {
  #counts = 0;
  #covered = 0;
  #raw = 0;
  #adjusted = 0;
  add(
    truth: number,
    { raw, adjusted, ci95: [low, high] }: { raw: number; adjusted: number; ci95: readonly [number, number] },
  ) {
    this.#counts++;
    if (low <= truth && truth <= high) this.#covered++;
    this.#raw += Math.abs(raw - truth);
    this.#adjusted += Math.abs(adjusted - truth);
  }
  result(n: number) {
    const counts = this.#counts;
    return {
      counts,
      coverage: this.#covered / counts,
      raw: this.#raw / n,
      adjusted: this.#adjusted / n,
      ratio: this.#adjusted / this.#raw,
    };
  }
}

const tally = (indices: readonly number[], of: readonly number[]) => {
  const counts = new Float64Array(classes.length);
  for (const i of indices) counts[of[i] as number] = (counts[of[i] as number] as number) + 1;
  return counts;
};

const results: Record<string, Record<string, ReturnType<Score['result']>>> = {};
for (const design of designs.split(',')) {
  const scores = new Map<string, Score>();
  const score = (name: string) => {
    const known = scores.get(name) ?? new Score();
    scores.set(name, known);
    return known;
  };
  // Of known images that are always the same.
  let fitted: KnownScores | undefined;
  // What a matrix without noise gives is clear from fewer.
  const runs = design === 'exact' ? Math.ceil(Number(simulations) / 5) : Number(simulations);
  for (let s = Number(first); s < Number(first) + runs; s++) {
    const draw = random(s, 'counting', design);
    const shareKnown = design === 'more' ? 0.75 : 0.5;
    const isDivided = design === 'anew' || design === 'more';
    const isKnown = isDivided ? own.map(() => draw.uniform() < shareKnown) : own;
    const all = [...labels.keys()];
    const others = all.filter((i) => !isKnown[i]);
    const known = predictionsOf(design === 'exact' ? others : all.filter((i) => isKnown[i]));
    const matrix = confusionMatrix(classes, known.labels, known.decisions);
    const kept = Float64Array.from(classes, () => draw.uniform());
    const sample = others.filter((i) => draw.uniform() < (kept[labels[i] as number] as number));
    const [truth, raw, available] = [tally(sample, labels), tally(sample, decisions), tally(others, labels)];
    const options = { taxonomy, seed: s, draws: Number(draws) };
    const counted: [string, AdjustedCounts][] = [['matrix', adjustCounts(raw, matrix, options)]];
    if (design !== 'exact') {
      if (isDivided) fitted = undefined;
      fitted ??= knownScores(known);
      counted.push(['scores', countScores(predictionsOf(sample), fitted, options)]);
    }
    for (const [method, counts] of counted) {
      counts.classes.forEach((count, i) => {
        const name = (available[i] as number) >= LARGE ? `classes of ${LARGE} images` : `classes of fewer`;
        score(`${method}: ${name}`).add(truth[i] as number, count);
      });
      for (const count of counts.nodes ?? []) {
        const { label, depth } = taxonomy?.node(count.path) ?? {};
        if (label !== undefined || taxonomy === undefined) continue;
        const below = taxonomy
          .classesBelow(count.path)
          .reduce((sum, name) => sum + (truth[classes.indexOf(name)] as number), 0);
        if (depth !== 0) score(`${method}: inner nodes at depth ${depth}`).add(below, count);
      }
      for (const { kind } of counts.doubts) {
        score(`${method}: doubt ${kind}`).add(0, { raw: 1, adjusted: 1, ci95: [0, 0] });
      }
    }
    const counts = counted.at(-1)?.[1] as AdjustedCounts;
    if (s === 0 && design === 'own') {
      const rows = counts.classes.map((count, i) => ({ truth: truth[i] as number, ...count }));
      const subtitle = `${sample.length} test images of ${classes.length} classes, of each class a random share`;
      await writeFigure(
        await countFigure(
          rows.filter(({ truth, raw }) => truth + raw > 0),
          { title: 'Counts with shifted shares', subtitle },
        ),
        join(out, 'counts.png'),
      );
    }
  }
  results[design] = Object.fromEntries([...scores].sort().map(([name, one]) => [name, one.result(runs)]));
  for (const [name, { counts, coverage, raw, adjusted, ratio }] of Object.entries(results[design] ?? {})) {
    const error = `error ${raw.toFixed(1)} raw, ${adjusted.toFixed(1)} adjusted (${ratio.toFixed(2)})`;
    console.log(
      design.padEnd(6),
      name.padEnd(34),
      name.includes('doubt') ? `${counts} samples` : `coverage ${(100 * coverage).toFixed(1)} %, ${error}`,
    );
  }
}
writeFileSync(
  join(out, `counts-${designs.replaceAll(',', '-')}-${first}.json`),
  `${JSON.stringify(results, undefined, 1)}\n`,
);
