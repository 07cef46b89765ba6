/** How the organism is found in an image. */
import { z } from 'zod';

/** The schema of {@link SegmentationOptions}; models and configuration files store what it accepts. */
export const segmentationOptions = z.strictObject({
  method: z.enum(['threshold', 'phase-congruency']).optional(),
  background: z.enum(['auto', 'light', 'dark']).optional(),
  threshold: z.int().min(0).max(255).optional(),
  objects: z.enum(['largest', 'all']).optional(),
  fillHoles: z.boolean().optional(),
  cropBottom: z.int().min(0).optional(),
});

/** Options of {@link segment}. */
export interface SegmentationOptions {
  /**
   * How object and background are told apart. `threshold`: by grey level. `phase-congruency`: by edges and dark areas, as
   * the IFCB's images are segmented. Default `threshold`.
   */
  readonly method?: 'threshold' | 'phase-congruency' | undefined;
  /**
   * Whether the background is light (dark objects on it, as from a ZooScan) or dark (light objects, as from a UVP). `auto`
   * takes the median of the border: light from 128 on. Default `auto`.
   */
  readonly background?: 'auto' | 'light' | 'dark' | undefined;
  /**
   * Grey level (0 to 255): an object's pixels are at most this on a light background, and above it on a dark one. Default 243
   * on a light and 20 on a dark background; where the border's median lies on the objects' side of that, Otsu's threshold.
   */
  readonly threshold?: number | undefined;
  /** Which of several objects are measured: the one with the most pixels, or all of them together. Default `largest`. */
  readonly objects?: 'largest' | 'all' | undefined;
  /** Whether holes in an object belong to it. Default `true`. */
  readonly fillHoles?: boolean | undefined;
  /** Rows that are cut off at the bottom first, such as 31 for the scale bar of a ZooScan or UVP vignette. Default 0. */
  readonly cropBottom?: number | undefined;
}
