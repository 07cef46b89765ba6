/** What a training is asked to learn, as plain numbers. */

/** What is to be learned: images of the trainer's source, their classes, and which of them may be used for what. */
export interface Task {
  /** Class of each image of the source (0 .. classes - 1); others are never looked at. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Images to learn from. */
  readonly train: Int32Array;
  /** Images that choose the best epoch; never learned from. May be empty: then the last epoch is kept. */
  readonly validation: Int32Array;
}
