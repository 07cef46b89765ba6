/** Predictions as a table: one row for each image. */
import { append } from '../../arrays.js';
import { noveltyProbability } from '../../calibration/novelty-probability.js';
import type { Classification } from '../../classifier/classification.js';
import type { NoveltyRule } from '../../classifier/judging/novelty-rule.js';
import type { NodeSet } from '../../decision/node-sets.js';
import { decideNovelty } from '../../decision/novelty/decide-novelty.js';
import { NOVELTY_METHODS } from '../../decision/novelty/methods.js';
import type { PredictionSetOptions } from '../../decision/prediction-sets.js';
import { type StoppedDecision, thresholdOf } from '../../decision/stop-at-ancestor.js';
import type { StopRule } from '../../decision/stop-rules.js';
import { topK } from '../../decision/top-k.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

/** How many of the most probable classes are listed. */
const TOP = 5;

/** What {@link predictionRows} shows. */
export interface PredictionRowsOptions {
  /** Gives the lineages, and ranks and ids where it has any. Without one a class is its own lineage. */
  readonly taxonomy?: Taxonomy | undefined;
  /** The `minConfidence` of the classification: adds the node decided on, its probability and depth, and why. */
  readonly minConfidence?: number | readonly number[] | undefined;
  /** The `stopBy` of the classification. */
  readonly stopBy?: StopRule | undefined;
  /** How new children are recognised: adds the node, whether a new child of it is decided on, how probable one is, and why. */
  readonly novelty?: NoveltyRule | undefined;
  /** The classes that predictions are made among: adds the probability that they had together. */
  readonly among?: readonly string[] | undefined;
  /** The `sets` of the classification: adds the set of taxa, and the number of classes in it. */
  readonly sets?: PredictionSetOptions | undefined;
}

/** Names of the columns of {@link predictionRows}. */
export const predictionColumns = ({
  taxonomy,
  minConfidence,
  novelty,
  among,
  sets,
}: PredictionRowsOptions = {}): string[] => [
  ...['path', 'class', 'probability', 'lineage', 'top5'],
  ...(among === undefined ? [] : ['among_probability']),
  ...taxonColumns(taxonomy),
  ...(minConfidence === undefined ? [] : [...STOP_COLUMNS, ...taxonColumns(taxonomy).map((name) => `node_${name}`)]),
  ...(sets === undefined ? [] : SET_COLUMNS),
  ...(novelty === undefined ? [] : NOVELTY_COLUMNS),
];

/** The columns of ranks and ids, as far as the taxonomy has any. */
const taxonColumns = (taxonomy: Taxonomy | undefined): readonly ('rank' | 'id')[] =>
  (['rank', 'id'] as const).filter((name) => taxonomy?.nodes().some((node) => node[name] !== undefined));

const NOVELTY_COLUMNS = ['novel_node', 'is_new', 'new_probability', 'novel_why'];
const STOP_COLUMNS = ['node', 'node_probability', 'depth', 'why'];
const SET_COLUMNS = ['set', 'set_classes'];

/**
 * The class decided on for each image, with its probability, its lineage and the five most probable classes.
 *
 * @param paths          of the images, in the order of the classification
 * @param classification by `Classifier.classify`, with the `minConfidence` of the options
 */
export function predictionRows(
  paths: readonly string[],
  classification: Classification,
  { taxonomy, minConfidence, stopBy, novelty, among, sets }: PredictionRowsOptions = {},
): string[][] {
  const { classes, probabilities, decisions, nodes, among: within, sets: found } = classification;
  const novel = novelty && noveltyCells(classification, novelty);
  const best = topK(probabilities, classes.length, Math.min(TOP, among?.length ?? TOP));
  const width = best.length / paths.length;
  const columns = taxonColumns(taxonomy);
  const taxonCells = (node: string | undefined) =>
    columns.map((name) => (node === undefined ? '' : (taxonomy?.node(node)[name] ?? '')));
  return paths.map((path, i) => {
    const decided = decisions[i] ?? 0;
    const name = classes[decided] ?? '';
    const probability = (column: number) => probabilities[i * classes.length + column] ?? 0;
    const lineage = taxonomy === undefined ? name : printPath(taxonomy.leafOf(name));
    const top = Array.from(best.subarray(i * width, (i + 1) * width), (column) => {
      return `${classes[column]}=${probability(column).toFixed(4)}`;
    });
    const row = [path, name, probability(decided).toFixed(6), lineage, top.join('; ')];
    if (among !== undefined) row.push((within?.mass[i] ?? 1).toFixed(6));
    append(row, taxonCells(taxonomy?.leafOf(name)));
    if (minConfidence !== undefined) {
      append(row, stopCells(nodes?.[i], thresholdOf(minConfidence, decided), stopBy));
      append(row, taxonCells(nodes?.[i]?.path));
    }
    if (sets !== undefined) append(row, setCells(found?.[i]));
    return novel === undefined ? row : [...row, ...(novel[i] ?? [])];
  });
}

/** The taxa of a set, and how many classes these are. */
const setCells = (set: NodeSet | undefined): string[] =>
  set === undefined ? SET_COLUMNS.map(() => '') : [set.paths.map(printPath).join('; '), String(set.classes)];

/** For each image the class or the parent of a new one, whether it is new, how probable that is, and why. */
function noveltyCells(
  { classes, probabilities, newChildren }: Classification,
  { method, threshold, probability, taxonomy }: NoveltyRule,
): string[][] {
  const { reason } = NOVELTY_METHODS[method];
  return decideNovelty(probabilities, classes, taxonomy, { threshold, method, newChildren }).map(
    ({ path, isNew, novelty, doubted }) => {
      const node = printPath(path);
      const why =
        doubted === null
          ? `sure enough of the class: ${(1 - novelty).toFixed(4)}, at least ${threshold.toFixed(4)}`
          : `${reason({ node, next: printPath(doubted.path), strictness: doubted.strictness })}, less than ${threshold.toFixed(4)}`;
      return [node, isNew ? 'yes' : 'no', noveltyProbability(probability, novelty).toFixed(4), why];
    },
  );
}

/** The node that was decided on, and why no deeper one. */
function stopCells(
  decision: StoppedDecision | undefined,
  minConfidence: number,
  stopBy: StopRule = 'probability',
): string[] {
  if (decision === undefined) return STOP_COLUMNS.map(() => '');
  const { path, probability, depth, doubted } = decision;
  return [printPath(path), probability.toFixed(6), String(depth), reasonOf(doubted, minConfidence, stopBy)];
}

function reasonOf(doubted: StoppedDecision['doubted'], minConfidence: number, stopBy: StopRule): string {
  if (doubted === null) return 'sure of the class';
  if (minConfidence === Number.POSITIVE_INFINITY) return 'its class is never named: its precision is out of reach';
  const has = `${printPath(doubted.path)} has ${doubted.probability.toFixed(4)}`;
  return stopBy === 'information'
    ? `${has}, too little for what it says`
    : `${has}, less than ${minConfidence.toFixed(4)}`;
}
