/**
 * `cladenet/growing`: trees by a changed taxonomy, of which only the nodes that decide otherwise are trained.
 *
 * @module
 */
export { growTree } from './grow.js';
export { growTreeInto } from './grow-into.js';
export { type ChangedNode, type GrowthPlan, type KeptNode, planGrowth } from './growth-plan.js';
export type { GrowHooks, Grown, GrowOptions, KnownClasses } from './options.js';
