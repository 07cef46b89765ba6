/** Judges detections by what is really in the frames. */
import { indexTree, lowestCommonAncestor, type TreeIndex } from '../../decision/tree-index.js';
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import { mean } from '../../evaluation/mean.js';
import type { AnnotatedFrames, Annotation } from '../../formats/annotations/annotated-frames.js';
import { findNode } from '../../taxonomy/find-node.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { type AveragePrecision, averagePrecision, type JudgedFrame, meanPrecision } from './average-precision.js';
import { MOST_DETECTIONS, matchFrame } from './matching.js';
import { FOUND, foundOfPair, type PairRecall, pairRecall } from './pairs.js';

/** Options of {@link judgeDetections}. */
export interface JudgeOptions {
  /** A taxonomy of the categories, for judgements at each depth of it. Categories are its classes, or nodes by name or path. Default: none. */
  readonly taxonomy?: Taxonomy | undefined;
  /**
   * Detections below this score are left out of counts, pairs and the hierarchical metrics; average precision takes all.
   * Choose it on validation frames. Default 0.
   */
  readonly minScore?: number | undefined;
  /**
   * Detections of a frame that average precision takes, the surest first. Default 100, as COCO. With more organisms in a frame than that, take
   * more: those beyond cannot be found.
   */
  readonly maxDetections?: number | undefined;
}

/** Average precision of a category. */
export interface CategoryJudgement extends AveragePrecision {
  readonly category: string;
  /** Organisms in the frames, without crowds. */
  readonly organisms: number;
  /** Mean over all frames of the difference between organisms found and there. */
  readonly countError: number;
}

/** Average precision where both sides are lifted to their ancestors at one depth of the taxonomy. */
export interface DepthJudgement extends AveragePrecision {
  /** 0: the root, so every organism is in one category. */
  readonly depth: number;
  /** Categories at that depth that organisms are of. */
  readonly categories: number;
}

/** How far down the lineages of found organisms are right. */
export interface LineageJudgement {
  /** Organisms that are found at intersection over union 0.5, of whatever category. */
  readonly matched: number;
  /** Nodes shared / nodes of the detections. A detection of nothing shares none. */
  readonly precision: number;
  /** Nodes shared / nodes of the organisms. An organism that is not found shares none. */
  readonly recall: number;
  readonly f1: number;
  /** Mean height of the lowest common ancestor of organism and detection, over the matched ones; undefined without any. */
  readonly averageHierarchicalDistance: number | undefined;
}

/** What {@link judgeDetections} finds. */
export interface DetectionJudgement {
  readonly frames: number;
  /** Without crowds. */
  readonly organisms: number;
  readonly detections: number;
  /** Of a frame that average precision takes. */
  readonly maxDetections: number;
  /** Frames with more organisms than that. */
  readonly crowdedFrames: number;
  /** Whatever the categories. */
  readonly agnostic: AveragePrecision;
  /** The mean over the categories that organisms are of. */
  readonly perCategory: AveragePrecision;
  /** In the order of the truth's categories, those that organisms are of. */
  readonly categories: readonly CategoryJudgement[];
  /** From the root down; undefined without a taxonomy. */
  readonly depths: readonly DepthJudgement[] | undefined;
  /** Undefined without a taxonomy. */
  readonly lineages: LineageJudgement | undefined;
  readonly counts: {
    readonly minScore: number;
    /** Mean over the frames of the absolute difference between organisms found and there. */
    readonly error: number;
    /** The same within each category, averaged over those that organisms or detections are of. */
    readonly errorPerCategory: number;
    /** Detections a frame. */
    readonly boxes: number;
  };
  /** Frames of exactly two organisms; undefined where there is none. */
  readonly pairs:
    | {
        readonly all: PairRecall;
        readonly sameCategory: PairRecall | undefined;
        readonly differentCategories: PairRecall | undefined;
        /** By the attribute `overlap` of the organisms, rounded to tenths, where they have it. */
        readonly byOverlap: readonly (PairRecall & { readonly overlap: number })[];
      }
    | undefined;
}

