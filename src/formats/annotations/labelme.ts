/** Reads LabelMe's JSON: a file for each frame, with rectangles, polygons and circles. */
import { JsonSyntaxError, type JsonValue, parseJson } from '../../json-lines.js';
import { type AnnotationsRead, FrameCollector } from './frame-collector.js';
import { fieldOf, itemsOf, numberOf, numbersOf, shownValue, textOf } from './json-fields.js';
import { outlineBox } from './outline-box.js';
import type { AnnotationFile } from './voc.js';

/** Reads the JSON files of frames. */
export function parseLabelMe(files: readonly AnnotationFile[]): AnnotationsRead {
  const collector = new FrameCollector();
  for (const { file, text } of files) {
    try {
      readFrame(parseJson(text), file, collector);
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      collector.problem(`${file}:${error.line}`, error.expected, error.received);
    }
  }
  return collector.done();
}

function readFrame(top: JsonValue, file: string, collector: FrameCollector): void {
  const at = (value: JsonValue | undefined) => `${file}:${value?.line ?? top.line}`;
  const name = textOf(fieldOf(top, 'imagePath'));
  const shapes = itemsOf(fieldOf(top, 'shapes'));
  if (name === undefined || name === '' || shapes === undefined) {
    const received = `${shownValue(fieldOf(top, 'imagePath'))} and ${shownValue(fieldOf(top, 'shapes'))}`;
    collector.problem(at(top), "an 'imagePath' and a list 'shapes', as LabelMe has them", received);
    return;
  }
  const [width = 0, height = 0] = ['imageWidth', 'imageHeight'].map((key) => numberOf(fieldOf(top, key)) ?? 0);
  // LabelMe of Windows writes backslashes.
  const frame = collector.frame({ file: name.replaceAll('\\', '/'), width, height }, at(fieldOf(top, 'imageWidth')));
  if (frame === undefined) return;
  for (const shape of shapes) {
    const category = textOf(fieldOf(shape, 'label')) ?? '';
    if (category === '') collector.problem(at(shape), "a shape with a 'label'", shownValue(fieldOf(shape, 'label')));
    const points = itemsOf(fieldOf(shape, 'points'))?.map(numbersOf) ?? [];
    const areAll = points.every((point) => point?.length === 2);
    const numbers = points.flatMap((point) => point ?? []);
    const kind = textOf(fieldOf(shape, 'shape_type')) ?? 'polygon';
    const extent = areAll ? extentOf(kind, numbers) : undefined;
    if (extent === undefined) {
      const expected = 'a rectangle of 2 points, a polygon of 3 or more, or a circle of centre and edge';
      collector.problem(at(shape), expected, `${kind} of ${points.length} points`);
    } else if (category !== '') {
      const isPolygon = kind === 'polygon';
      const mask = { kind: 'polygons', polygons: [numbers] } as const;
      collector.add({ frame, category, box: outlineBox(extent), ...(isPolygon && { mask }) }, at(shape));
    }
  }
}

/** The points that a shape extends to. */
function extentOf(kind: string, points: readonly number[]): readonly number[] | undefined {
  if (kind === 'polygon') return points.length >= 6 ? points : undefined;
  if (points.length !== 4) return undefined;
  if (kind === 'rectangle') return points;
  if (kind !== 'circle') return undefined;
  const [x = 0, y = 0, edgeX = 0, edgeY = 0] = points;
  const radius = Math.hypot(edgeX - x, edgeY - y);
  return [x - radius, y - radius, x + radius, y + radius];
}
