/** Outputs of the nodes that random forests decide in: the features of the images once, and every forest on them. */
import type { ImageSet } from '../../dataset/images.js';
import { nodesDecidedBy } from '../deciders.js';
import { openSources } from '../features/open.js';
import { asTable, joinedValues, type Source, type SourceOptions } from '../features/source.js';
import type { NodeDecision } from './compose.js';
import type { TreeModel } from './leaf-predictor.js';

export interface ForestsPass {
  run(images: ImageSet, options: SourceOptions): Promise<readonly NodeDecision[]>;
  dispose(): void;
}

/** Undefined where no forest decides. */
export function forestsPass({ make, description, parts }: TreeModel): ForestsPass | undefined {
  const nodes = nodesDecidedBy('forest', description);
  const { sources = [], preprocessing } = description;
  if (nodes.length === 0) return undefined;
  let opened: readonly Source[] | undefined;
  return {
    async run(images, options) {
      opened ??= openSources({ sources, preprocessing }, parts, make);
      const values = await joinedValues(opened, images, options);
      return nodes.map(({ path }) => {
        const forest = parts.forests?.get(path);
        if (forest === undefined) throw new TypeError(`the forest of ${path} is missing`);
        return { path, conditional: forest.predict(asTable(forest.names, values)) };
      });
    },
    dispose() {
      for (const source of opened ?? []) source.dispose?.();
      opened = undefined;
    },
  };
}
