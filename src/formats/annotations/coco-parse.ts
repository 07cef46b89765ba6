/** Reads annotations in COCO's format (https://cocodataset.org/#format-data), also detections with a score in it. */
import { JsonSyntaxError, type JsonValue, parseJson } from '../../json-lines.js';
import type { Attributes, MaskShape } from './annotated-frames.js';
import { runsOfText } from './coco-runs.js';
import { type AnnotationsRead, FrameCollector } from './frame-collector.js';
import { fieldOf, itemsOf, numberOf, numbersOf, shownValue, textOf } from './json-fields.js';

/**
 * Reads COCO JSON: `images`, `annotations`, `categories`. What cannot be is left out and named with its line; everything else is read.
 *
 * @param file the name of the file, for problems
 */
export function parseCoco(text: string, file: string): AnnotationsRead {
  const collector = new FrameCollector();
  const at = (value: JsonValue | undefined) => `${file}:${value?.line ?? 1}`;
  let top: JsonValue;
  try {
    top = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    collector.problem(`${file}:${error.line}`, error.expected, error.received);
    return collector.done();
  }
  const list = (key: string): readonly JsonValue[] => {
    const value = fieldOf(top, key);
    const items = itemsOf(value);
    if (items === undefined) collector.problem(at(value ?? top), `a list '${key}', as COCO has it`, shownValue(value));
    return items ?? [];
  };
  const categories = new Map<number, string>();
  for (const category of list('categories')) {
    const [id, name] = [numberOf(fieldOf(category, 'id')), textOf(fieldOf(category, 'name'))];
    if (id === undefined || name === undefined || name === '') {
      const received = `${shownValue(fieldOf(category, 'id'))} and ${shownValue(fieldOf(category, 'name'))}`;
      collector.problem(at(category), "a category with a number as 'id' and a 'name'", received);
    } else if (categories.has(id)) {
      collector.problem(at(category), 'each category once', `${id} again, as ${name}`);
    } else {
      categories.set(id, name);
      collector.category(name);
    }
  }
  const frames = new Map<number, number | undefined>();
  for (const image of list('images')) {
    const id = numberOf(fieldOf(image, 'id'));
    const name = textOf(fieldOf(image, 'file_name'));
    if (id === undefined || name === undefined || name === '') {
      const received = `${shownValue(fieldOf(image, 'id'))} and ${shownValue(fieldOf(image, 'file_name'))}`;
      collector.problem(at(image), "an image with a number as 'id' and a 'file_name'", received);
    } else if (frames.has(id)) {
      collector.problem(at(image), 'each image once', `${id} again, as ${name}`);
    } else {
      const [width, height] = [fieldOf(image, 'width'), fieldOf(image, 'height')].map((side) => numberOf(side) ?? 0);
      frames.set(id, collector.frame({ file: name, width: width ?? 0, height: height ?? 0 }, at(image)));
    }
  }
  const ids = new Set<number>();
  for (const annotation of list('annotations')) {
    const id = numberOf(fieldOf(annotation, 'id'));
    const isAgain = id !== undefined && ids.has(id);
    if (isAgain) collector.problem(at(annotation), 'each annotation once', `${id} again`);
    else if (id !== undefined) ids.add(id);
    const [image, category] = [fieldOf(annotation, 'image_id'), fieldOf(annotation, 'category_id')];
    const imageId = numberOf(image);
    const name = categories.get(numberOf(category) ?? Number.NaN);
    const box = numbersOf(fieldOf(annotation, 'bbox'));
    const frame = frames.get(imageId ?? Number.NaN);
    if (imageId === undefined || !frames.has(imageId)) {
      collector.problem(at(image ?? annotation), "an 'image_id' that is among the images", shownValue(image));
    }
    if (name === undefined) {
      collector.problem(
        at(category ?? annotation),
        "a 'category_id' that is among the categories",
        shownValue(category),
      );
    }
    if (box?.length !== 4) {
      const value = fieldOf(annotation, 'bbox');
      collector.problem(at(value ?? annotation), "a 'bbox' of x, y, width and height", shownValue(value));
    }
    if (frame === undefined || name === undefined || box?.length !== 4) continue;
    const [x = 0, y = 0, width = 0, height = 0] = box;
    const shape = fieldOf(annotation, 'segmentation');
    const mask = maskOf(shape);
    if (mask === 'wrong') {
      const expected = "a 'segmentation' of polygons, or of counts that fill its size";
      collector.problem(at(shape), expected, shownValue(shape));
    }
    const attributes = attributesOf(fieldOf(annotation, 'attributes'));
    const [score, area] = [fieldOf(annotation, 'score'), fieldOf(annotation, 'area')].map(numberOf);
    const read = {
      frame,
      category: name,
      box: { x, y, width, height },
      ...(score !== undefined && { score }),
      ...(mask !== undefined && mask !== 'wrong' && { mask }),
      ...(numberOf(fieldOf(annotation, 'iscrowd')) === 1 && { isCrowd: true }),
      ...(area !== undefined && { area }),
      ...(attributes !== undefined && { attributes }),
    };
    // What is there again is checked, too: all that is wrong is named at once.
    if (isAgain) collector.check(read, at(annotation));
    else collector.add(read, at(annotation));
  }
  return collector.done();
}

function maskOf(shape: JsonValue | undefined): MaskShape | 'wrong' | undefined {
  const polygons = itemsOf(shape);
  if (polygons?.length === 0 || shape === undefined || (shape.kind === 'other' && shape.text === 'null'))
    return undefined;
  if (polygons !== undefined) {
    const points = polygons.map(numbersOf);
    const areAll = points.every((numbers) => numbers !== undefined && numbers.length >= 6 && numbers.length % 2 === 0);
    return areAll ? { kind: 'polygons', polygons: points as number[][] } : 'wrong';
  }
  const [height, width] = numbersOf(fieldOf(shape, 'size')) ?? [];
  const counts = fieldOf(shape, 'counts');
  const text = textOf(counts);
  const runs = text === undefined ? numbersOf(counts) : runsOfText(text);
  if (height === undefined || width === undefined || runs === undefined) return 'wrong';
  const isWhole = runs.every((length) => Number.isInteger(length) && length >= 0);
  const pixels = runs.reduce((sum, length) => sum + length, 0);
  return isWhole && pixels === width * height ? { kind: 'runs', width, height, runs } : 'wrong';
}

function attributesOf(value: JsonValue | undefined): Attributes | undefined {
  if (value?.kind !== 'object' || value.members.length === 0) return undefined;
  const entries = value.members.flatMap(({ key, value: content }): (readonly [string, string | number | boolean])[] => {
    if (content.kind === 'string') return [[key, content.text]];
    if (content.kind !== 'other') return [];
    if (content.text === 'true' || content.text === 'false') return [[key, content.text === 'true']];
    const number = numberOf(content);
    return number === undefined ? [] : [[key, number]];
  });
  return Object.fromEntries(entries);
}
