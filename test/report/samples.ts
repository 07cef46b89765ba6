/** Data for the figures' tests that look like the real thing. */
import { readFileSync } from 'node:fs';
import { organismClasses } from '../../src/dataset/generate.js';
import type { ConfusionCounts } from '../../src/report/figures/confusion-layout.js';
import type { CurveHistory } from '../../src/report/figures/learning-curves.js';
import type { TaxonomyFigureNode } from '../../src/report/figures/taxonomy-figure.js';

export interface Lineages {
  readonly classes: readonly string[];
  readonly paths: readonly (readonly string[])[];
}

export const organisms: Lineages = {
  classes: organismClasses.map(({ name }) => name),
  paths: organismClasses.map(({ lineage }) => lineage),
};

/** The 121 plankton classes, where the shared data is at hand. */
export function plankton(): Lineages | undefined {
  const data = process.env.CLADENET_DATA ?? new URL('../../../shared/data', import.meta.url).pathname;
  let text: string;
  try {
    text = readFileSync(`${data}/ndsb-morphotree.csv`, 'utf8');
  } catch {
    return undefined;
  }
  const rows = text.trim().split(/\r?\n/).slice(1);
  const cells = rows.map((row) => row.split(','));
  return { classes: cells.map(([name = '']) => name), paths: cells.map(([, path = '']) => path.split('>')) };
}

/** Hits on the diagonal, mistakes with the classes of the same parent, and few far away. */
export function confusionOf({ classes, paths }: Lineages): ConfusionCounts {
  const n = classes.length;
  const parents = paths.map((path) => path.slice(0, -1).join('>'));
  const counts = new Float64Array(n * n);
  for (let t = 0; t < n; t++) {
    for (let p = 0; p < n; p++) {
      const far = (t * 31 + p * 17) % 23 === 0 ? 1 : 0;
      counts[t * n + p] = t === p ? 40 + (t % 7) * 30 : parents[t] === parents[p] ? 3 + ((t + p) % 9) : far;
    }
  }
  return { classes, counts };
}

export function treeOf({ paths }: Lineages): TaxonomyFigureNode {
  const build = (name: string, below: readonly (readonly string[])[], salt: number): TaxonomyFigureNode => {
    const names = [...new Set(below.flatMap(([first]) => (first === undefined ? [] : [first])))];
    const children = names.map((child, i) =>
      build(
        child,
        below.filter(([first]) => first === child).map(([, ...rest]) => rest),
        salt * 7 + i + 1,
      ),
    );
    const node = { name, value: 0.5 + ((salt * 37) % 50) / 100, images: 20 * below.length };
    return children.length > 0 ? { ...node, children } : node;
  };
  return build('all', paths, 1);
}

export function historyOf(name: string, epochs: number): CurveHistory {
  return {
    name,
    epochs: Array.from({ length: epochs }, (_, i) => {
      const s = (i + 1) / (epochs + 1);
      return {
        epoch: i + 1,
        loss: 3 * (1 - s) + 0.1,
        accuracy: 0.9 * s,
        validationLoss: 3 * (1 - s) + 0.4 + s * s,
        // The best of them is three quarters of the way.
        validationAccuracy: 0.8 - (s - 0.75) ** 2,
      };
    }),
  };
}
