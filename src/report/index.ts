/**
 * `cladenet/report`: the report page, tables and drawings as plain text, and figures as SVG or PNG.
 *
 * @module
 */
// The page
export {
  type AssembledReport,
  assembleReport,
  type ReportOptions,
  type ReportProgress,
  writeReport,
} from './assemble.js';
export type { NamedClassifier, ReportedClassifiers } from './named-models.js';
export { htmlReport } from './html/html-report.js';
export type { ReportInput, ReportModel, ReportTuning, ReportWeak } from './html/input.js';

// Comparisons and evaluations as tables
export { type ComparedModels, type CompareModelsOptions, compareModels } from './compare-models.js';
export { type ComparisonTableOptions, comparisonTable } from './tables/comparison-table.js';
export { type StudyTableOptions, studyTable } from './tables/study-table.js';
export { type StudyVerdictOptions, studyVerdict } from './tables/study-verdict.js';
export type { TableMetric } from './metrics.js';
export type { Coverage } from './coverage.js';
export { trainedOverSeeds } from './over-seeds.js';
export { classifyVariants, type RoutingsShown, routingsShown, type VariantOptions } from './variants.js';

// Other tables and drawings as plain text
export { scoredTree } from './tables/scored-tree.js';
export { type WeakReportOptions, weakReport } from './tables/weak-report.js';
export { tuneTable } from './tables/tune-table.js';
export { specialistsTable } from './tables/specialists-table.js';
export { type GroupingResults, type GroupingTextOptions, groupingText } from './tables/grouping-text.js';
export { agreementTable, groupsText, type SweepTableOptions, sweepTable } from './tables/group-tables.js';
export { groupingJson } from './tables/grouping-json.js';
export { selectionRows, selectionText } from './tables/selection-table.js';
export { networkTable } from './tables/network-table.js';
export { type PredictionRowsOptions, predictionColumns, predictionRows } from './tables/prediction-rows.js';

// Predictions in the formats of other programs
export { PREDICTION_FORMATS, type PredictionFormatName } from './predictions/prediction-formats.js';
export type {
  PredictedImages,
  PredictionContext,
  PredictionFormat,
  PredictionWriter,
} from './predictions/prediction-writer.js';
export { openScores } from './predictions/scores/scores-writer.js';
export { withWriters, writePredictions } from './predictions/write-predictions.js';

// Detections in frames, with drawings, crops and labels
export { type DetectedInto, type DetectIntoOptions, detectInto } from './detections/detect-into.js';
export { type NamedFrame, namedFrames } from './detections/frame-names.js';
export type { Looking } from './detections/look-at-frame.js';

// Figures
export { figurePng, writeFigure } from './figures/write-figure.js';
export { type CurveEpoch, type CurveHistory, learningCurves } from './figures/learning-curves.js';
export { type ConfusionFigureOptions, confusionMatrixFigure } from './figures/confusion-figure.js';
export type { ConfusionCounts, ConfusionGroup, ConfusionOrder } from './figures/confusion-layout.js';
export { type TaxonomyFigureNode, type TaxonomyFigureOptions, taxonomyFigure } from './figures/taxonomy-figure.js';
export { type BalanceFigureOptions, balanceFigure } from './figures/balance-figure.js';
export { type NoveltyFigureOptions, type NoveltySeries, noveltyFigure } from './figures/novelty-figure.js';
export { type CurveSeries, type OperatingCurvesOptions, operatingCurves } from './figures/operating-curves.js';
export { type DiagramBin, type DiagramSeries, reliabilityDiagram } from './figures/reliability-diagram.js';
export { type ImportanceFigureOptions, importanceFigure } from './figures/importance-figure.js';
export { type StudyFigureOptions, studyFigure } from './figures/study-figure.js';
export { type DendrogramOptions, dendrogramFigure } from './figures/dendrogram-figure.js';
export { type SweepFigureOptions, sweepFigure } from './figures/sweep-figure.js';
export { type GroupingFiguresOptions, groupingFigures, writeGroupingFigures } from './figures/grouping-figures.js';
