/** Frames with the organisms marked in them: what every format of annotations is read into and written from. */
import type { Box } from '../../box.js';

/** An image in which organisms are marked. */
export interface Frame {
  /** The path of its file, as the annotations name it. */
  readonly file: string;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** The pixels of an organism, as formats write them. */
export type MaskShape =
  /** Polygons, each x, y, x, y, ... in pixels of the frame; together they are the mask. */
  | { readonly kind: 'polygons'; readonly polygons: readonly (readonly number[])[] }
  /**
   * Runs of pixels outside and inside, in turn, column by column over the whole frame, as COCO counts them. The first is
   * outside, and may be 0.
   */
  | { readonly kind: 'runs'; readonly width: number; readonly height: number; readonly runs: readonly number[] };

/** What else is said of an annotation: `occluded`, `truncated`, `overlap`. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** An organism that is marked in a frame, or that was found there. */
export interface Annotation {
  /** The number of its frame, in `frames`. */
  readonly frame: number;
  /** The number of its category, in `categories`. */
  readonly category: number;
  /** Fractions of pixels are allowed. */
  readonly box: Box;
  /** How sure a detector is, from 0 to 1; undefined where a person marked it. */
  readonly score?: number | undefined;
  readonly mask?: MaskShape | undefined;
  /** Whether it is a crowd, in which single organisms are not marked: nothing found there is wrong. Default `false`. */
  readonly isCrowd?: boolean | undefined;
  /** Pixels, where the format says so; else of the box. */
  readonly area?: number | undefined;
  readonly attributes?: Attributes | undefined;
}

/** Frames, categories and annotations. */
export interface AnnotatedFrames {
  readonly frames: readonly Frame[];
  /** The names of the categories, each once. */
  readonly categories: readonly string[];
  /** In the order of the file. */
  readonly annotations: readonly Annotation[];
}
