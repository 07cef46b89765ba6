/** What a detector is: organisms found in a frame, before anything names them. */
import type { Box, GreyImage } from '../features/grey-image.js';

/** A mask of the pixels of a box: 1 on the organism, 0 elsewhere, row by row [box.height x box.width]. */
export type BoxMask = Uint8Array;

/** An organism that a detector found in a frame. */
export interface Detection {
  /** In pixels of the frame, from its upper left corner; fractions of pixels are allowed. */
  readonly box: Box;
  /** How sure the detector is, from 0 to 1. */
  readonly score: number;
  /** The organism's pixels, of the box rounded outwards to whole pixels. */
  readonly mask?: BoxMask | undefined;
  /** The organism alone, without what lies over it, of the box rounded outwards to whole pixels. */
  readonly alone?: GreyImage | undefined;
}

/** The grey levels of a whole frame. */
export interface FrameLevels {
  /** The median along its border: what lies behind organisms. */
  readonly border: number;
  /** How many of its pixels have each level from 0 to 255. */
  readonly counts: Float64Array;
}

/** Finds organisms in frames. */
export interface Detector {
  /** The organisms of a frame, the surest first. The same frame gives the same organisms. */
  detect(frame: GreyImage, signal?: AbortSignal): Promise<readonly Detection[]>;
  /**
   * The same detector for parts of one frame, set by the levels of the whole frame, so that all parts are looked at alike. Left out where
   * levels matter to none. What it returns shares what this one holds, and is not disposed by itself.
   */
  withLevels?(levels: FrameLevels): Pick<Detector, 'detect'>;
  /** Frees what the detector holds outside of JavaScript's memory. */
  dispose(): void;
}
