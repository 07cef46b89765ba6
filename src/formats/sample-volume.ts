/** The water that images are of, from the columns of EcoTaxa tables and of IFCB bins. */

/** Columns that {@link sampleVolume} reads. */
export const VOLUME_FIELDS = ['sample_tot_vol', 'acq_sub_part', 'ml_analyzed', 'bin'] as const;

/** What an image says of its water. */
export type VolumeFields = Readonly<Partial<Record<(typeof VOLUME_FIELDS)[number], string>>>;

const positive = (text: string | undefined): number | undefined => {
  const value = Number(text?.trim().replace(',', '.') || Number.NaN);
  return value > 0 && value < Infinity ? value : undefined;
};

/**
 * The volume that the images of a sample are of, image by image:
 *
 * - of nets (ZooScan): `sample_tot_vol`, in cubic metres; an image stands for `acq_sub_part` individuals, because only one of so many
 *   parts was imaged. The concentration of a taxon is the sum of `acq_sub_part` over its images, divided by `sample_tot_vol`.
 * - of the Imaging FlowCytobot: the sum of `ml_analyzed` over the bins of the sample, in millilitres, 1e-6 of a cubic metre each.
 */
export class SampleVolume {
  readonly #nets = new Set<number | undefined>();
  readonly #bins = new Map<string, number>();
  #isKnown = true;

  /** Adds an image. @returns how many individuals it stands for */
  add({ sample_tot_vol: net = '', acq_sub_part: part, ml_analyzed: analysed, bin = '' }: VolumeFields): number {
    if (net !== '') {
      this.#nets.add(positive(net));
      const individuals = positive(part);
      if (individuals === undefined) this.#isKnown = false;
      return individuals ?? 1;
    }
    const millilitres = positive(analysed);
    const known = this.#bins.get(bin);
    if (millilitres === undefined || (known !== undefined && known !== millilitres)) this.#isKnown = false;
    else this.#bins.set(bin, millilitres);
    return 1;
  }

  /**
   * In cubic metres; undefined where a value is missing or no positive number, or the images state different volumes of one
   * sample or bin.
   */
  get cubicMetres(): number | undefined {
    const [net] = this.#nets;
    if (!this.#isKnown || this.#nets.size > 1 || (this.#nets.size === 1 && this.#bins.size > 0)) return undefined;
    if (this.#nets.size === 1) return net;
    const millilitres = [...this.#bins.values()].reduce((sum, value) => sum + value, 0);
    return millilitres > 0 ? millilitres * 1e-6 : undefined;
  }
}
