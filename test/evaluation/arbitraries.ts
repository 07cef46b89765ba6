/** Random predictions on random trees, for property tests. */
import fc from 'fast-check';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

/** Any tree of 2 to 7 classes, up to 5 levels, with images; the values of a row all differ, so that nothing is a tie. */
export const anyCase = fc.integer({ min: 2, max: 7 }).chain((k) => {
  const branch = fc.array(fc.constantFrom('A', 'B', 'C'), { maxLength: 3 });
  const row = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: k, maxLength: k });
  const image = fc.record({ row, label: fc.nat(k - 1), decision: fc.nat(k - 1) });
  return fc
    .record({
      branches: fc.array(branch, { minLength: k, maxLength: k }),
      images: fc.array(image, { minLength: 1, maxLength: 12 }),
    })
    .map(({ branches, images }) => {
      const classes = branches.map((_, c) => `class ${c}`);
      const lineages = branches.map((names, c) => ({ label: `class ${c}`, lineage: ['R', ...names, `class ${c}`] }));
      return { classes, taxonomy: Taxonomy.fromLineages(lineages, { singleChild: 'keep' }), images };
    });
});

export type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

export function predictionsOf({ classes, images }: Pick<Case, 'classes' | 'images'>) {
  const rows = images.map(({ row }) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((value) => value / sum);
  });
  return {
    predictions: {
      classes,
      probabilities: Float64Array.from(rows.flat()),
      labels: Int32Array.from(images, ({ label }) => label),
    },
    decisions: Int32Array.from(images, ({ decision }) => decision),
  };
}
