/** What a training has to learn, as typed arrays. */
import type { LabelSets } from './label-sets.js';

/** A training task: images of the trainer's source, their labels, and the training and validation sets. */
export interface Task {
  /** Label of each image of the source: its class (0 .. classes - 1), or a row of `sets`. Other images' labels are not used. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Given if labels may allow several classes; must be the trainer's `sets`. */
  readonly sets?: LabelSets | undefined;
  /** Images to learn from. */
  readonly train: Int32Array;
  /** Images that choose the best epoch and are never trained on. If there are none, the last epoch is kept. */
  readonly validation: Int32Array;
}
