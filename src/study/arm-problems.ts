/** Whether the arms of a study fit together: found before anything is trained, also beside fields that are wrong. */
import { ownRouting } from '../classifier/routing.js';
import { nearest, type Problem } from '../errors.js';
import { armSchema, type StudyArmConfig, type TreeArm } from './config.js';

/** What of a study the arms are checked against; read as far as it can be. */
interface Around {
  readonly taxonomy: unknown;
  readonly decide: unknown;
  readonly validation: unknown;
  /** Of all arms, also of those that are wrong in themselves. */
  readonly names: readonly string[];
  readonly flatNames: readonly string[];
}

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
  };
  return [
    ...sameNames(around.names),
    ...arms.flatMap((one, i) => {
      const arm = armSchema.safeParse(one).data;
      if (arm === undefined) return [];
      const at = (field: string) => `arms[${i}].${field}`;
      return [...lcaProblems(arm, around, at), ...(arm.kind === 'tree' ? treeProblems(arm, around, at) : [])];
    }),
  ];
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Predictions are kept in folders called like the arms, and some file systems do not tell cases apart. */
function sameNames(names: readonly string[]): Problem[] {
  const lower = names.map((name) => name.toLowerCase());
  return names
    .filter((_, i) => lower.indexOf(lower[i] ?? '') < i)
    .map((received) => ({ where: 'arms', expected: 'a name of its own for each arm', received: `${received} again` }));
}

type At = (field: string) => string;

function lcaProblems(arm: StudyArmConfig, { taxonomy, decide }: Around, at: At): Problem[] {
  if ((arm.decide ?? decide) !== 'lca') return [];
  const problems: Problem[] = [];
  if (taxonomy === undefined) {
    const remedy = 'Give the study a taxonomy.';
    problems.push({ where: at('decide'), expected: 'leaf, without a taxonomy of the study', received: 'lca', remedy });
  }
  if (arm.kind === 'tree' && arm.routing === 'greedy') {
    problems.push({ where: at('decide'), expected: 'leaf, with greedy routing', received: 'lca' });
  }
  return problems;
}

function treeProblems(arm: TreeArm, around: Around, at: At): Problem[] {
  return [...taxonomyProblems(arm, around, at), ...trunkProblems(arm, around, at), ...routingProblems(arm, around, at)];
}

function taxonomyProblems({ taxonomy = 'none' }: TreeArm, around: Around, at: At): Problem[] {
  if (around.taxonomy !== undefined || (taxonomy !== 'none' && taxonomy !== 'random')) return [];
  const expected =
    taxonomy === 'random' ? 'a taxonomy of the study, whose shape is taken' : 'a taxonomy, of the arm or of the study';
  return [{ where: at('taxonomy'), expected, received: taxonomy }];
}

function trunkProblems(arm: TreeArm, { names, flatNames }: Around, at: At): Problem[] {
  const { trunk, head, from } = arm;
  const problems: Problem[] = [];
  if (trunk === 'own' && head === 'path-sum') {
    problems.push({ where: at('head'), expected: 'conditional, with trunk own', received: head });
  }
  if (from !== undefined && !flatNames.includes(from)) {
    const near = nearest(from, flatNames);
    const received = names.includes(from) ? `${from}, which is a tree` : from;
    problems.push({
      where: at('from'),
      expected: 'the name of a flat arm',
      received,
      remedy: near && `Did you mean ${near}?`,
    });
  }
  if (trunk === 'shared' && from === undefined && flatNames.length === 0) {
    const remedy = 'Add an arm of kind flat: its CNN block is shared.';
    problems.push({ where: at('from'), expected: 'a flat arm, with trunk shared', received: 'none', remedy });
  }
  const idle = (field: 'network' | 'size' | 'views', expected: string) => {
    if (arm[field] === undefined) return;
    problems.push({ where: at(field), expected, received: JSON.stringify(arm[field]) });
  };
  if (trunk === 'shared' || from !== undefined) {
    for (const field of ['network', 'size'] as const) idle(field, "nothing, as the CNN block is the flat arm's");
  }
  if (trunk !== 'shared') idle('views', 'nothing, unless the trunk is shared');
  if (trunk === 'shared' && fields(arm.training).augmentation !== undefined) {
    const received = JSON.stringify(fields(arm.training).augmentation);
    const expected = 'nothing, as views of a shared trunk are augmented as for the flat arm';
    problems.push({ where: at('training.augmentation'), expected, received });
  }
  return problems;
}

/** Routings that a tree will not know. */
function routingProblems({ routing, trunk, head }: TreeArm, { validation }: Around, at: At): Problem[] {
  const expect = (expected: string) => [{ where: at('routing'), expected, received: routing ?? 'none' }];
  if ((routing === 'product' || routing === 'path-sum') && routing !== ownRouting(head)) {
    return expect(`greedy, combined or ${ownRouting(head)}, with ${head} heads`);
  }
  if (routing !== 'combined') return [];
  if (trunk !== 'shared') return expect(`greedy or ${ownRouting(head)}, unless the trunk is shared`);
  return validation === 0 ? expect('another one, without validation images to choose the shares on') : [];
}
