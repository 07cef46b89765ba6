/** Knowledge distillation (Hinton et al., 2015): a network learns the probabilities of another one. */

/** Gives the probabilities of a step's images, for the same views of them that the network sees (Beyer et al., 2022). */
export interface Teacher {
  /**
   * Probabilities [images x classes], row-major.
   *
   * @param indices of the images of the step
   * @param views   the maps of the views, for images of a given side; undefined for the images as they are
   */
  probabilities(indices: Int32Array, views: (side: number) => Float32Array | undefined): Float32Array;
  dispose(): void;
}
