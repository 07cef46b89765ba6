/**
 * `cladenet/detection`: organisms in whole images: scenes composed of single organisms, detectors, the judging of boxes.
 *
 * @module
 */
export type { BoxMask, Detection, Detector, FrameLevels } from './detector.js';
export type { PixelReaderOptions } from '../dataset/decode/pixel-reader.js';
export { type ColourImage, type FrameReader, frameOf, type OpenFrame, openFrame } from './frames/frame.js';
export { type ThresholdOptions, thresholdDetector } from './threshold/threshold-detector.js';
export { detectInTiles, type TileOptions } from './tiles.js';

// Names of what was found
export {
  type ClassifiedDetection,
  type ClassifyDetectionsOptions,
  classifyDetections,
} from './classifying/classify-detections.js';

// Annotations
export {
  type AnnotationFormat,
  type ReadAnnotations,
  type ReadAnnotationsOptions,
  readAnnotations,
} from './annotations/read-annotations.js';

// Judging
export type { AveragePrecision } from './judging/average-precision.js';
export {
  type CategoryJudgement,
  type DepthJudgement,
  type DetectionJudgement,
  type JudgeOptions,
  judgeDetections,
  type LineageJudgement,
} from './judging/judge.js';
export type { PairRecall } from './judging/pairs.js';

// Scenes
export {
  composeScenes,
  type Scene,
  type SceneOrganism,
  type SceneOverlap,
  type Scenes,
} from './scenes/compose-scenes.js';
export { type Crop, type Cutout, cutOut } from './scenes/cutout.js';
export { type CutOutPartOptions, cutOutPart, type Part } from './scenes/cut-out-part.js';
export { annotatedScenes } from './scenes/annotated-scenes.js';
export { type WriteScenesOptions, writeScenes } from './scenes/write-scenes.js';
export { densityShare } from './scenes/density.js';
export type { Range, SceneLayout, SceneOptions } from './scenes/options.js';

// Trained detectors
export { DETECTOR_KINDS, type DetectorKind } from './learned/network/kinds.js';
export type { AnnotatedFrame } from './learned/examples/frame-examples.js';
export { LearnedDetector } from './learned/learned-detector.js';
export type { DetectorReading, OtherReading } from './learned/other-reading.js';
export type { Edges } from './learned/reading/reading.js';
export type { Views } from './learned/reading/mirrored.js';
export type { DetectorDescription } from './learned/schema.js';
export { type LoadDetectorOptions, loadDetector } from './learned/store.js';
export type { DetectorData } from './learned/training/detector-data.js';
export type { DetectorHooks, DetectorOptions, DetectorPart } from './learned/training/detector-plan.js';
export { type DetectorResumeOptions, trainDetector, trainDetectorInto } from './learned/training/train-detector.js';
