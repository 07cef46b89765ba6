/**
 * `cladenet/study`: studies: arms trained over several seeds, judged together, and kept in a folder that a stopped
 * study is resumed from.
 *
 * @module
 */
export type {
  ErrorGroups,
  FeaturesArm,
  FlatArm,
  FusionArm,
  SpecialistsArm,
  StudyArmConfig,
  StudyConfig,
  StudyConfigInput,
  TreeArm,
} from './config.js';
export type { OpenImages } from './data.js';
export type { SettingDifference } from './differences.js';
export type { ModelNews, PredictionNews, RunStudyOptions, StudyHooks } from './hooks.js';
export { type ParseStudyOptions, parseStudy } from './parse.js';
export { runStudyParts, type StudyRunChoice } from './run-parts.js';
export { runStudy, type StudiedArm, type StudyResult } from './run-study.js';
