/** What a training is asked to learn, as plain numbers. */
import type { LabelSets } from './label-sets.js';

/** A training task: images of the trainer's source, their classes, and which of them train and validate. */
export interface Task {
  /** Label of each image of the source: its class (0 .. classes - 1), or a row of `sets`; others are never looked at. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Where labels may allow several classes; they have to be the trainer's. */
  readonly sets?: LabelSets | undefined;
  /** Images to learn from. */
  readonly train: Int32Array;
  /** Images that choose the best epoch; never learned from. May be empty: then the last epoch is kept. */
  readonly validation: Int32Array;
}
