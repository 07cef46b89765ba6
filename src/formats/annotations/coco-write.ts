/** Writes annotations in COCO's format, as pycocotools reads them. */
import type { AnnotatedFrames, Annotation, MaskShape } from './annotated-frames.js';
import { areaOfRuns, runsToText } from './coco-runs.js';

/**
 * COCO JSON, a line for each image, category and annotation. Numbers of images, categories and annotations begin at 1.
 *
 * @param info what else the file says of itself, such as the seed of composed scenes
 */
export function formatCoco(
  { frames, categories, annotations }: AnnotatedFrames,
  info: Readonly<Record<string, unknown>> = {},
): string {
  const lines = annotations.map((annotation, i) => cocoAnnotation(annotation, i));
  return `${cocoHead({ frames, categories }, info)}${lines.join(',\n')}${COCO_END}`;
}

/** What comes before the annotations, which follow one a line with commas between them, and then {@link COCO_END}. */
export function cocoHead(
  { frames, categories }: Pick<AnnotatedFrames, 'frames' | 'categories'>,
  info: Readonly<Record<string, unknown>> = {},
): string {
  const images = frames.map(({ file, width, height }, i) => ({ id: i + 1, file_name: file, width, height }));
  const names = categories.map((name, i) => ({ id: i + 1, name, supercategory: '' }));
  const lines = (key: string, items: readonly unknown[]) =>
    `"${key}": [\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  const parts = [
    `"info": ${JSON.stringify(info)}`,
    '"licenses": []',
    lines('images', images),
    lines('categories', names),
  ];
  return `{\n${parts.join(',\n')},\n"annotations": [\n`;
}

export const COCO_END = '\n]\n}\n';

/** The line of annotation `i`. */
export const cocoAnnotation = (annotation: Annotation, i: number): string =>
  JSON.stringify(annotationOf(annotation, i));

function annotationOf({ frame, category, box, score, mask, isCrowd = false, area, attributes }: Annotation, i: number) {
  return {
    id: i + 1,
    image_id: frame + 1,
    category_id: category + 1,
    bbox: [box.x, box.y, box.width, box.height],
    area: area ?? (mask?.kind === 'runs' ? areaOfRuns(mask) : box.width * box.height),
    iscrowd: isCrowd ? 1 : 0,
    segmentation: mask === undefined ? [] : segmentationOf(mask),
    ...(score !== undefined && { score }),
    ...(attributes !== undefined && { attributes }),
  };
}

const segmentationOf = (mask: MaskShape) =>
  mask.kind === 'polygons' ? mask.polygons : { size: [mask.height, mask.width], counts: runsToText(mask.runs) };
