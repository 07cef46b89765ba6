/** `cladenet evaluate`: every number for one classifier. */
import { z } from 'zod';
import { balanceOnValidation } from '../../classifier/judging/choose-balance.js';
import { evaluateClassifier } from '../../classifier/judging/evaluate-classifier.js';
import { evaluateNovelty } from '../../classifier/judging/evaluate-novelty.js';
import { judgingTaxonomy } from '../../classifier/judging/judging-taxonomy.js';
import { readNoveltyRule } from '../../classifier/judging/novelty-rule.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { withoutClasses } from '../../dataset/images.js';
import { namesAmong } from '../../decision/among.js';
import { evaluateSets } from '../../evaluation/set-evaluation.js';
import { writeJson } from '../../files.js';
import { balanceOptions } from '../../options/balance.js';
import { json, modelFolder } from '../../options/common.js';
import { amongOptions } from '../../options/deciding.js';
import { judging } from '../../options/judging.js';
import { judgingNovelty } from '../../options/novelty.js';
import { option } from '../../options/option.js';
import { amendingOptions, setOptions } from '../../options/sets.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { log, print } from '../../progress.js';
import { folderName } from '../../report/named-models.js';
import { balanceTable } from '../../report/tables/balance-text.js';
import { comparisonTable } from '../../report/tables/comparison-table.js';
import { amongLine, leftOutLines } from '../../report/tables/image-text.js';
import { noveltyJson, noveltyTable } from '../../report/tables/novelty-text.js';
import { rankTable } from '../../report/tables/rank-table.js';
import { scoredTree } from '../../report/tables/scored-tree.js';
import { setEvaluationLine } from '../../report/tables/set-text.js';
import { ruleCurves, stoppingJson, stoppingTable } from '../../report/tables/stopping-table.js';
import { counted } from '../../units.js';
import { text, toggle } from '../../value-schemas.js';
import { amendingOf } from '../amending.js';
import { amongOf } from '../among.js';
import { balanceOf } from '../balance.js';
import { openJudgedImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { loadingOf, predicting } from '../models.js';
import { setsOf } from '../sets.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  ...judging,
  ...amongOptions,
  ...amendingOptions,
  ...setOptions,
  ...balanceOptions,
  balanceVsAccuracy: option(toggle().default(false), {
    description: 'print what --balance costs in accuracy and brings in balanced accuracy, on the validation images',
    group: 'Rare classes',
  }),
  ...judgingNovelty,
  figures: option(text('a folder').optional(), {
    description:
      'draw stopping.png and, with --balance-vs-accuracy and --novel-classes, balance.png and novelty.png into this folder',
    value: 'dir',
    writes: 'folder',
  }),
  json,
});

export const evaluateCommand = command({
  arguments: z.object({ model: modelFolder }),
  options,
  async run({ model }, options) {
    await interruptible(null, (signal) => run(model, options, signal));
  },
});

async function run(model: string, command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const name = folderName(model);
  const classifier = await loadClassifier(model, await loadingOf(command));
  const given = await readIfGiven(command);
  const taxonomy = judgingTaxonomy([classifier], given);
  const rule = command.novel === undefined ? undefined : await readNoveltyRule(command.novel, classifier);
  const all = await openJudgedImages(command, classifier.description.preprocessing, taxonomy, signal);
  const { novelClasses } = command;
  if (novelClasses === undefined) refuseOptions(unusedOptions(command, ['novel'], 'none without `novelClasses`'));
  const { routing, tta } = command;
  const novelty =
    novelClasses &&
    (await predicting('predicting', (onProgress) =>
      evaluateNovelty(classifier, all, { taxonomy: given, novelClasses, rule, routing, tta, signal, onProgress }),
    ));
  const images = withoutClasses(all, [...(novelClasses ?? []), ...(rule?.chosenOn.classes ?? [])]);
  const balance = await balanceOf(classifier, command, async () => images, signal);
  const measured = command.balanceVsAccuracy
    ? await predicting('predicting', (onProgress) =>
        balanceOnValidation(classifier, images, { ...command, signal, onProgress }),
      )
    : undefined;
  const taxa = amongOf(command);
  const amendBy = await amendingOf(classifier, command);
  const deciding = { ...command, among: taxa, amendBy, taxonomy };
  const sets = await setsOf(classifier, deciding, async () => images, signal);
  const judged = { ...deciding, balance, sets, signal };
  const { evaluation, innerLabels, leftOut, predictions } = await predicting(
    `predicting with ${name}`,
    (onProgress, onNotes) => evaluateClassifier(classifier, images, { ...judged, onProgress, onNotes }),
  );
  const among = taxa && namesAmong(taxa, classifier.classes, taxonomy);
  classifier.dispose();
  amendBy?.dispose();
  if (among !== undefined) log(amongLine(among, classifier.classes.length, leftOut.otherTaxa));
  for (const line of leftOutLines(leftOut, { fate: 'judged apart', keep: '--seen' })) log(line);
  print(comparisonTable({ models: [{ name, ...evaluation }] }, { width: process.stdout.columns }));
  if (taxonomy !== undefined) print(`\n${scoredTree(taxonomy, evaluation)}`);
  if (evaluation.accuracyAtRank !== null) print(`\n${rankTable(evaluation.accuracyAtRank)}`);
  if (innerLabels !== undefined) {
    const share = (100 * innerLabels.accuracy).toFixed(1);
    print(`\n${counted(innerLabels.images, 'image')} labelled at inner nodes: ${share} % decided below their node`);
  }
  const ofSets = sets && predictions.sets && evaluateSets(predictions.sets, predictions, taxonomy);
  if (ofSets && sets) print(`\n${setEvaluationLine(ofSets, sets)}`);
  if (measured !== undefined) print(`\n${balanceTable(measured.curve)}`);
  if (novelty !== undefined) print(`\n${noveltyTable(novelty)}`);
  const curves = taxonomy && ruleCurves(predictions, taxonomy);
  if (command.figures !== undefined) {
    if (curves !== undefined) print(`\n${stoppingTable(curves)}`);
    const { writeEvaluationFigures } = await import('../../report/figures/evaluation-figures.js');
    const files = await writeEvaluationFigures(command.figures, name, {
      stopping: curves,
      balance: measured?.curve,
      novelty: novelty?.methods.map(({ method, curve }) => ({ name: method, curve })),
    });
    log(`drawn in ${command.figures}: ${files.join(', ')}`);
  }
  await writeJson(command.json, {
    ...{ name, ...evaluation, ...(innerLabels && { innerLabels }), ...(among && { among }) },
    ...(curves && { stopping: stoppingJson(curves) }),
    ...(ofSets && sets && { sets: { coverage: command.coverage, ...sets, ...ofSets } }),
    ...(measured && { balance: measured.curve }),
    ...(novelty && { novelty: noveltyJson(novelty) }),
  });
}
