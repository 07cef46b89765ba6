/** What all classifiers have in common: from leaf probabilities to decisions. */
import type { ImageSet } from '../dataset/images.js';
import { columnsAmong, namesAmong, probabilitiesAmong } from '../decision/among.js';
import { decideLeaves, requireDecidable } from '../decision/decide-leaves.js';
import { hierarchicalEnsemble } from '../decision/hierarchical-ensemble.js';
import { tauProblems } from '../decision/logit-adjustment.js';
import type { NewChildProbabilities } from '../decision/novelty/methods.js';
import { predictionSets } from '../decision/prediction-sets.js';
import { stopAtAncestor } from '../decision/stop-at-ancestor.js';
import { ruleProblems } from '../decision/stop-rules.js';
import { indexTree } from '../decision/tree-index.js';
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { Amending, Classification, ClassifyOptions, PredictOptions } from './classification.js';
import type { Classifier } from './classifier.js';
import { labelsFor } from './judging/labels.js';
import { kindInWords } from './kind.js';
import type { Routing } from './schema.js';

export abstract class BaseClassifier
  implements
    Pick<Classifier, 'kind' | 'classes' | 'taxonomy' | 'routings' | 'classify' | 'classifyBy' | 'predict' | 'predictBy'>
{
  abstract readonly kind: Classifier['kind'];
  abstract readonly classes: readonly string[];
  abstract readonly taxonomy: Taxonomy | undefined;
  abstract readonly routings: readonly Routing[];
  abstract predictBy(
    routings: readonly (Routing | undefined)[],
    images: ImageSet,
    options?: Omit<PredictOptions, 'routing'>,
  ): Promise<readonly Float32Array[]>;

  /** As `predictBy`, with the new children of nodes where the classifier has them. */
  protected async predictAll(
    routings: readonly (Routing | undefined)[],
    images: ImageSet,
    options: Omit<PredictOptions, 'routing'>,
  ): Promise<{ readonly matrices: readonly Float32Array[]; readonly newChildren?: NewChildProbabilities | undefined }> {
    return { matrices: await this.predictBy(routings, images, options) };
  }

  async predict(images: ImageSet, options: PredictOptions = {}): Promise<Float32Array> {
    const [probabilities] = await this.predictBy([options.routing], images, options);
    return probabilities as Float32Array;
  }

  async classify(images: ImageSet, options: ClassifyOptions = {}): Promise<Classification> {
    const [classification] = await this.classifyBy([options.routing], images, options);
    return classification as Classification;
  }

  async classifyBy(
    routings: readonly (Routing | undefined)[],
    images: ImageSet,
    options: Omit<ClassifyOptions, 'routing'> = {},
  ): Promise<readonly Classification[]> {
    const { classes } = this;
    const { decide, minConfidence, stopBy: rule, balance, among, amendBy, sets, ...rest } = options;
    const { taxonomy = this.taxonomy, ...predicting } = rest;
    const chosen = routings.map((routing) => routing ?? this.routings[0]);
    const tree = decide === 'lca' ? taxonomy : this.taxonomy;
    this.requireRoutings(chosen);
    for (const routing of chosen) requireDecidable({ routing, decide, taxonomy: tree });
    if (minConfidence !== undefined) requireStoppable(minConfidence, taxonomy);
    if (amendBy !== undefined) requireAmendable(amendBy, classes, taxonomy);
    if (sets?.nodes !== undefined) requireNodes('`sets.nodes`', taxonomy);
    requireAllowed(rule, balance);
    // Throws for a taxonomy of other classes, before anything is predicted.
    if (taxonomy !== undefined) indexTree(taxonomy, classes);
    const columns = among && columnsAmong(among, classes, taxonomy);

    const { matrices: own, newChildren } = await this.predictAll(chosen, images, predicting);
    const coarse = await amendBy?.predict(images, { ...predicting, onProgress: undefined });
    const matrices = own.map((matrix) =>
      coarse === undefined || taxonomy === undefined
        ? matrix
        : Float32Array.from(hierarchicalEnsemble(matrix, coarse, classes, taxonomy)),
    );
    const { labels, unknownClasses } = labelsFor(this, images);
    return matrices.map((matrix, k): Classification => {
      const routing = chosen[k];
      const within = columns && probabilitiesAmong(matrix, classes.length, columns);
      const { probabilities } = within ?? { probabilities: matrix };
      const decisions = decideLeaves(probabilities, classes, { routing, decide, taxonomy: tree, balance });
      const stop = minConfidence === undefined ? undefined : { threshold: minConfidence, leaves: decisions, rule };
      return {
        classes,
        probabilities,
        labels,
        decisions,
        ...(unknownClasses.length > 0 && { unknownClasses }),
        ...(routing !== undefined && { routing }),
        ...(newChildren !== undefined && { newChildren }),
        ...(stop && taxonomy && { nodes: stopAtAncestor(probabilities, classes, taxonomy, stop) }),
        ...(sets && { sets: predictionSets(probabilities, classes, taxonomy, sets) }),
        ...(within && columns && { among: { classes: namesAmong(among ?? [], classes, taxonomy), mass: within.mass } }),
      };
    });
  }

  /** @throws CladenetError USAGE for routings that the classifier does not have */
  protected requireRoutings(wanted: readonly (Routing | undefined)[]): void {
    const received = wanted.find((routing) => routing !== undefined && !this.routings.includes(routing));
    if (received === undefined) return;
    const expected = this.routings.join(', ') || `none, for ${kindInWords(this)}`;
    const needsFlatHead =
      'Combined routing needs the flat head: a tree with a shared trunk and validation images has it.';
    const remedy = received === 'combined' && this.routings.length > 0 ? needsFlatHead : undefined;
    throw new CladenetError('USAGE', 'The classifier does not have this routing', [
      { where: 'routing', expected, received, remedy },
    ]);
  }
}