/**
 * Judges detections as COCO does: average precision over intersections over unions from 0.5 to 0.95 and 101 recalls, of at most
 * 100 detections a frame (`maxDetections`), whatever the size. Agrees with pycocotools. Beyond that: by depth of a taxonomy, in counts, and by
 * how often both of two organisms are found.
 *
 * Frames are matched by their files, categories by their names.
 *
 * @param truth      what is in the frames
 * @param detections with a score each; of frames of `truth`. A frame without any found nothing
 * @throws CladenetError USAGE for a `maxDetections` that is not valid; EVALUATION with every problem: frames that `truth` lacks, frames of another size, detections without a score, no
 *   frames, categories that the taxonomy lacks
 */
export function judgeDetections(
  truth: AnnotatedFrames,
  detections: AnnotatedFrames,
  { taxonomy, minScore = 0, maxDetections = MOST_DETECTIONS }: JudgeOptions = {},
): DetectionJudgement {
  if (!(Number.isInteger(maxDetections) && maxDetections >= 1)) {
    const expected = 'a whole number of at least 1';
    throw new CladenetError('USAGE', 'The detections cannot be judged like that.', [
      { where: 'maxDetections', expected, received: String(maxDetections) },
    ]);
  }
  const categories = [...new Set([...truth.categories, ...detections.categories])];
  const frames = framesOf(truth, detections, categories);
  const tree = taxonomy === undefined ? undefined : nodesOfCategories(taxonomy, categories);
  const judgedCategories = categories.flatMap((category, number) => {
    const judged = averagePrecision(
      ofCategory(frames, (one) => one === number),
      maxDetections,
    );
    if (judged === undefined) return [];
    const organisms = frames.reduce((sum, { truths }) => sum + countOf(truths, number), 0);
    return [{ category, organisms, ...judged, countError: countError(frames, minScore, number) }];
  });
  const agnostic = averagePrecision(inCategoryOrder(frames), maxDetections) ?? meanPrecision([]);
  const counted = categories.flatMap((_, number) =>
    frames.some(({ truths, detections: found }) => countOf(truths, number) + countOf(found, number) > 0)
      ? [countError(frames, minScore, number)]
      : [],
  );
  const boxes = frames.map(({ detections: found }) => found.filter(({ score }) => score >= minScore).length);
  return {
    frames: frames.length,
    organisms: frames.reduce((sum, { truths }) => sum + truths.filter(({ isCrowd }) => !isCrowd).length, 0),
    detections: detections.annotations.length,
    maxDetections,
    crowdedFrames: frames.filter(({ truths }) => truths.filter(({ isCrowd }) => !isCrowd).length > maxDetections)
      .length,
    agnostic,
    perCategory: meanPrecision(judgedCategories),
    categories: judgedCategories,
    depths: tree && depthsOf(frames, tree, maxDetections),
    lineages: tree && lineagesOf(frames, tree, minScore),
    counts: {
      minScore,
      error: countError(frames, minScore),
      errorPerCategory: mean(counted),
      boxes: mean(boxes),
    },
    pairs: pairsOf(frames, minScore),
  };
}

interface Truth {
  readonly box: Annotation['box'];
  readonly category: number;
  readonly isCrowd: boolean;
  readonly overlap: number | undefined;
}

interface Found {
  readonly box: Annotation['box'];
  readonly category: number;
  readonly score: number;
}

interface CategorisedFrame {
  readonly truths: readonly Truth[];
  readonly detections: readonly Found[];
}

/** What to do about files of the same frame that are relative to different folders. */
function sameEnding(file: string, files: readonly string[]): string | undefined {
  const same = files.find((other) => file.endsWith(`/${other}`) || other.endsWith(`/${file}`));
  if (same === undefined) return undefined;
  return `The truth has ${same}. Detect in the folder that the files of the truth are relative to.`;
}

