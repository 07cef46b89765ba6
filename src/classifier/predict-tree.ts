/** Predictions of trees: what every node says, from whoever decides in it, composed into one leaf-probability matrix. */
import { conditionalMatrices } from '../decision/conditionals.js';
import { composeProduct, type NodeDecision } from './compose.js';
import { deciderOf, nodesDecidedBy } from './deciders.js';
import type { LeafPredictor, TreeParts } from './leaf-predictor.js';
import { FLAT_HEAD_PART, TREE_HEAD_PART } from './parts.js';
import { type HeadOutputs, headsPass } from './predict-heads.js';
import { networksPass } from './predict-networks.js';

export function treePredictor(tree: TreeParts): LeafPredictor {
  const { description, taxonomy } = tree;
  const { classes, nodes } = description;
  const heads = description.trunk === 'own' ? undefined : headsPass(tree);
  const networks = nodesDecidedBy('network', description).length > 0 ? networksPass(tree) : undefined;

  /** A head over all leaves says of the nodes that are left to it what its probabilities imply. */
  function implied(decider: 'tree' | 'flat', leaves: Float32Array | undefined): NodeDecision[] {
    const paths = nodesDecidedBy(decider, description).map(({ path }) => path);
    return leaves === undefined ? [] : conditionalMatrices(leaves, classes, taxonomy, paths);
  }

  function compose(said: HeadOutputs, ofNetworks: readonly NodeDecision[], images: number): Float32Array {
    const [whole, flat] = [said.get(TREE_HEAD_PART), said.get(FLAT_HEAD_PART)];
    if (whole !== undefined && nodes.every((node) => deciderOf(description, node) === 'tree')) return whole;
    const ofHeads = nodesDecidedBy('head', description).map(({ path }) => ({
      path,
      conditional: said.get(path) as Float32Array,
    }));
    const decisions = [...ofHeads, ...ofNetworks, ...implied('tree', whole), ...implied('flat', flat)];
    return composeProduct(taxonomy, classes, decisions, images);
  }

  return {
    async run(images, { signal, onProgress }) {
      // A pass over the images for the heads, and one for each node with a network of its own.
      const passes = (heads === undefined ? 0 : 1) + nodesDecidedBy('network', description).length;
      const total = passes * images.count;
      const said: HeadOutputs =
        (await heads?.run(images, { signal, onProgress: ({ done }) => onProgress?.({ done, total }) })) ?? new Map();
      const before = heads === undefined ? 0 : images.count;
      const ofNetworks = await networks?.run(images, {
        signal,
        onProgress: ({ done }) => onProgress?.({ done: before + done, total }),
      });
      return { tree: compose(said, ofNetworks ?? [], images.count), flat: said.get(FLAT_HEAD_PART) };
    },
    dispose() {
      heads?.dispose();
      networks?.dispose();
    },
  };
}