function requireAllowed(rule: ClassifyOptions['stopBy'], balance: ClassifyOptions['balance']): void {
  const problems = [
    ...(rule === undefined ? [] : ruleProblems('stopBy', rule)),
    ...(balance === undefined ? [] : tauProblems('balance.tau', balance.tau)),
  ];
  if (problems.length > 0) throw new CladenetError('USAGE', 'No class can be decided on with these options', problems);
}

function requireStoppable(minConfidence: number | readonly number[], taxonomy: Taxonomy | undefined): void {
  const problems = nodesMissing('`minConfidence`', taxonomy);
  if (typeof minConfidence === 'number' && !(minConfidence >= 0 && minConfidence < Number.POSITIVE_INFINITY)) {
    problems.push({ where: 'minConfidence', expected: 'a number of 0 or more', received: `${minConfidence}` });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'No node can be decided on with these options', problems);
}

function nodesMissing(option: string, taxonomy: Taxonomy | undefined): Problem[] {
  if (taxonomy !== undefined) return [];
  const remedy = `Give \`taxonomy\`, or leave out ${option}.`;
  return [{ where: 'taxonomy', expected: 'a tree whose nodes can be decided on', received: 'none', remedy }];
}

function requireNodes(option: string, taxonomy: Taxonomy | undefined): void {
  const problems = nodesMissing(option, taxonomy);
  if (problems.length > 0) throw new CladenetError('USAGE', 'There are no nodes with these options', problems);
}

/** The columns of two matrices are multiplied, so they have to be the same. */
function requireAmendable({ classes: other }: Amending, classes: readonly string[], taxonomy: Taxonomy | undefined) {
  const problems = nodesMissing('`amendBy`', taxonomy);
  if (other.length !== classes.length || other.some((name, c) => name !== classes[c])) {
    const missing = classes.filter((name) => !other.includes(name));
    const received =
      missing.length > 0 ? `one without ${missing.slice(0, 3).join(', ')}` : `one of ${other.length} classes`;
    problems.push({ where: 'amendBy', expected: `a classifier of the same ${classes.length} classes`, received });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'The classifier cannot be amended', problems);
}
