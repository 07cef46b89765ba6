/** Reads the XML of CVAT for images: boxes, polygons and attributes, of all frames in one file. */
import type { Box } from '../../box.js';
import type { Attributes, MaskShape } from './annotated-frames.js';
import { type AnnotationsRead, FrameCollector } from './frame-collector.js';
import { namedNumbers } from './named-numbers.js';
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

/** What a shape has to be. */
const SHAPES = 'a box with numbers as xtl, ytl, xbr and ybr, or a polygon with points x,y;x,y;x,y';
/** What is no shape among the children of an image. */
const NO_SHAPES = new Set(['tag']);

function readImage(image: XmlElement, file: string, collector: FrameCollector): void {
  const at = (element: XmlElement) => `${file}:${element.line}`;
  const name = image.attributes.get('name') ?? '';
  if (name === '') {
    collector.problem(at(image), "an image with a 'name'", 'none');
    return;
  }
  const sides = namedNumbers(['width', 'height'], (side) => image.attributes.get(side));
  const frame = collector.frameOf(name, sides, at(image));
  if (frame === undefined) return;
  for (const shape of image.children) {
    if (NO_SHAPES.has(shape.name)) continue;
    const category = shape.attributes.get('label') ?? '';
    if (category === '') collector.problem(at(shape), "a shape with a 'label'", 'none');
    const read = shapeOf(shape);
    if ('received' in read) {
      collector.problem(at(shape), SHAPES, read.received);
    } else if (category !== '') {
      const attributes = attributesOf(shape);
      collector.add({ frame, category, ...read, ...(attributes !== undefined && { attributes }) }, at(shape));
    }
  }
}

function shapeOf(shape: XmlElement): { readonly box: Box; readonly mask?: MaskShape } | { readonly received: string } {
  if (shape.name === 'box') {
    const named = namedNumbers(['xtl', 'ytl', 'xbr', 'ybr'], (edge) => shape.attributes.get(edge));
    if ('received' in named) return named;
    const [x = 0, y = 0, right = 0, bottom = 0] = named.numbers;
    return { box: { x, y, width: right - x, height: bottom - y } };
  }
  if (shape.name !== 'polygon') return { received: `<${shape.name}>` };
  const texts = (shape.attributes.get('points') ?? '').split(/[;,]/).map((text) => text.trim());
  const points = texts.map((text) => (text === '' ? Number.NaN : Number(text)));
  if (points.length < 6 || points.length % 2 === 1 || !points.every(Number.isFinite)) {
    return { received: `a polygon with points '${shape.attributes.get('points') ?? ''}'` };
  }
  return { box: outlineBox(points), mask: { kind: 'polygons', polygons: [points] } };
}

function attributesOf(shape: XmlElement): Attributes | undefined {
  const entries: (readonly [string, string | boolean])[] = shape.children.flatMap((child) =>
    child.name === 'attribute' ? [[child.attributes.get('name') ?? '', child.text] as const] : [],
  );
  if (shape.attributes.get('occluded') === '1') entries.push(['occluded', true]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
