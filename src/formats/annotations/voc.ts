/** Reads Pascal VOC: an XML file for each frame (M. Everingham et al., "The PASCAL Visual Object Classes challenge", 2010). */
import { type AnnotationsRead, FrameCollector } from './frame-collector.js';
import { namedNumbers } from './named-numbers.js';
import { childOf, numberIn, parseXml, type XmlElement, XmlSyntaxError } from './xml.js';

/** A file of annotations: its name for problems, and its text. */
export interface AnnotationFile {
  readonly file: string;
  readonly text: string;
}

/** The corners of a box. */
const CORNERS = ['xmin', 'ymin', 'xmax', 'ymax'] as const;
/** The flags of an object. */
const FLAGS = ['difficult', 'truncated', 'occluded'] as const;

/**
 * Reads the XML files of frames. Boxes are in whole pixels from 1, both ends included, as the format has them: `xmin` 1 and `xmax` 10
 * are 10 pixels, the first at the edge.
 */
export function parseVoc(files: readonly AnnotationFile[]): AnnotationsRead {
  const collector = new FrameCollector();
  for (const { file, text } of files) {
    try {
      readFrame(parseXml(text), file, collector);
    } catch (error) {
      if (!(error instanceof XmlSyntaxError)) throw error;
      collector.problem(`${file}:${error.line}`, error.expected, error.received);
    }
  }
  return collector.done();
}

function readFrame(root: XmlElement, file: string, collector: FrameCollector): void {
  const at = (element: XmlElement) => `${file}:${element.line}`;
  if (root.name !== 'annotation') {
    collector.problem(at(root), "an 'annotation', as Pascal VOC has it", `<${root.name}>`);
    return;
  }
  const name = childOf(root, 'filename')?.text ?? '';
  if (name === '') {
    collector.problem(at(root), "a 'filename'", 'none');
    return;
  }
  const size = childOf(root, 'size');
  const sides = namedNumbers(['width', 'height'], (side) => childOf(size, side)?.text);
  const frame = collector.frameOf(name, sides, at(size ?? root));
  if (frame === undefined) return;
  for (const object of root.children.filter((child) => child.name === 'object')) {
    const category = childOf(object, 'name')?.text ?? '';
    const corners = childOf(object, 'bndbox');
    if (category === '') collector.problem(at(object), "a 'name' of the object", 'none');
    const named = namedNumbers(CORNERS, (corner) => childOf(corners, corner)?.text);
    const [xmin = 0, ymin = 0, xmax = 0, ymax = 0] = 'numbers' in named ? named.numbers : [];
    if (corners === undefined) collector.problem(at(object), "a 'bndbox'", 'none');
    else if ('received' in named) collector.problem(at(corners), `numbers as ${CORNERS.join(', ')}`, named.received);
    else if (xmax <= xmin || ymax <= ymin) {
      const received = `x ${xmin} to ${xmax}, y ${ymin} to ${ymax}`;
      collector.problem(at(corners), 'a box whose xmax and ymax are above xmin and ymin', received);
    } else if (category !== '') {
      const flags = FLAGS.filter((flag) => numberIn(childOf(object, flag)) === 1).map((flag) => [flag, true] as const);
      collector.add(
        {
          ...{ frame, category },
          box: { x: xmin - 1, y: ymin - 1, width: xmax - xmin + 1, height: ymax - ymin + 1 },
          ...(flags.length > 0 && { attributes: Object.fromEntries(flags) }),
        },
        at(corners),
      );
    }
  }
}
