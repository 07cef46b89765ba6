/** How well images of classes that a classifier has never seen are placed in the tree, against what that costs known ones. */
import {
  forEachNoveltyDescent,
  methodProblems,
  type NewChildProbabilities,
  type NoveltyMethodName,
} from '../../decision/novelty/methods.js';
import type { Probabilities } from '../../decision/probabilities.js';
import { classProblems, indexTree, lowestCommonAncestor, type TreeIndex } from '../../decision/tree-index.js';
import type { Problem } from '../../errors.js';
import { suggester } from '../../taxonomy/findings.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { type Predictions, predictionProblems, refuse } from '../predictions.js';
import { areaUnderRoc } from './roc.js';

/** Images of classes that the classifier was not trained on. */
export interface UnseenImages {
  /** Images × the known classes, row-major. */
  readonly probabilities: Probabilities;
  /** For each image the path, in the tree of the known classes, of the node that its class would be a child of. */
  readonly parents: readonly string[];
  /** What heads that were trained with new children give for these images. */
  readonly newChildren?: NewChildProbabilities | undefined;
}

/** Images of known classes that the classifier was not trained on. */
export interface KnownImages extends Predictions {
  /** What heads that were trained with new children give for these images. */
  readonly newChildren?: NewChildProbabilities | undefined;
}

/** Options of {@link noveltyCurve}. */
export interface NoveltyCurveOptions {
  /** The tree of the known classes. */
  readonly taxonomy: Taxonomy;
  /** How a new child is recognised: see `decideNovelty`. Default `probability`. */
  readonly method?: NoveltyMethodName | undefined;
  /**
   * The tree that is decided in, where that is another one over the same classes, such as a random tree as a control. What is
   * decided on there counts as the lowest node of `taxonomy` with all its classes. Default: `taxonomy`.
   */
  readonly decideIn?: Taxonomy | undefined;
}

/** All decisions at one threshold. Shares are 0..1. */
export interface NoveltyPoint {
  readonly threshold: number;
  /** Share of the known images that are decided on their class. */
  readonly knownAccuracy: number;
  /** Share of the unseen images that are decided on a new child of their true parent. */
  readonly exactParent: number;
  /** Share of the unseen images that are decided on a new child of any node. */
  readonly detected: number;
  /** Average hierarchical distance of the unseen images: mean number of edges between the decided node and the true parent. */
  readonly unseenDistance: number;
}

/** Plain JSON. */
export interface NoveltyCurve {
  readonly known: number;
  readonly unseen: number;
  /** From a threshold at which every image is new to the one at which none is. */
  readonly points: readonly NoveltyPoint[];
  /** Area under the ROC curve of telling unseen images from known ones by `novelty`: 0.5 is chance. */
  readonly auc: number;
  /** Area under `exactParent` over `knownAccuracy`, from a known accuracy of 0 to the largest: higher is better. */
  readonly area: number;
}

/**
 * What each threshold of `decideNovelty` gives on known and on unseen images.
 *
 * Known against novel accuracy: Lee, Lee, Min, Zhang, Shin & Lee, "Hierarchical novelty detection for visual object
 * recognition", CVPR 2018. Distances: Wallin, Kahl & Hammarstrand, "ProHOC", CVPR 2025.
 * @param known  images of known classes that the classifier was not trained on
 * @param unseen images of classes that it was not trained on
 * @throws CladenetError `EVALUATION` listing everything wrong with the input: no image of either kind, parents that are no
 *   inner nodes, parents with fewer than two known children
 */
export function noveltyCurve(known: KnownImages, unseen: UnseenImages, options: NoveltyCurveOptions): NoveltyCurve {
  const { taxonomy, method = 'probability', decideIn = taxonomy } = options;
  const { classes, labels } = known;
  const zeros = new Int32Array(unseen.parents.length);
  refuse([
    ...predictionProblems(known, { taxonomy, at: 'known.' }),
    ...unseenProblems(unseen, { classes, taxonomy }),
    ...predictionProblems({ classes, probabilities: unseen.probabilities, labels: zeros }, { at: 'unseen.' }).map(
      (problem) => ({ ...problem, where: problem.where.replace('unseen.labels', 'unseen.parents') }),
    ),
    ...(decideIn === taxonomy ? [] : classProblems(classes, decideIn)),
    ...methodProblems('method', method, known.newChildren && unseen.newChildren),
  ]);
  const tree = indexTree(taxonomy, classes);
  const decided = indexTree(decideIn, classes);
  const counterpart = counterparts(decided, tree);
  const path = new Map(tree.paths.map((name, v) => [name, v]));
  const parents = Int32Array.from(unseen.parents, (name) => path.get(name) ?? 0);
  const steps: Step[] = [];
  const novelty = { known: new Float64Array(labels.length), unseen: new Float64Array(parents.length) };
  const start: State = { right: 0, exact: 0, detected: 0, distance: 0 };
  forEachNoveltyDescent(decided, known.probabilities, classes, { ...known, method }, ({ nodes, strictness }, image) => {
    novelty.known[image] = 1 - (strictness.at(-1) as number);
    const right = counterpart[nodes.at(-1) as number] === tree.leaf[labels[image] as number] ? 1 : 0;
    steps.push({ threshold: strictness.at(-1) as number, right, exact: 0, detected: 0, distance: 0 });
  });
  forEachNoveltyDescent(
    decided,
    unseen.probabilities,
    classes,
    { ...unseen, method },
    ({ nodes, strictness }, image) => {
      novelty.unseen[image] = 1 - (strictness.at(-1) as number);
      const parent = parents[image] as number;
      const states = nodes.map((node) => {
        const isNew = (decided.column[node] as number) < 0;
        return { ...stateOf(tree, counterpart[node] as number, parent), detected: isNew ? 1 : 0 };
      });
      add(start, states[0] as State, 1);
      for (let i = 1; i < nodes.length; i++) {
        const [from, to] = [states[i - 1] as State, states[i] as State];
        const change = { right: 0, exact: 0, detected: 0, distance: 0 };
        add(change, to, 1);
        add(change, from, -1);
        steps.push({ threshold: strictness[i] as number, ...change });
      }
    },
  );
  const points = pointsOf(steps, start, labels.length, parents.length);
  const auc = areaUnderRoc(novelty.unseen, novelty.known);
  return { known: labels.length, unseen: parents.length, points, auc, area: areaOf(points) };
}

