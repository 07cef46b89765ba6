/** Reads the XML of CVAT for images: boxes, polygons and attributes, of all frames in one file. */
import type { Box } from '../../box.js';
import type { Attributes, MaskShape } from './annotated-frames.js';
import { type AnnotationsRead, FrameCollector } from './frame-collector.js';
import { outlineBox } from './outline-box.js';
import { parseXml, type XmlElement, XmlSyntaxError } from './xml.js';

/**
 * Reads "CVAT for images 1.1". Other shapes than boxes and polygons have no organism's extent, and are problems.
 *
 * @param file the name of the file, for problems
 */
export function parseCvat(text: string, file: string): AnnotationsRead {
  const collector = new FrameCollector();
  try {
    const root = parseXml(text);
    if (root.name === 'annotations') {
      for (const image of root.children.filter(({ name }) => name === 'image')) readImage(image, file, collector);
    } else {
      collector.problem(`${file}:${root.line}`, "'annotations', as CVAT has them", `<${root.name}>`);
    }
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    collector.problem(`${file}:${error.line}`, error.expected, error.received);
  }
  return collector.done();
}

/** What is no shape among the children of an image. */
const NO_SHAPES = new Set(['tag']);

function readImage(image: XmlElement, file: string, collector: FrameCollector): void {
  const at = (element: XmlElement) => `${file}:${element.line}`;
  const number = (element: XmlElement, key: string) => Number(element.attributes.get(key) || Number.NaN);
  const name = image.attributes.get('name') ?? '';
  if (name === '') {
    collector.problem(at(image), "an image with a 'name'", 'none');
    return;
  }
  const frame = collector.frame(
    { file: name, width: number(image, 'width'), height: number(image, 'height') },
    at(image),
  );
  if (frame === undefined) return;
  for (const shape of image.children) {
    if (NO_SHAPES.has(shape.name)) continue;
    const category = shape.attributes.get('label') ?? '';
    if (category === '') collector.problem(at(shape), "a shape with a 'label'", 'none');
    const read = shapeOf(shape, number);
    if (read === undefined) {
      collector.problem(at(shape), 'a box with xtl, ytl, xbr and ybr, or a polygon with points', `<${shape.name}>`);
    } else if (category !== '') {
      const attributes = attributesOf(shape);
      collector.add({ frame, category, ...read, ...(attributes !== undefined && { attributes }) }, at(shape));
    }
  }
}

function shapeOf(
  shape: XmlElement,
  number: (element: XmlElement, key: string) => number,
): { readonly box: Box; readonly mask?: MaskShape } | undefined {
  if (shape.name === 'box') {
    const [x, y] = [number(shape, 'xtl'), number(shape, 'ytl')];
    return { box: { x, y, width: number(shape, 'xbr') - x, height: number(shape, 'ybr') - y } };
  }
  const points = (shape.attributes.get('points') ?? '').split(/[;,]/).map(Number);
  if (shape.name !== 'polygon' || points.length < 6 || points.length % 2 === 1) return undefined;
  return { box: outlineBox(points), mask: { kind: 'polygons', polygons: [points] } };
}

function attributesOf(shape: XmlElement): Attributes | undefined {
  const entries: (readonly [string, string | boolean])[] = shape.children.flatMap((child) =>
    child.name === 'attribute' ? [[child.attributes.get('name') ?? '', child.text] as const] : [],
  );
  if (shape.attributes.get('occluded') === '1') entries.push(['occluded', true]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
