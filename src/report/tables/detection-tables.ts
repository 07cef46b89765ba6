/** The judgement of detections, as text. */
import type { DetectionJudgement } from '../../detection/judging/judge.js';
import { counted } from '../../units.js';
import { alignColumns } from './columns.js';

const share = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(3));
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

/** Average precision, whatever the category, as a mean over categories and at each depth. */
export function precisionTable({ agnostic, perCategory, depths }: DetectionJudgement): string {
  const row = (name: string, { ap, ap50, ap75, recall }: DetectionJudgement['agnostic']) => [
    name,
    ...[ap, ap50, ap75, recall].map(share),
  ];
  const rows = [
    ['', 'AP', 'AP50', 'AP75', 'recall'],
    row('whatever the class', agnostic),
    row('mean over classes', perCategory),
    ...(depths ?? []).map((depth) => row(`at depth ${depth.depth} (${depth.categories})`, depth)),
  ];
  return alignColumns(rows, 1).join('\n');
}

/** A row for each category. */
export function categoryTable({ categories }: DetectionJudgement): string {
  const rows = categories.map(({ category, organisms, ap, ap50, recall, countError }) => [
    category,
    `${organisms}`,
    ...[ap, ap50, recall].map(share),
    countError.toFixed(2),
  ]);
  return alignColumns([['class', 'organisms', 'AP', 'AP50', 'recall', 'count error'], ...rows], 1).join('\n');
}

/** Counts, lineages and pairs, in sentences. */
export function judgementText({ frames, organisms, counts, lineages, pairs, ...judged }: DetectionJudgement): string {
  const { maxDetections, crowdedFrames } = judged;
  const lines = [
    ...(crowdedFrames === 0
      ? []
      : [
          `${counted(crowdedFrames, 'frame')} with more than ${maxDetections} organisms: average precision takes ${maxDetections} detections ` +
            'of each, so it cannot be high; --max-detections takes more',
        ]),
    `${organisms} organisms in ${frames} frames; ${counts.boxes.toFixed(2)} boxes a frame from score ${counts.minScore} on`,
    `count error: ${counts.error.toFixed(2)} a frame, ${counts.errorPerCategory.toFixed(2)} within a class`,
  ];
  if (lineages !== undefined) {
    const { matched, precision, recall, f1, averageHierarchicalDistance: distance } = lineages;
    const far = distance === undefined ? '' : `; AHD ${distance.toFixed(3)} over ${matched} found`;
    lines.push(`hierarchical F1: ${share(f1)} (precision ${share(precision)}, recall ${share(recall)})${far}`);
  }
  if (pairs !== undefined) {
    const { all, sameCategory, differentCategories, byOverlap } = pairs;
    const rows = [
      ['frames of two', 'frames', 'both found', 'one found', 'boxes'],
      ...[
        ['all', all] as const,
        ['same class', sameCategory] as const,
        ['different classes', differentCategories] as const,
        ...byOverlap.map((level) => [`overlap ${percent(level.overlap)}`, level] as const),
      ].flatMap(([name, recall]) =>
        recall === undefined
          ? []
          : [[name, `${recall.count}`, percent(recall.both), percent(recall.one), recall.boxes.toFixed(2)]],
      ),
    ];
    lines.push('', alignColumns(rows, 1).join('\n'));
  }
  return lines.join('\n');
}
