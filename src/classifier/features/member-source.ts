/** The class probabilities of a classifier, as a source of features for another. */
import type { Classifier } from '../classifier.js';
import type { Source } from './source.js';

export function memberSource(classifier: Classifier): Source {
  return {
    names: classifier.classes.map((name) => `p(${name})`),
    values: async (images, options) => Float64Array.from(await classifier.predict(images, options)),
    dispose: () => classifier.dispose(),
  };
}
