/** Which parts of a network are trained, and at which multiple of the learning rate. */
import type { Parameter } from '../network/layer.js';
import type { TrainingConfig } from './config.js';

type RateConfig = Pick<TrainingConfig, 'headRate' | 'layerDecay' | 'frozenStages' | 'headSteps'>;

/** Weights that have the same rate. */
export interface RateGroup {
  /** Multiple of the learning rate. */
  readonly factor: number;
  /** Of the first of them; of all, where the head starts first. */
  readonly block: 'trunk' | 'head';
  readonly names: readonly string[];
}

/** A layer of a CNN block, or a block of one of its stages: `trunk/0`, `trunk/3/1`. */
const layerOf = (name: string) => /^trunk\/\d+(?:\/\d+)?(?=\/)/.exec(name)?.[0];

/** Whether a parameter is of a layer or stage that is not trained. */
export const isFrozen = (name: string, { frozenStages }: Pick<RateConfig, 'frozenStages'>): boolean =>
  name.startsWith('trunk/') && Number(name.split('/')[1]) < frozenStages;

/** The weights that are trained, in the order of the parameters, by their rates. Heads alone are trained at the rate itself. */
export function rateGroups(parameters: readonly Parameter[], config: RateConfig): readonly RateGroup[] {
  const layers = [...new Set(parameters.flatMap(({ name }) => layerOf(name) ?? []))];
  const groups = new Map<string, RateGroup & { names: string[] }>();
  for (const { name, role } of parameters) {
    if (role !== 'weight' || isFrozen(name, config)) continue;
    const layer = layerOf(name);
    const block = layer === undefined ? 'head' : 'trunk';
    const ofHead = layers.length === 0 ? 1 : config.headRate;
    const factor = layer === undefined ? ofHead : config.layerDecay ** (layers.length - layers.indexOf(layer));
    // Parts that start at different steps are apart even if they have the same rate.
    const key = config.headSteps > 0 ? `${block} ${factor}` : String(factor);
    const group = groups.get(key) ?? { factor, block, names: [] };
    groups.set(key, group);
    group.names.push(name);
  }
  return [...groups.values()];
}
