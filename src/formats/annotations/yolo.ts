/** YOLO's text format: a file for each frame, a line for each box: class, centre, size, as shares of the frame. */
import type { AnnotatedFrames, Frame } from './annotated-frames.js';
import { type AnnotationsRead, FrameCollector } from './frame-collector.js';
import { outlineBox } from './outline-box.js';
import type { AnnotationFile } from './voc.js';

/** The names of the classes, by their numbers. */
export interface YoloNames {
  readonly names: ReadonlyMap<number, string>;
  readonly problems: AnnotationsRead['problems'];
}

/** Reads the names of the classes: a line each, as in `classes.txt`; or `names` of a `data.yaml`, as a list or by number. */
export function parseYoloNames(text: string, file: string): YoloNames {
  const names = new Map<number, string>();
  const problems: { where: string; expected: string; received: string }[] = [];
  const unquoted = (name: string) => name.trim().replace(/^(['"])(.*)\1$/, '$2');
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (!/\.ya?ml$/i.test(file)) {
    lines.forEach((line, i) => {
      if (line.trim() !== '') names.set(i, line.trim());
    });
    return { names, problems };
  }
  const start = lines.findIndex((line) => /^names\s*:/.test(line));
  const where = `${file}:${Math.max(start, 0) + 1}`;
  const inline = lines[start]?.replace(/^names\s*:/, '').trim() ?? '';
  if (/^\[.*\]$/.test(inline)) {
    for (const [i, name] of inline.slice(1, -1).split(',').entries()) names.set(i, unquoted(name));
  } else if (start >= 0) {
    for (const [i, line] of lines.slice(start + 1).entries()) {
      if (line.trim() === '' || line.trim().startsWith('#')) continue;
      const [, number, named] = /^\s+(\d+)\s*:\s*(.+)$/.exec(line) ?? [];
      const [, listed] = /^\s*-\s+(.+)$/.exec(line) ?? [];
      if (named === undefined && listed === undefined) {
        if (/^\S/.test(line)) break;
        problems.push({ where: `${file}:${start + i + 2}`, expected: "'0: name' or '- name'", received: line.trim() });
      } else if (named === undefined) names.set(names.size, unquoted(listed ?? ''));
      else names.set(Number(number), unquoted(named));
    }
  }
  if (names.size === 0) problems.push({ where, expected: "'names' of the classes", received: inline || 'none' });
  return { names, problems };
}

/** A text file and the frame that it is of. */
export interface YoloFile extends AnnotationFile {
  readonly frame: Frame;
}

/**
 * Reads YOLO text files. A line has five numbers, a sixth is a score; more are a polygon, as YOLO has it for segmentation.
 *
 * @param names the class of each number
 */
export function parseYolo(files: readonly YoloFile[], names: ReadonlyMap<number, string>): AnnotationsRead {
  const collector = new FrameCollector();
  for (const [, name] of [...names].sort(([a], [b]) => a - b)) collector.category(name);
  for (const { file, text, frame: of } of files) {
    const frame = collector.frame(of, file);
    if (frame === undefined) continue;
    for (const [i, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === '') continue;
      const where = `${file}:${i + 1}`;
      const fields = line.trim().split(/\s+/);
      const numbers = fields.map(Number);
      const category = names.get(numbers[0] ?? -1);
      const isOutline = numbers.length >= 7 && numbers.length % 2 === 1;
      if (!numbers.every(Number.isFinite) || (numbers.length !== 5 && numbers.length !== 6 && !isOutline)) {
        collector.problem(where, 'a class, x, y, width and height, and perhaps a score', line.trim());
      } else if (category === undefined) {
        collector.problem(where, `a class with a name, of ${names.size}`, fields[0] ?? '');
      } else if (isOutline) {
        const polygon = numbers.slice(1).map((share, k) => share * (k % 2 === 0 ? of.width : of.height));
        const box = outlineBox(polygon);
        collector.add({ frame, category, box, mask: { kind: 'polygons', polygons: [polygon] } }, where);
      } else {
        const [, x = 0, y = 0, w = 0, h = 0, score] = numbers;
        const [width, height] = [w * of.width, h * of.height];
        const box = { x: x * of.width - width / 2, y: y * of.height - height / 2, width, height };
        collector.add({ frame, category, box, ...(score !== undefined && { score }) }, where);
      }
    }
  }
  return collector.done();
}

/** YOLO's files: the text of each frame, by the path of its image with the extension `.txt`, and the names of the classes. */
export function formatYolo({ frames, categories, annotations }: AnnotatedFrames): {
  readonly labels: ReadonlyMap<string, string>;
  readonly yaml: string;
} {
  const lines = frames.map((): string[] => []);
  for (const { frame, category, box, score } of annotations) {
    const { width, height } = frames[frame] ?? { width: 1, height: 1 };
    const shares = [
      (box.x + box.width / 2) / width,
      (box.y + box.height / 2) / height,
      box.width / width,
      box.height / height,
      ...(score === undefined ? [] : [score]),
    ];
    lines[frame]?.push(`${[category, ...shares.map((share) => Number(share.toFixed(8)))].join(' ')}\n`);
  }
  const nameOf = (file: string) => file.replace(/\.[^./]*$/, '.txt');
  return {
    labels: new Map(frames.map(({ file }, i) => [nameOf(file), (lines[i] ?? []).join('')])),
    yaml: `names:\n${categories.map((name, i) => `  ${i}: ${JSON.stringify(name)}\n`).join('')}`,
  };
}
