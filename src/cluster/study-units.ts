/** The units of a study: each model with each seed, for all arms that it serves. */
import { largest } from '../arrays.js';
import type { StudyConfig } from '../study/config.js';
import { builtOn, type ModelPlan, planArm } from '../study/plan.js';
import type { Unit } from './units.js';

/** What a forest on measured features costs, in epochs of a network. */
const MEASURED = 5;
/** What a pass that computes features costs, in epochs: each image and its views. */
const PASSES = 2;
/** How often a tree with networks of its own sees an image in an epoch: about once a level. */
const LEVELS = 3;
/** A head on features, in epochs of a network. */
const HEAD = 1 / 50;

/** @param images how many there are */
export function studyUnits(config: StudyConfig, images: number): Unit[] {
  const arms = config.arms.map((arm, i) => ({ number: i + 1, name: arm.name, model: planArm(config, arm).model }));
  const byModel = new Map<string, typeof arms>();
  for (const arm of arms) {
    const key = JSON.stringify(arm.model);
    byModel.set(key, [...(byModel.get(key) ?? []), arm]);
  }
  const { train, validation } = config.fractions;
  const { folds } = config;
  // Of each seed, every fold is trained.
  const learned = images * (folds === undefined ? train : ((folds - 1) * train) / (train + validation));
  return config.seeds.flatMap((seed) =>
    [...byModel.values()].flatMap((sharing): Unit[] => {
      const [first] = sharing;
      if (first === undefined) return [];
      return [
        {
          name: `${sharing.map(({ name }) => name).join(', ')}: seed ${seed}`,
          key: sharing.map(({ number }) => `${number}:${seed}`).join(','),
          cost: Math.round(learned * epochsOf(first.model)),
          stage: stageOf(first.model),
        },
      ];
    }),
  );
}

/** A model comes after those that it is built on. */
function stageOf(model: ModelPlan): number {
  return 1 + largest(builtOn(model).map(stageOf), 0);
}

/** As if its images were seen so often by a network that is trained. */
function epochsOf(model: ModelPlan): number {
  switch (model.kind) {
    case 'flat':
      return model.training.epochs;
    case 'tree':
    case 'specialists': {
      const { epochs } = model.training;
      if (model.trunk === 'shared') return PASSES + HEAD * epochs;
      return model.trunk === 'own' ? LEVELS * epochs : epochs;
    }
    case 'features':
      return MEASURED;
    case 'fusion':
      return 1;
  }
}
