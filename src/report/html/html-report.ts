/** The report: everything about some classifiers on one self-contained page. */

import { CladenetError, type Problem } from '../../errors.js';
import { findWeakSubtrees, type WeakSubtrees } from '../../evaluation/attribution/weak-subtrees.js';
import { compareClassifiers } from '../../evaluation/compare.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { VERSION } from '../../version.js';
import { calibrationSection } from './calibration.js';
import { classesPart } from './classes.js';
import { configurationSection } from './configuration.js';
import { confusionPart } from './confusion.js';
import { curvesSection } from './curves.js';
import { counted } from './format.js';
import type { JudgedModel, ReportInput, ReportModel } from './input.js';
import { type Content, html, type Markup } from './markup.js';
import { noveltySection } from './novelty.js';
import { type PageSection, page } from './page.js';
import { stoppingSection } from './stopping.js';
import { treePart } from './tree.js';
import { tuningSection } from './tuning.js';
import { verdictSection } from './verdict.js';
import { weakPart } from './weak.js';

const TOP = 10;

/** A model with its numbers and its weak sub-trees. */
interface Judged extends JudgedModel {
  readonly ranking: WeakSubtrees | undefined;
}

/**
 * A self-contained HTML page about classifiers on the same images: the verdict with intervals and tests, learning
 * curves, the taxonomy with the accuracy of each node, weak sub-trees with pictures of their mistakes, confusion
 * matrix, every class, fine-tuning, calibration, deciding above the class, unseen classes, and configuration. The numbers are those of
 * `compareClassifiers`, `evaluate`, `findWeakSubtrees`, `reliability` and `evaluateNovelty`. The page needs no network and no server. The same input gives the
 * same page.
 *
 * @param input of `assembleReport`, or assembled from the predictions of any classifier
 * @returns the text of the document, to be written as UTF-8
 * @throws CladenetError `EVALUATION` listing everything wrong with the predictions
 */
export async function htmlReport(input: ReportInput): Promise<string> {
  const { models, taxonomy, seed, title = 'cladenet report', imagesAre, top = TOP } = input;
  requireSound(input);
  const comparison = compareClassifiers(
    models.flatMap(({ variants }) => variants),
    { taxonomy, seed },
  );
  const byName = new Map(comparison.models.map(({ name, ...evaluation }) => [name, evaluation]));
  const judged = models.flatMap((model): Judged[] => {
    const evaluation = byName.get(model.variants[0].name);
    return evaluation === undefined ? [] : [{ model, evaluation, ranking: rankingOf(model, taxonomy) }];
  });
  const [first] = judged;
  const images = first?.evaluation.images ?? 0;
  const classes = first?.evaluation.perClass.length ?? 0;
  return page({
    title,
    about: `${counted(models.length, 'model')} on ${counted(images, 'image')}${imagesAre === undefined ? '' : ` ${imagesAre}`}, ${counted(classes, 'class', 'classes')}.`,
    sections: await sectionsOf(judged, verdictSection(comparison, input), taxonomy, top),
    models: models.map(({ name }) => name),
    shown: shownFirst(judged),
    footer: `Made by cladenet ${VERSION}. This page is self-contained: it loads nothing.`,
  });
}

async function sectionsOf(
  judged: readonly Judged[],
  verdict: Markup,
  taxonomy: Taxonomy | undefined,
  top: number,
): Promise<PageSection[]> {
  const models = judged.map(({ model }) => model);
  const sections: PageSection[] = [];
  const add = (id: string, title: string, content: Markup | undefined) => {
    if (content !== undefined) sections.push({ id, title, content });
  };
  /** A section that shows one model at a time. */
  const addParts = async (id: string, title: string, part: (of: Judged) => Content | Promise<Content>) => {
    const parts: Markup[] = [];
    for (const [i, of] of judged.entries()) {
      const content = await part(of);
      if (content === undefined) continue;
      const hidden = i === shownFirst(judged) ? undefined : html` hidden`;
      const whose = judged.length > 1 ? html` <span class="quiet">${of.model.name}</span>` : undefined;
      parts.push(html`<div data-model="${i}"${hidden}><h2>${title}${whose}</h2>${content}</div>\n`);
    }
    if (parts.length > 0) add(id, title, html`<section id="${id}">${parts}</section>`);
  };

  add('verdict', 'Verdict', verdict);
  const curves = judged.map(({ model: { name, history }, ranking }) => ({
    name,
    history,
    nodes: ranking?.nodes.map(({ path }) => path) ?? [],
  }));
  add('curves', 'Learning curves', await curvesSection(curves));
  if (taxonomy !== undefined) {
    await addParts('taxonomy', 'Taxonomy', ({ evaluation }) => treePart(taxonomy, evaluation));
    await addParts('weak', 'Weak sub-trees', ({ model: { weak }, ranking }) =>
      weak === undefined || ranking === undefined ? undefined : weakPart(ranking, weak, taxonomy, top),
    );
  }
  add('tuning', 'Fine-tuning', tuningSection(models));
  await addParts('confusion', 'Confusion matrix', ({ evaluation }) => confusionPart(evaluation.confusion, taxonomy));
  await addParts('classes', 'Classes', ({ evaluation }) => classesPart(evaluation, taxonomy));
  add('calibration', 'Calibration', await calibrationSection(models));
  if (taxonomy !== undefined) add('stopping', 'Deciding above the class', await stoppingSection(models, taxonomy));
  add('novelty', 'Unseen classes', await noveltySection(models));
  add('configuration', 'Configuration', configurationSection(models));
  return sections;
}

/** The first model with weak sub-trees trained as such, a tree; else the first of all. */
function shownFirst(judged: readonly Judged[]): number {
  return Math.max(
    0,
    judged.findIndex(({ model }) => model.weak?.trunk !== undefined),
  );
}

function rankingOf({ weak }: ReportModel, taxonomy: Taxonomy | undefined): WeakSubtrees | undefined {
  if (weak === undefined || taxonomy === undefined) return undefined;
  const { on: _, predictions, images: __, ...options } = weak;
  return findWeakSubtrees(predictions, { ...options, taxonomy });
}

/** Checks what `compareClassifiers` and `findWeakSubtrees` do not. */
function requireSound({ models }: ReportInput): void {
  const problems = models.flatMap(({ weak, uncalibrated, variants: [{ predictions }] }, i): Problem[] => {
    const found: Problem[] = [];
    const [wanted, images] = [weak?.predictions.labels.length, weak?.images?.count];
    if (images !== undefined && images !== wanted) {
      const where = `models[${i}].weak.images`;
      found.push({ where, expected: `the ${wanted} images predicted`, received: `${images}` });
    }
    if (uncalibrated !== undefined && uncalibrated.length !== predictions.probabilities.length) {
      const expected = `${predictions.probabilities.length} values, as many as of the calibrated probabilities`;
      found.push({ where: `models[${i}].uncalibrated`, expected, received: `${uncalibrated.length}` });
    }
    return found;
  });
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'These models cannot be reported.', problems);
}
