/** Checks that the arms of a study fit together, before anything is trained and even if other fields are wrong. */
import { append } from '../arrays.js';
import { ownRouting } from '../classifier/predict/routing.js';
import type { Problem } from '../errors.js';
import { groupingProblems, lacksBeta } from '../grouping/group-classes.js';
import { type Around, type At, flatArmProblems, idle } from './arm-checks.js';
import { armSchema, type ErrorGroups, type SpecialistsArm, type StudyArmConfig, type TreeArm } from './config.js';
import { deciderProblems, featuresProblems, fusionProblems } from './feature-arm-problems.js';
import { trunkOf } from './plan.js';

export function armProblems(raw: unknown): Problem[] {
  const study = fields(raw);
  const arms = Array.isArray(study.arms) ? (study.arms as unknown[]) : [];
  const nameOf = (arm: unknown) => (typeof fields(arm).name === 'string' ? [fields(arm).name as string] : []);
  const around: Around = {
    taxonomy: study.taxonomy,
    decide: study.decide,
    validation: fields(study.fractions).validation,
    names: arms.flatMap(nameOf),
    flatNames: arms.filter((arm) => fields(arm).kind === 'flat').flatMap(nameOf),
    fused: arms.filter((arm) => fields(arm).kind === 'fusion').flatMap(nameOf),
  };
  return [
    ...sameNames(around.names),
    ...arms.flatMap((one, i) => {
      const arm = armSchema.safeParse(one).data;
      if (arm === undefined) return [];
      const at = (field: string) => `arms[${i}].${field}`;
      return [...lcaProblems(arm, around, at), ...labelsProblems(arm, around, at), ...kindProblems(arm, around, at)];
    }),
  ];
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function kindProblems(arm: StudyArmConfig, around: Around, at: At): Problem[] {
  switch (arm.kind) {
    case 'flat':
      return [];
    case 'tree':
      return [...treeProblems(arm, around, at), ...deciderProblems(arm, at)];
    case 'specialists':
      return specialistsProblems(arm, around, at);
    case 'features':
      return featuresProblems(arm, around, at);
    case 'fusion':
      return fusionProblems(arm, around, at);
  }
}

/** Names must differ in more than case: predictions are kept in folders named after the arms, and some file systems ignore case. */
function sameNames(names: readonly string[]): Problem[] {
  const lower = names.map((name) => name.toLowerCase());
  return names
    .filter((_, i) => lower.indexOf(lower[i] ?? '') < i)
    .map((received) => ({ where: 'arms', expected: 'a different name for each arm', received: `${received} again` }));
}

function lcaProblems(arm: StudyArmConfig, { taxonomy, decide }: Around, at: At): Problem[] {
  const decideIn = 'decideIn' in arm ? arm.decideIn : undefined;
  if ((arm.decide ?? decide) !== 'lca') return idle(decideIn, at('decideIn'), 'nothing, unless `decide` is lca');
  const problems: Problem[] = [];
  if (taxonomy === undefined && (decideIn === undefined || decideIn === 'random')) {
    const remedy = 'Give the study a taxonomy.';
    problems.push({ where: at('decide'), expected: 'leaf, without a taxonomy of the study', received: 'lca', remedy });
  }
  if ('routing' in arm && arm.routing === 'greedy') {
    problems.push({ where: at('decide'), expected: 'leaf, with greedy routing', received: 'lca' });
  }
  return problems;
}

function labelsProblems(arm: StudyArmConfig, { taxonomy, flatNames }: Around, at: At): Problem[] {
  if (!('labels' in arm) || arm.labels === undefined) return [];
  const { share, perClass, others, of, pseudo } = arm.labels;
  const problems: Problem[] = [];
  if (share !== undefined && perClass !== undefined) {
    problems.push({ where: at('labels.perClass'), expected: 'none, beside a share', received: `${perClass}` });
  }
  if (others === 'none') append(problems, idle(of, at('labels.of'), 'none, where the others get no ancestor'));
  else if (taxonomy === undefined && (of === undefined || of === 'random')) {
    const expected = 'a taxonomy of the study, from which ancestors are taken';
    problems.push({ where: at('labels.others'), expected, received: `${others}, and no taxonomy` });
  }
  if (pseudo !== undefined && arm.kind === 'tree' && flatNames.length === 0) {
    problems.push({ where: at('labels.pseudo'), expected: 'a flat arm that labels images', received: 'none' });
  }
  return problems;
}

function treeProblems(arm: TreeArm, around: Around, at: At): Problem[] {
  return [...taxonomyProblems(arm, around, at), ...trunkProblems(arm, around, at), ...routingProblems(arm, around, at)];
}

function taxonomyProblems({ taxonomy = 'none' }: TreeArm, around: Around, at: At): Problem[] {
  if (typeof taxonomy === 'object') return errorGroupProblems(taxonomy, around, (field) => at(`taxonomy.${field}`));
  if (around.taxonomy !== undefined || (taxonomy !== 'none' && taxonomy !== 'random')) return [];
  const expected =
    taxonomy === 'random' ? 'a taxonomy of the study, whose shape is taken' : 'a taxonomy, of the arm or of the study';
  return [{ where: at('taxonomy'), expected, received: taxonomy }];
}

function trunkProblems(arm: TreeArm, around: Around, at: At): Problem[] {
  const { from, decideBy } = arm;
  const trunk = trunkOf(arm);
  const problems = flatArmProblems(from, around, at('from'), trunk === 'shared');
  if (decideBy === 'forest') return problems;
  append(problems, headProblems({ ...arm, trunk }, at));
  if (trunk === 'shared' || from !== undefined) {
    const expected = "nothing, as the CNN block is the flat arm's";
    append(
      problems,
      (['network', 'size'] as const).flatMap((field) => idle(arm[field], at(field), expected)),
    );
  }
  return problems;
}

/** Checks settings that apply only to heads on the cached features of a shared trunk. */
type Headed = Pick<TreeArm, 'trunk' | 'views' | 'training'>;

function headProblems({ trunk, views, training }: Headed, at: At): Problem[] {
  if (trunk !== 'shared') return idle(views, at('views'), 'nothing, unless the trunk is shared');
  const { augmentation, precision } = fields(training);
  const asFlat = 'nothing, as views of a shared trunk are augmented as for the flat arm';
  const noConvolutions = 'nothing, as heads on a shared trunk have no convolutions';
  return [
    ...idle(augmentation, at('training.augmentation'), asFlat),
    ...idle(precision, at('training.precision'), noConvolutions),
  ];
}

function specialistsProblems(arm: SpecialistsArm, around: Around, at: At): Problem[] {
  const { groups, from } = arm;
  const problems = flatArmProblems(from, around, at('from'), true);
  append(problems, headProblems(arm, at));
  if (typeof groups === 'object') {
    append(
      problems,
      errorGroupProblems(groups, around, (field) => at(`groups.${field}`)),
    );
  } else if (groups === 'random' || groups === 'flat') {
    problems.push({ where: at('groups'), expected: 'a file or a folder, or how errors group', received: groups });
  }
  if (around.validation === 0) {
    problems.push({ where: at('groups'), expected: 'validation images, to judge specialists by', received: 'none' });
  }
  return problems;
}

function errorGroupProblems(given: ErrorGroups, around: Around, at: At): Problem[] {
  const { errorsOf, soft: _, nested, beta, ...options } = given;
  const problems = flatArmProblems(errorsOf, around, at('errorsOf'), true);
  const known = beta === 'recommended' || lacksBeta({ ...options, beta }) ? 0 : beta;
  append(
    problems,
    groupingProblems({ ...options, beta: known }, Number.POSITIVE_INFINITY).map((one) => ({
      ...one,
      where: one.where.split(', ').map(at).join(', '),
    })),
  );
  if (nested && (options.method === 'kmeans' || options.method === 'spectral')) {
    problems.push({ where: at('nested'), expected: `false: ${options.method} makes no merges`, received: 'true' });
  }
  if (around.validation === 0) {
    problems.push({ where: at('errorsOf'), expected: 'validation images, to see errors on', received: 'none' });
  }
  return problems;
}

/** Checks that a tree has the requested routing. */
function routingProblems(arm: TreeArm, { validation }: Around, at: At): Problem[] {
  const { routing, headKind } = arm;
  const trunk = trunkOf(arm);
  const expect = (expected: string) => [{ where: at('routing'), expected, received: routing ?? 'none' }];
  if ((routing === 'product' || routing === 'path-sum') && routing !== ownRouting(headKind)) {
    return expect(`greedy, combined or ${ownRouting(headKind)}, with ${headKind} heads`);
  }
  if (routing !== 'combined') return [];
  if (trunk !== 'shared') return expect(`greedy or ${ownRouting(headKind)}, unless the trunk is shared`);
  return validation === 0 ? expect('another routing, without validation images to choose the shares on') : [];
}
