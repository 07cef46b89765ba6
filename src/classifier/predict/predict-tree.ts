/** Predictions of trees: the outputs of all nodes, composed into one leaf-probability matrix. */

import type { ImageSet } from '../../dataset/images.js';
import { conditionalMatrices } from '../../decision/conditionals.js';
import { deciderOf, nodesDecidedBy } from '../deciders.js';
import { FLAT_HEAD_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE } from '../modules.js';
import { newChildPaths } from '../new-children.js';
import { composeProduct, type NodeDecision } from './compose.js';
import type { LeafPredictor, TreeModel } from './leaf-predictor.js';
import { forestsPass } from './predict-forests.js';
import { type HeadOutputs, headsPass } from './predict-heads.js';
import { networksPass } from './predict-networks.js';

/** Outputs of heads, networks and forests for some images. */
interface Answers {
  readonly ofHeads: HeadOutputs;
  readonly newChildren: Float32Array | undefined;
  readonly ofNetworks: readonly NodeDecision[];
  readonly ofForests: readonly NodeDecision[];
}

export function treePredictor(tree: TreeModel): LeafPredictor {
  const { description, taxonomy } = tree;
  const { classes, nodes, headKind } = description;
  const heads = headsPass(tree);
  const networks = nodesDecidedBy('network', description).length > 0 ? networksPass(tree) : undefined;
  const forests = forestsPass(tree);

  /** The conditionals of the nodes that a head over all leaves decides, from its leaf probabilities. */
  function implied(decider: 'tree' | 'flat', leaves: Float32Array | undefined): NodeDecision[] {
    const paths = nodesDecidedBy(decider, description).map(({ path }) => path);
    return leaves === undefined ? [] : conditionalMatrices(leaves, classes, taxonomy, paths);
  }

  /** Whether there is nothing to compose, because one head decides in all nodes. */
  const isOne = nodes.every((node) => deciderOf(description, node) === 'tree');

  async function ask(images: ImageSet, options: Parameters<LeafPredictor['run']>[1]): Promise<Answers> {
    const { signal, onProgress, onNotes } = options;
    // A pass over the images for the heads, one for each node with its own network, and one for the features of forests.
    const ofOwn = nodesDecidedBy('network', description).length;
    const passes = (heads === undefined ? 0 : 1) + ofOwn + (forests === undefined ? 0 : 1);
    let before = 0;
    const next = (own: number) => {
      const start = before;
      before += own;
      const onPass = ({ done, total }: { readonly done: number; readonly total: number }) =>
        onProgress?.({
          done: start * images.count + (own * images.count * done) / total,
          total: passes * images.count,
        });
      return { signal, onProgress: onPass };
    };
    const outputs: HeadOutputs = (await heads?.run(images, next(1))) ?? new Map();
    const { ofHeads, newChildren } = withoutNewChildren(
      outputs,
      classes.length,
      newChildPaths(taxonomy, headKind).length,
    );
    const ofNetworks = (await networks?.run(images, next(ofOwn))) ?? [];
    const embedded = ofHeads.get(TRUNK_MODULE);
    const ofForests = (await forests?.run(images, { ...next(1), embedded, onNotes })) ?? [];
    return { ofHeads, newChildren, ofNetworks, ofForests };
  }

  function decisionsOf({ ofHeads, ofNetworks, ofForests }: Answers): NodeDecision[] {
    const own = nodesDecidedBy('head', description).map(({ path }) => ({
      path,
      conditional: ofHeads.get(path) as Float32Array,
    }));
    const [whole, flat] = [ofHeads.get(TREE_HEAD_MODULE), ofHeads.get(FLAT_HEAD_MODULE)];
    return [...own, ...ofNetworks, ...ofForests, ...implied('tree', whole), ...implied('flat', flat)];
  }

  return {
    async run(images, options) {
      const answers = await ask(images, options);
      const { ofHeads } = answers;
      const whole = isOne ? ofHeads.get(TREE_HEAD_MODULE) : undefined;
      const tree = whole ?? composeProduct(taxonomy, classes, decisionsOf(answers), images.count);
      return { tree, flat: ofHeads.get(FLAT_HEAD_MODULE), newChildren: answers.newChildren };
    },
    async nodeOutputs(images, options) {
      const answers = await ask(images, options);
      return { decisions: decisionsOf(answers), flat: answers.ofHeads.get(FLAT_HEAD_MODULE) };
    },
    dispose() {
      heads?.dispose();
      networks?.dispose();
      forests?.dispose();
    },
  };
}

/**
 * Takes the new children out of the outputs of the one head that has them: what is left, the classes, sums to 1 again.
 *
 * @param count how many there are, after the classes
 */
function withoutNewChildren(
  outputs: HeadOutputs,
  classes: number,
  count: number,
): { readonly ofHeads: HeadOutputs; readonly newChildren: Float32Array | undefined } {
  const whole = outputs.get(TREE_HEAD_MODULE);
  if (count === 0 || whole === undefined) return { ofHeads: outputs, newChildren: undefined };
  const width = classes + count;
  const images = whole.length / width;
  const known = new Float32Array(images * classes);
  const newChildren = new Float32Array(images * count);
  for (let image = 0; image < images; image++) {
    const ofClasses = whole.subarray(image * width, image * width + classes);
    const sum = ofClasses.reduce((total, p) => total + p, 0);
    known.set(
      ofClasses.map((p) => (sum > 0 ? p / sum : 1 / classes)),
      image * classes,
    );
    newChildren.set(whole.subarray(image * width + classes, (image + 1) * width), image * count);
  }
  return { ofHeads: new Map([...outputs, [TREE_HEAD_MODULE, known]]), newChildren };
}