function framesOf(
  truth: AnnotatedFrames,
  detections: AnnotatedFrames,
  categories: readonly string[],
): readonly CategorisedFrame[] {
  const problems: Problem[] = [];
  const numbers = new Map(truth.frames.map(({ file }, i) => [file, i]));
  if (numbers.size === 0) problems.push({ where: 'truth', expected: 'at least one frame', received: 'none' });
  const frameOf = detections.frames.map(({ file, width, height }) => {
    const number = numbers.get(file);
    const real = truth.frames[number ?? -1];
    if (real === undefined) {
      const remedy = sameEnding(file, [...numbers.keys()]) ?? didYouMean(file, numbers.keys());
      problems.push({
        where: `detections in ${file}`,
        expected: 'a frame of the truth',
        received: 'another one',
        remedy,
      });
    } else if (real.width !== width || real.height !== height) {
      const expected = `a frame of ${real.width} x ${real.height}, as in the truth`;
      problems.push({ where: `detections in ${file}`, expected, received: `${width} x ${height}` });
    }
    return number;
  });
  const categoryOf = new Map(categories.map((name, i) => [name, i]));
  const numbered = ({ categories: names }: AnnotatedFrames) => names.map((name) => categoryOf.get(name) ?? -1);
  const [real, found] = [numbered(truth), numbered(detections)];
  const frames = truth.frames.map(() => ({ truths: [] as Truth[], detections: [] as Found[] }));
  for (const { frame, category, box, isCrowd = false, attributes } of truth.annotations) {
    const overlap = attributes?.overlap;
    frames[frame]?.truths.push({
      ...{ box, isCrowd, category: real[category] ?? -1 },
      overlap: typeof overlap === 'number' ? overlap : undefined,
    });
  }
  let without = 0;
  for (const { frame, category, box, score } of detections.annotations) {
    if (score === undefined) without++;
    frames[frameOf[frame] ?? -1]?.detections.push({ box, category: found[category] ?? -1, score: score ?? 0 });
  }
  if (without > 0) {
    problems.push({ where: 'detections', expected: 'a score of each', received: `${without} without one` });
  }
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The detections cannot be judged.', problems);
  return frames;
}

const ofCategory = (frames: readonly CategorisedFrame[], isOf: (category: number) => boolean): JudgedFrame[] =>
  frames.map(({ truths, detections }) => ({
    truths: truths.filter(({ category }) => isOf(category)),
    detections: detections.filter(({ category }) => isOf(category)),
  }));

/** Of equal scores, the earlier category comes first. */
const inCategoryOrder = (frames: readonly CategorisedFrame[]): JudgedFrame[] =>
  frames.map(({ truths, detections }) => ({
    truths: truths.toSorted((a, b) => a.category - b.category),
    detections: detections.toSorted((a, b) => a.category - b.category),
  }));

const countOf = (items: readonly { readonly category: number; readonly isCrowd?: boolean }[], number: number) =>
  items.filter(({ category, isCrowd }) => category === number && isCrowd !== true).length;

/** Detections in crowds do not count. */
function countError(frames: readonly CategorisedFrame[], minScore: number, number?: number): number {
  return mean(
    frames.map(({ truths, detections }) => {
      const isOf = ({ category }: { readonly category: number }) => number === undefined || category === number;
      const real = truths.filter(isOf);
      const found = detections.filter((one) => isOf(one) && one.score >= minScore);
      const crowded = real.some(({ isCrowd }) => isCrowd)
        ? (matchFrame(real, found, [FOUND]).at[0]?.ignored.reduce((sum, one) => sum + one, 0) ?? 0)
        : 0;
      return Math.abs(found.length - crowded - real.filter(({ isCrowd }) => !isCrowd).length);
    }),
  );
}

/** The tree, and the node of each category. */
interface CategoryTree {
  readonly index: TreeIndex;
  readonly nodes: readonly number[];
}

