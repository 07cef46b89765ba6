/** Draws the learning curves of a model: one, or one for each of its nodes with most images. */
import type { Classifier } from '../classifier/classifier.js';
import { learningCurves } from '../report/figures/learning-curves.js';
import { writeFigure } from '../report/figures/write-figure.js';
import { printPath } from '../taxonomy/names.js';

/** More lines than this cannot be distinguished. */
const NODES = 8;

export async function writeCurves(classifier: Classifier, path: string): Promise<void> {
  const { description, history } = classifier;
  const nodes = description.kind === 'tree' ? description.nodes.filter(({ summary }) => summary !== null) : [];
  const shown = nodes.toSorted((a, b) => b.images - a.images).slice(0, NODES);
  const curves =
    nodes.length === 0
      ? [{ name: classifier.kind, epochs: history }]
      : shown.map((node) => ({
          name: printPath(node.path),
          epochs: history.filter((line) => line.node === node.path),
        }));
  const of = nodes.length > NODES ? `, the ${NODES} of ${nodes.length} nodes with most images` : '';
  await writeFigure(await learningCurves(curves, { title: `Learning curves${of}` }), path);
}
