/** The kinds of detector that are trained. */

/**
 * - `centre`: a map of centres with the size of the organism at each (CenterNet; Zhou et al., "Objects as points", 2019)
 * - `two-slot`: the same, and each pixel of the map can hold two organisms (CrowdDet; Chu et al., "Detection in crowded scenes: one
 *   proposal, multiple predictions", 2020)
 * - `yolo`: a grid of cells, each with a few boxes for one organism (YOLO v1; Redmon et al., "You only look once", 2016)
 */
export const DETECTOR_KINDS = ['centre', 'two-slot', 'yolo'] as const;
/** The kind of a detector that is trained. */
export type DetectorKind = (typeof DETECTOR_KINDS)[number];
