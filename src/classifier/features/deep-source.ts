/** Deep features: the output of a trained CNN block, as it is or along its principal components. */
import type { ImageSet } from '../../dataset/images.js';
import { applyPca, type Pca } from '../../features/pca.js';
import { createTrunk } from '../../network/network.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import { createInference, type Inference } from '../../training/inference.js';
import { trunkModel } from '../../training/model.js';
import { requirePreprocessing } from '../preprocessing.js';
import type { TrainedTrunk } from '../trunk.js';
import type { Source, SourceOptions } from './source.js';
import { componentNames, deepNames } from './source-names.js';

/** Principal components as they are stored with a classifier. */
export type Components = Pick<Pca, 'mean' | 'axes'>;

/** @param pca undefined for the features as they are */
export function deepSource(trained: TrainedTrunk, pca: Components | undefined, make: MakeProgram): Source {
  const { spec, weights, preprocessing } = trained;
  const trunk = createTrunk(spec);
  const components = pca && pca.axes.length / trunk.features;
  let inference: Inference | undefined;

  function embed(images: ImageSet, options: SourceOptions): Promise<Float32Array> {
    requirePreprocessing(images, preprocessing);
    inference ??= createInference(make, preprocessing, weights, trunk.features, trunkModel(trunk).forward);
    return inference.run(images, undefined, options);
  }

  return {
    names: components === undefined ? deepNames(trunk.features) : componentNames(components),
    async values(images, { embedded, ...options }) {
      const features = embedded ?? (await embed(images, options));
      return pca === undefined ? Float64Array.from(features) : applyPca(pca, features);
    },
    dispose() {
      inference?.dispose();
      inference = undefined;
    },
  };
}