/**
 * The strictest point of a curve at which at least this share of the known images is decided on its class; undefined where none is.
 * @param curve of `noveltyCurve`
 */
export function atKnownAccuracy({ points }: Pick<NoveltyCurve, 'points'>, share: number): NoveltyPoint | undefined {
  return points.find(({ knownAccuracy }) => knownAccuracy >= share);
}

/** What a curve gives at a threshold. @param curve of `noveltyCurve` */
export function atThreshold({ points }: Pick<NoveltyCurve, 'points'>, threshold: number): NoveltyPoint {
  // The decisions change at the thresholds of the points, and stay the same above them up to the one before.
  const at = points.findLast((point) => point.threshold >= threshold) ?? (points[0] as NoveltyPoint);
  return { ...at, threshold };
}

/** What one threshold decides, as sums over images. */
interface State {
  right: number;
  exact: number;
  detected: number;
  distance: number;
}

interface Step extends State {
  readonly threshold: number;
}

function add(to: State, { right, exact, detected, distance }: State, sign: 1 | -1): void {
  to.right += sign * right;
  to.exact += sign * exact;
  to.detected += sign * detected;
  to.distance += sign * distance;
}

/** For each node of one tree the lowest node of the other with all its classes. */
function counterparts(from: TreeIndex, to: TreeIndex): Int32Array {
  const lowest = new Int32Array(from.paths.length).fill(-1);
  for (let v = lowest.length - 1; v >= 0; v--) {
    const column = from.column[v] as number;
    if (column >= 0) lowest[v] = to.leaf[column] as number;
    if (v === 0) continue;
    const above = from.parent[v] as number;
    const so = lowest[above] as number;
    lowest[above] = so < 0 ? (lowest[v] as number) : lowestCommonAncestor(to, so, lowest[v] as number);
  }
  return lowest;
}

function stateOf(tree: TreeIndex, node: number, parent: number): Omit<State, 'detected'> {
  const depth = (v: number) => tree.depth[v] as number;
  return {
    right: 0,
    exact: node === parent ? 1 : 0,
    distance: depth(node) + depth(parent) - 2 * depth(lowestCommonAncestor(tree, node, parent)),
  };
}

function pointsOf(steps: readonly Step[], start: State, known: number, unseen: number): NoveltyPoint[] {
  const sorted = [...steps].sort((a, b) => b.threshold - a.threshold);
  const state = { ...start };
  const point = (threshold: number): NoveltyPoint => ({
    threshold,
    knownAccuracy: state.right / known,
    exactParent: state.exact / unseen,
    detected: state.detected / unseen,
    unseenDistance: state.distance / unseen,
  });
  // Just above every threshold: all images are new.
  const points = [point(1 + Number.EPSILON)];
  sorted.forEach((step, i) => {
    add(state, step, 1);
    if (step.threshold !== sorted[i + 1]?.threshold) points.push(point(step.threshold));
  });
  return points;
}

/** The trapezoids between the points. */
function areaOf(points: readonly NoveltyPoint[]): number {
  let area = 0;
  points.forEach((point, i) => {
    const before = points[i - 1];
    if (before === undefined) return;
    area += ((point.knownAccuracy - before.knownAccuracy) * (point.exactParent + before.exactParent)) / 2;
  });
  return area;
}

function unseenProblems(
  { parents }: UnseenImages,
  { classes, taxonomy }: { readonly classes: readonly string[]; readonly taxonomy: Taxonomy },
): Problem[] {
  if (classes.length === 0) return [];
  const suggest = suggester(taxonomy.internalNodes().map(({ path }) => path));
  return [...new Set(parents)].flatMap((path): Problem[] => {
    const where = 'unseen.parents';
    if (!taxonomy.has(path) || taxonomy.node(path).label !== undefined) {
      return [{ where, expected: 'paths of inner nodes', received: `'${path}'`, remedy: suggest(path) }];
    }
    const { children } = taxonomy.node(path);
    if (children.length >= 2) return [];
    return [
      { where, expected: 'nodes with at least two known children', received: `'${path}' with ${children.length}` },
    ];
  });
}
