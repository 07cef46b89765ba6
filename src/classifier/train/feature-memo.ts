/** The features of images by a frozen CNN block, kept from one training for the next on the same block and images. */
import { createHash } from 'node:crypto';
import type { ImageSet } from '../../dataset/images.js';
import type { TrunkSpec } from '../../network/spec.js';
import type { Weights } from '../../network/weights.js';

/** @returns the features of all images, unaugmented; computed where they are not those of the last call */
export type FeatureMemo = (
  images: ImageSet,
  trunk: { readonly spec: TrunkSpec; readonly weights: Weights },
  compute: () => Promise<Float32Array>,
) => Promise<Float32Array>;

/** Features that take more bytes are not kept. */
const MOST_BYTES = 2 ** 30;

/** Keeps the features of the last images and CNN block, so that several trainings on them compute these once. */
export function rememberFeatures(): FeatureMemo {
  let last: { readonly images: ImageSet; readonly trunk: string; readonly features: Float32Array } | undefined;
  return async (images, { spec, weights }, compute) => {
    const trunk = digestOf(spec, weights);
    if (last !== undefined && last.images === images && last.trunk === trunk) return last.features;
    // What was kept is of no more use, and new features need the memory.
    last = undefined;
    const features = await compute();
    if (features.byteLength <= MOST_BYTES) last = { images, trunk, features };
    return features;
  };
}

function digestOf(spec: TrunkSpec, weights: Weights): string {
  const hash = createHash('sha256').update(JSON.stringify(spec));
  for (const [name, { data }] of Object.entries(weights).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
