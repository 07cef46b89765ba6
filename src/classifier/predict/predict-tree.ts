/** Predictions of trees: the outputs of all nodes, composed into one leaf-probability matrix. */

import type { ImageSet } from '../../dataset/images.js';
import { conditionalMatrices } from '../../decision/conditionals.js';
import { deciderOf, nodesDecidedBy } from '../deciders.js';
import { FLAT_HEAD_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE } from '../modules.js';
import { newChildPaths } from '../new-children.js';
import { composeProduct, type NodeDecision } from './compose.js';
import type { LeafPredictor, Leaves, TreeModel } from './leaf-predictor.js';
import { forestsPass } from './predict-forests.js';
import { type HeadOutputs, headsForward, headsPass } from './predict-heads.js';
import { networksPass } from './predict-networks.js';
import type { Readout } from './readout.js';
import { routed } from './routing.js';

/** Outputs of heads, networks and forests for some images. */
interface Answers {
  readonly ofHeads: HeadOutputs;
  readonly ofNetworks: readonly NodeDecision[];
  readonly ofForests: readonly NodeDecision[];
}

export function treePredictor(tree: TreeModel): LeafPredictor {
  const { description } = tree;
  const heads = headsPass(tree);
  const networks = nodesDecidedBy('network', description).length > 0 ? networksPass(tree) : undefined;
  const forests = forestsPass(tree);

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
    const ofHeads: HeadOutputs = (await heads?.run(images, next(1))) ?? new Map();
    const ofNetworks = (await networks?.run(images, next(ofOwn))) ?? [];
    const embedded = ofHeads.get(TRUNK_MODULE);
    const ofForests = (await forests?.run(images, { ...next(1), embedded, onNotes })) ?? [];
    return { ofHeads, ofNetworks, ofForests };
  }

  return {
    run: async (images, options) => leavesOf(tree, await ask(images, options), images.count),
    async nodeOutputs(images, options) {
      const answers = await ask(images, options);
      const { ofHeads } = withoutNewChildren(tree, answers.ofHeads);
      return { decisions: decisionsOf(tree, { ...answers, ofHeads }), flat: ofHeads.get(FLAT_HEAD_MODULE) };
    },
    dispose() {
      heads?.dispose();
      networks?.dispose();
      forests?.dispose();
    },
  };
}

/** Undefined where a node has a CNN block or a forest of its own: then one pass does not say everything. */
export function treeReadout(tree: Composed): Readout | undefined {
  const { description } = tree;
  const heads = headsForward(tree);
  const others = [...nodesDecidedBy('network', description), ...nodesDecidedBy('forest', description)];
  if (heads === undefined || others.length > 0) return undefined;
  return {
    ...heads,
    probabilities(rows, images) {
      const answers = { ofHeads: heads.outputs(rows, images), ofNetworks: [], ofForests: [] };
      return routed(leavesOf(tree, answers, images), description.classes.length, description.decision);
    },
  };
}

type Composed = Omit<TreeModel, 'make'>;

function leavesOf(tree: Composed, answers: Answers, images: number): Leaves {
  const { description, taxonomy } = tree;
  const { ofHeads, newChildren } = withoutNewChildren(tree, answers.ofHeads);
  // Where one head decides in all nodes, there is nothing to compose.
  const isOne = description.nodes.every((node) => deciderOf(description, node) === 'tree');
  const whole = isOne ? ofHeads.get(TREE_HEAD_MODULE) : undefined;
  const decisions = () => decisionsOf(tree, { ...answers, ofHeads });
  return {
    tree: whole ?? composeProduct(taxonomy, description.classes, decisions(), images),
    flat: ofHeads.get(FLAT_HEAD_MODULE),
    newChildren,
  };
}

function decisionsOf({ description, taxonomy }: Composed, { ofHeads, ofNetworks, ofForests }: Answers): NodeDecision[] {
  const own = nodesDecidedBy('head', description).map(({ path }) => ({
    path,
    conditional: ofHeads.get(path) as Float32Array,
  }));
  /** The conditionals of the nodes that a head over all leaves decides, from its leaf probabilities. */
  const implied = (decider: 'tree' | 'flat', leaves: Float32Array | undefined): NodeDecision[] => {
    const paths = nodesDecidedBy(decider, description).map(({ path }) => path);
    return leaves === undefined ? [] : conditionalMatrices(leaves, description.classes, taxonomy, paths);
  };
  const [whole, flat] = [ofHeads.get(TREE_HEAD_MODULE), ofHeads.get(FLAT_HEAD_MODULE)];
  return [...own, ...ofNetworks, ...ofForests, ...implied('tree', whole), ...implied('flat', flat)];
}

/** Takes the new children out of the outputs of the one head that has them: what is left, the classes, sums to 1 again. */
function withoutNewChildren(
  { description, taxonomy }: Composed,
  outputs: HeadOutputs,
): { readonly ofHeads: HeadOutputs; readonly newChildren: Float32Array | undefined } {
  const classes = description.classes.length;
  const count = newChildPaths(taxonomy, description.headKind).length;
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
