/** Reads annotated frames from files and folders, of any format that is known. */
import { access, readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { CladenetError, type Problem } from '../../errors.js';
import type { Frame } from '../../formats/annotations/annotated-frames.js';
import { parseCoco } from '../../formats/annotations/coco-parse.js';
import { parseCvat } from '../../formats/annotations/cvat.js';
import type { AnnotationsRead } from '../../formats/annotations/frame-collector.js';
import { parseLabelMe } from '../../formats/annotations/labelme.js';
import { type AnnotationFile, parseVoc } from '../../formats/annotations/voc.js';
import { parseYolo, parseYoloNames, type YoloFile } from '../../formats/annotations/yolo.js';
import { sortByCodePoint } from '../../order.js';
import { MAX_TABLE_BYTES, readProblem, readRegularFile } from '../../regular-file.js';
import { loadSharp } from '../../sharp.js';
import { decodeText } from '../../text.js';

/** The formats that are recognised. */
export type AnnotationFormat = 'coco' | 'yolo' | 'voc' | 'labelme' | 'cvat';

/** Options of {@link readAnnotations}. */
export interface ReadAnnotationsOptions {
  /** Of a Pascal VOC folder, read the frames of this list alone: `test` for `ImageSets/Main/test.txt`. Default: all. */
  readonly list?: string | undefined;
  /**
   * The folder of the frames. Their files are then looked for, and their sizes compared: frames without a file, or of another size than
   * it, cannot be used. Of YOLO, which does not say how large frames are, default: `images` beside `labels`, or the folder itself.
   */
  readonly images?: string | undefined;
  /** With `images`: whether there may be images without annotations, such as those of another part of a split. Default: with `list`. */
  readonly part?: boolean | undefined;
  /** Throw if anything is wrong, naming all of it. Default `false`: it is left out and returned. */
  readonly strict?: boolean | undefined;
}

/** What {@link readAnnotations} reads. */
export interface ReadAnnotations extends AnnotationsRead {
  readonly format: AnnotationFormat;
}

const IMAGE = /\.(jpe?g|png|tiff?|gif|webp|avif)$/i;
/** Files that say what the classes of YOLO are called, the first one that there is. */
const YOLO_NAMES = ['data.yaml', 'data.yml', 'classes.txt', 'obj.names'];

/**
 * Reads annotated frames: COCO or LabelMe (`.json`), Pascal VOC or CVAT (`.xml`), or a folder of Pascal VOC (`Annotations`), YOLO (`labels`
 * with `data.yaml` or `classes.txt`) or LabelMe files.
 *
 * @throws CladenetError DATASET when there is nothing that is recognised, no frame can be read, or, with `strict`, anything is wrong
 */
export async function readAnnotations(path: string, options: ReadAnnotationsOptions = {}): Promise<ReadAnnotations> {
  const kind = await stat(path).catch((error: unknown) => {
    throw refusal(path, [readProblem(path, error, 'a file or a folder of annotations')]);
  });
  const all = kind.isDirectory() ? await readFolder(path, options) : await readFile(path);
  const { images, part = options.list !== undefined } = options;
  // Without any frame, what is wrong is the file of annotations, and not each image. YOLO's frames are those of the images.
  const isCompared = images !== undefined && all.format !== 'yolo' && all.frames.length > 0;
  const read = isCompared ? await withImages(all, images, part) : all;
  if (read.frames.length === 0 || (options.strict === true && read.problems.length > 0)) {
    throw refusal(path, read.problems);
  }
  return read;
}

const refusal = (path: string, problems: readonly Problem[]) => {
  const none = { where: path, expected: 'at least one frame', received: 'none' };
  return new CladenetError('DATASET', 'The annotations cannot be read.', problems.length > 0 ? problems : [none]);
};

async function textOfFile(path: string): Promise<AnnotationFile> {
  const bytes = await readRegularFile(path, { maxBytes: MAX_TABLE_BYTES }).catch((error: unknown) => {
    throw refusal(path, [readProblem(path, error)]);
  });
  const decoded = decodeText(bytes);
  if (!('text' in decoded)) throw refusal(path, [{ where: `${path}:${decoded.line}`, ...decoded.problem }]);
  return { file: path, text: decoded.text };
}

async function readFile(path: string): Promise<ReadAnnotations> {
  const file = await textOfFile(path);
  const { text } = file;
  const kind = extname(path).toLowerCase();
  if (kind === '.xml') {
    const isCvat = /<annotations[\s>]/.test(text);
    return isCvat ? { format: 'cvat', ...parseCvat(text, path) } : { format: 'voc', ...parseVoc([file]) };
  }
  if (kind === '.json') {
    const isLabelMe = /"shapes"\s*:/.test(text) && !/"annotations"\s*:/.test(text);
    return isLabelMe ? { format: 'labelme', ...parseLabelMe([file]) } : { format: 'coco', ...parseCoco(text, path) };
  }
  throw unknown(path, `a file ${basename(path)}`);
}

const unknown = (path: string, received: string) =>
  refusal(path, [
    {
      where: path,
      expected: 'COCO or LabelMe (.json), Pascal VOC or CVAT (.xml), or a folder of Pascal VOC, YOLO or LabelMe files',
      received,
    },
  ]);

const visible = (names: readonly string[]): string[] => sortByCodePoint(names.filter((name) => !name.startsWith('.')));

const namesIn = async (folder: string): Promise<string[]> => visible(await readdir(folder).catch(() => [] as string[]));

async function readFolder(path: string, options: ReadAnnotationsOptions): Promise<ReadAnnotations> {
  const names = await namesIn(path);
  const of = (extension: string) => names.filter((name) => name.toLowerCase().endsWith(extension));
  if (names.includes('Annotations')) return readVoc(path, join(path, 'Annotations'), options);
  if (of('.xml').length > 0) return readVoc(path, path, options);
  if (YOLO_NAMES.some((name) => names.includes(name))) return readYolo(path, names, options);
  if (of('.json').length > 0) {
    const files = await Promise.all(of('.json').map((name) => textOfFile(join(path, name))));
    const [only] = files;
    if (files.length === 1 && only !== undefined) return readFile(only.file);
    return { format: 'labelme', ...parseLabelMe(files) };
  }
  throw unknown(path, `a folder with ${names.slice(0, 5).join(', ') || 'nothing in it'}`);
}

async function readVoc(path: string, folder: string, { list }: ReadAnnotationsOptions): Promise<ReadAnnotations> {
  const there = (await namesIn(folder)).filter((name) => name.toLowerCase().endsWith('.xml'));
  const problems: Problem[] = [];
  let wanted = there;
  if (list !== undefined) {
    const { file, text } = await textOfFile(join(path, 'ImageSets', 'Main', `${list}.txt`));
    const known = new Set(there);
    wanted = [];
    for (const [i, line] of text.split(/\r?\n/).entries()) {
      const [name = ''] = line.trim().split(/\s+/);
      if (name === '') continue;
      if (known.has(`${name}.xml`)) wanted.push(`${name}.xml`);
      else problems.push({ where: `${file}:${i + 1}`, expected: `a file ${name}.xml in ${folder}`, received: 'none' });
    }
  }
  const files: AnnotationFile[] = [];
  for (const name of wanted) files.push(await textOfFile(join(folder, name)));
  const read = parseVoc(files);
  return { format: 'voc', ...read, problems: [...problems, ...read.problems] };
}

async function readYolo(
  path: string,
  names: readonly string[],
  options: ReadAnnotationsOptions,
): Promise<ReadAnnotations> {
  const naming = YOLO_NAMES.find((name) => names.includes(name)) ?? '';
  const { text } = await textOfFile(join(path, naming));
  const classes = parseYoloNames(text, join(path, naming));
  const labels = names.includes('labels') ? join(path, 'labels') : path;
  const images = options.images ?? (names.includes('images') ? join(path, 'images') : path);
  const stem = (name: string) => name.replace(/\.[^.]*$/, '');
  const texts = (await namesIn(labels)).filter((name) => name.endsWith('.txt') && !YOLO_NAMES.includes(name));
  const pictures = (await namesIn(images)).filter((name) => IMAGE.test(name));
  const pictureOf = new Map(pictures.map((name) => [stem(name), name]));
  const textOf = new Map(texts.map((name) => [stem(name), name]));
  const problems: Problem[] = [...classes.problems];
  const files: YoloFile[] = [];
  for (const name of texts) {
    if (pictureOf.has(stem(name))) continue;
    problems.push({ where: join(labels, name), expected: `an image ${stem(name)} in ${images}`, received: 'none' });
  }
  for (const picture of pictures) {
    const size = await sizeOf(join(images, picture));
    if ('where' in size) {
      problems.push(size);
      continue;
    }
    const name = textOf.get(stem(picture));
    // YOLO has no file for a frame without objects.
    const file =
      name === undefined
        ? { file: join(labels, `${stem(picture)}.txt`), text: '' }
        : await textOfFile(join(labels, name));
    files.push({ ...file, frame: { file: picture, ...size } });
  }
  const read = parseYolo(files, classes.names);
  return { format: 'yolo', ...read, problems: [...problems, ...read.problems] };
}

/** The size of an image as it is decoded, by its header alone. */
async function sizeOf(path: string): Promise<Pick<Frame, 'width' | 'height'> | Problem> {
  const sharp = await loadSharp();
  try {
    await access(path);
  } catch (error) {
    return readProblem(path, error, 'an image');
  }
  try {
    const { width, height, autoOrient } = await sharp(path, { limitInputPixels: false }).metadata();
    return autoOrient ?? { width, height };
  } catch (error) {
    return { where: path, expected: 'an image', received: (error as Error).message.split('\n')[0] ?? '' };
  }
}

/**
 * The frames that have an image of their size, with their annotations. Problems are frames without, and images that no frame is of.
 *
 * @param part whether there may be such images
 * @throws CladenetError DATASET where there is no such folder
 */
async function withImages(read: ReadAnnotations, folder: string, part: boolean): Promise<ReadAnnotations> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw refusal(folder, [readProblem(folder, error, 'a folder of images')]);
  });
  const problems = [...read.problems];
  const frames: Frame[] = [];
  const numbers = new Map<number, number>();
  for (const [number, frame] of read.frames.entries()) {
    const { file, width, height } = frame;
    const size = await sizeOf(join(folder, file));
    if ('where' in size) problems.push(size);
    else if (size.width !== width || size.height !== height) {
      const received = `${size.width} x ${size.height}`;
      problems.push({ where: join(folder, file), expected: `${width} x ${height}, as the annotations say`, received });
    } else numbers.set(number, frames.push(frame) - 1);
  }
  const known = new Set(read.frames.map(({ file }) => file));
  for (const name of part ? [] : visible(names)) {
    if (!IMAGE.test(name) || known.has(name)) continue;
    problems.push({ where: join(folder, name), expected: 'annotations of the image', received: 'none' });
  }
  const annotations = read.annotations.flatMap((annotation) => {
    const frame = numbers.get(annotation.frame);
    return frame === undefined ? [] : [{ ...annotation, frame }];
  });
  return { ...read, frames, annotations, problems };
}