function nodesOfCategories(taxonomy: Taxonomy, categories: readonly string[]): CategoryTree {
  const index = indexTree(taxonomy, taxonomy.classes);
  const positions = new Map(index.paths.map((path, v) => [path, v]));
  const classes = new Set(taxonomy.classes);
  const problems: Problem[] = [];
  const nodes = categories.map((name) => {
    try {
      const path = classes.has(name) ? taxonomy.leafOf(name) : findNode(taxonomy, name).path;
      return positions.get(path) ?? 0;
    } catch (error) {
      if (!(error instanceof CladenetError)) throw error;
      for (const problem of error.problems) problems.push({ ...problem, where: `category ${name}` });
      return 0;
    }
  });
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The taxonomy lacks categories.', problems);
  return { index, nodes };
}

function depthsOf(frames: readonly CategorisedFrame[], { index, nodes }: CategoryTree, most: number): DepthJudgement[] {
  const deepest = index.height[0] ?? 0;
  return Array.from({ length: deepest + 1 }, (_, depth) => {
    const lifted = nodes.map((node) => {
      let at = node;
      while ((index.depth[at] ?? 0) > depth) at = index.parent[at] ?? 0;
      return at;
    });
    const judged = [...new Set(lifted)].map((node) =>
      averagePrecision(
        ofCategory(frames, (category) => lifted[category] === node),
        most,
      ),
    );
    const known = judged.filter((one) => one !== undefined);
    return { depth, categories: known.length, ...meanPrecision(known) };
  });
}

function lineagesOf(
  frames: readonly CategorisedFrame[],
  { index, nodes }: CategoryTree,
  minScore: number,
): LineageJudgement {
  const depthOf = (category: number) => index.depth[nodes[category] ?? 0] ?? 0;
  let [shared, predicted, real] = [0, 0, 0];
  const heights: number[] = [];
  for (const { truths, detections } of frames) {
    const found = detections.filter(({ score }) => score >= minScore);
    const { order, at } = matchFrame(truths, found, [FOUND]);
    for (const truth of truths) if (!truth.isCrowd) real += depthOf(truth.category);
    for (const [place, d] of order.entries()) {
      if (at[0]?.ignored[place] === 1) continue;
      const detection = found[d];
      const truth = truths[at[0]?.truth[place] ?? -1];
      if (detection === undefined) continue;
      predicted += depthOf(detection.category);
      if (truth === undefined) continue;
      const common = lowestCommonAncestor(index, nodes[truth.category] ?? 0, nodes[detection.category] ?? 0);
      shared += index.depth[common] ?? 0;
      heights.push(truth.category === detection.category ? 0 : (index.height[common] ?? 0));
    }
  }
  return {
    matched: heights.length,
    precision: shared / predicted,
    recall: shared / real,
    f1: (2 * shared) / (predicted + real),
    averageHierarchicalDistance: heights.length === 0 ? undefined : mean(heights),
  };
}

function pairsOf(frames: readonly CategorisedFrame[], minScore: number): DetectionJudgement['pairs'] {
  const pairs = frames.flatMap(({ truths, detections }) => {
    const [a, b, ...more] = truths;
    if (a === undefined || b === undefined || more.length > 0 || a.isCrowd || b.isCrowd) return [];
    const emitted = detections.filter(({ score }) => score >= minScore);
    const overlap = a.overlap === undefined ? undefined : Math.round(a.overlap * 10) / 10;
    const isSame = a.category === b.category;
    return [{ found: foundOfPair([a, b], emitted), boxes: emitted.length, overlap, isSame }];
  });
  const all = pairRecall(pairs);
  if (all === undefined) return undefined;
  const levels = [...new Set(pairs.flatMap(({ overlap }) => overlap ?? []))].sort((a, b) => a - b);
  return {
    all,
    sameCategory: pairRecall(pairs.filter(({ isSame }) => isSame)),
    differentCategories: pairRecall(pairs.filter(({ isSame }) => !isSame)),
    byOverlap: levels.flatMap((level) => {
      const recall = pairRecall(pairs.filter(({ overlap }) => overlap === level));
      return recall === undefined ? [] : [{ overlap: level, ...recall }];
    }),
  };
}
