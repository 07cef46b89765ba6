/** An MLP block that decides on standardised features. */
import { createHead } from '../../network/network.js';
import type { HeadSpec } from '../../network/spec.js';
import type { Weights } from '../../network/weights.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import { createFeatureInference, type FeatureInference } from '../../training/inference.js';
import { headModel } from '../../training/model.js';
import type { FeaturesDecider } from './decider.js';
import { applyScale, type Scale } from './scale.js';

export interface TrainedHead {
  readonly spec: HeadSpec;
  readonly weights: Weights;
  readonly scale: Scale;
  /** Number of classes. */
  readonly classes: number;
}

export function headDecider({ spec, weights, scale, classes }: TrainedHead, make: MakeProgram): FeaturesDecider {
  const columns = scale.mean.length;
  const model = headModel(createHead(spec, columns, classes));
  let inference: FeatureInference | undefined;
  return {
    decide(values, { signal }) {
      inference ??= createFeatureInference(make, columns, weights, classes, (pass, batch) =>
        pass.ops.tf.softmax(model.forward(pass, batch)),
      );
      return inference.run(applyScale(scale, values), { signal });
    },
    dispose() {
      inference?.dispose();
      inference = undefined;
    },
  };
}
