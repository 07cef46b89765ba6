/** Collects what a file of annotations says, and everything in it that cannot be. */
import type { Box } from '../../box.js';
import type { Problem } from '../../errors.js';
import type { AnnotatedFrames, Annotation, Frame } from './annotated-frames.js';
import type { NamedNumbers } from './named-numbers.js';

/** What a file of annotations is read into. */
export interface AnnotationsRead extends AnnotatedFrames {
  /** What could not be read, and was left out, each with its file and line. */
  readonly problems: readonly Problem[];
  /** What is unusual and was read: frames without annotations. */
  readonly notes: readonly string[];
}

/** Part of a pixel by which a box may be beyond the frame, as rounding leaves it. What is beyond is cut off. */
const ROUNDING = 0.5;
/** The longest side of a frame: more than any camera's. */
const LONGEST_SIDE = 1_000_000;
const SIDES = `a width and a height from 1 to ${LONGEST_SIDE} pixels`;
/** Names in a note. */
const NAMED = 5;

/** An annotation as a file has it: its category is a name. */
export type RawAnnotation = Omit<Annotation, 'category'> & { readonly category: string };

export class FrameCollector {
  readonly #frames: Frame[] = [];
  readonly #categories: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #files = new Map<string, string>();
  readonly #annotations: Annotation[] = [];
  readonly #seen = new Set<number>();
  readonly problems: Problem[] = [];

  problem(where: string, expected: string, received: string, remedy?: string): void {
    this.problems.push({ where, expected, received, ...(remedy !== undefined && { remedy }) });
  }

  /** The number of a frame; undefined where its size cannot be, or its file is there already. */
  frame(frame: Frame, where: string): number | undefined {
    const { file, width, height } = frame;
    const isSide = (side: number) => Number.isInteger(side) && side >= 1 && side <= LONGEST_SIDE;
    if (!isSide(width) || !isSide(height)) {
      this.problem(where, SIDES, `${width} x ${height} of '${file}'`);
      return undefined;
    }
    const first = this.#files.get(file);
    if (first !== undefined) {
      this.problem(where, 'each frame once', `'${file}' again, after ${first}`);
      return undefined;
    }
    this.#files.set(file, where);
    return this.#frames.push(frame) - 1;
  }

  /** As {@link frame}, of a width and a height that are texts in the file. */
  frameOf(file: string, sides: NamedNumbers, where: string): number | undefined {
    if ('received' in sides) {
      this.problem(where, SIDES, `${sides.received} of '${file}'`);
      return undefined;
    }
    const [width = 0, height = 0] = sides.numbers;
    return this.frame({ file, width, height }, where);
  }

  /** The number of a category, new or known. */
  category(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#categories.length);
    return this.#categories.push(name) - 1;
  }

  /** Adds an annotation that can be; otherwise a problem. */
  add(annotation: RawAnnotation, where: string): void {
    const box = this.check(annotation, where);
    if (box === undefined) return;
    const { category, ...rest } = annotation;
    this.#annotations.push({ ...rest, box, category: this.category(category) });
  }

  /** The box of an annotation within its frame; undefined, with a problem, where its box or its score cannot be. */
  check({ frame: number, box, score }: RawAnnotation, where: string): Box | undefined {
    const frame = this.#frames[number];
    if (frame === undefined) throw new RangeError(`no frame ${number}`);
    this.#seen.add(number);
    const inside = this.#inside(box, frame, where);
    if (score === undefined || (score >= 0 && score <= 1)) return inside;
    this.problem(where, 'a score from 0 to 1', `${score}`);
    return undefined;
  }

  #inside({ x, y, width, height }: Box, frame: Frame, where: string): Box | undefined {
    const shown = `x ${x}, y ${y}, ${width} x ${height}`;
    if (![x, y, width, height].every(Number.isFinite)) {
      this.problem(where, 'a box of four numbers', shown);
      return undefined;
    }
    if (width <= 0 || height <= 0) {
      this.problem(where, 'a box with a width and a height above 0', shown);
      return undefined;
    }
    const [right, bottom] = [x + width, y + height];
    const isBeyond = Math.max(-x, -y, right - frame.width, bottom - frame.height) > ROUNDING;
    if (isBeyond) {
      const expected = `a box within the frame of ${frame.width} x ${frame.height}`;
      this.problem(where, expected, `${shown}, so up to x ${right}, y ${bottom}`);
      return undefined;
    }
    const [left, top] = [Math.max(0, x), Math.max(0, y)];
    const [insideRight, insideBottom] = [Math.min(right, frame.width), Math.min(bottom, frame.height)];
    if (left === x && top === y && insideRight === right && insideBottom === bottom) return { x, y, width, height };
    return { x: left, y: top, width: insideRight - left, height: insideBottom - top };
  }

  done(): AnnotationsRead {
    const empty = this.#frames.filter((_, i) => !this.#seen.has(i)).map(({ file }) => file);
    const more = empty.length > NAMED ? ` and ${empty.length - NAMED} more` : '';
    const notes =
      empty.length === 0
        ? []
        : [
            `${empty.length} of ${this.#frames.length} frames without annotations: ${empty.slice(0, NAMED).join(', ')}${more}`,
          ];
    return {
      frames: this.#frames,
      categories: this.#categories,
      annotations: this.#annotations,
      problems: this.problems,
      notes,
    };
  }
}
