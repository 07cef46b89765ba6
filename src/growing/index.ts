/**
 * `cladenet/growing`: trees by a changed taxonomy, of which only the nodes that decide otherwise are trained.
 *
 * @module
 */
export { growTree } from './grow.js';
export { addFlatPrototypesInto, addPrototypesInto, growTreeInto } from './grow-into.js';
export { type ChangedNode, type GrowthPlan, type KeptNode, planGrowth } from './growth-plan.js';
export type { GrowHooks, Grown, GrowOptions, KnownClasses } from './options.js';
export { addFlatPrototypes } from './prototypes/add-flat-prototypes.js';
export { addPrototypes } from './prototypes/add-prototypes.js';
export type {
  FlatWithPrototypes,
  GrownByPrototypes,
  Prototype,
  PrototypeHooks,
  PrototypeOptions,
} from './prototypes/options.js';
