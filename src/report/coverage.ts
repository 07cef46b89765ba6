/** What the intervals of a comparison cover, in words: no comparison is shown without it. */

export interface Coverage {
  /**
   * Whether several of the classifiers are the same but for the seed of their training, so that the comparison itself
   * shows what another seed changes. Default false.
   */
  readonly severalSeeds?: boolean | undefined;
}

/** The sentence below a comparison of trained classifiers; a study, which trains over seeds, has its own. */
export function coverageNote({ severalSeeds = false }: Coverage = {}): string {
  const images = 'Intervals and p-values hold for these trained classifiers on other images of the same kind';
  return severalSeeds
    ? `${images}; how much the seed changes shows between classifiers that differ only in it.`
    : `${images}; training again with another seed may change the difference (a study compares over seeds).`;
}
