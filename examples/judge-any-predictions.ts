/**
 * Judges predictions that came from anywhere (another library, a colleague's CSV) by a taxonomy. Loads no TensorFlow.
 *
 *     npx tsx examples/judge-any-predictions.ts
 *
 * prints:
 *
 *     {
 *       accuracy: 0.5,
 *       hierarchical: { precision: 0.625, recall: 0.625, f1: 0.625 },
 *       ahd: 0.75,
 *       severity: 1.5
 *     }
 *     ┌─────────┬───────────┬────────┬──────────┐
 *     │ (index) │ path      │ images │ accuracy │
 *     ├─────────┼───────────┼────────┼──────────┤
 *     │ 0       │ ''        │ 4      │ 0.75     │
 *     │ 1       │ 'Copepod' │ 2      │ 1        │
 *     │ 2       │ 'Diatom'  │ 2      │ 0.5      │
 *     └─────────┴───────────┴────────┴──────────┘
 */
import { evaluate, Taxonomy } from 'cladenet';

const taxonomy = Taxonomy.fromLineages([
  { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
  { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
  { label: 'chain', lineage: ['Diatom', 'chain'] },
  { label: 'single', lineage: ['Diatom', 'single'] },
]);
const classes = ['calanoid', 'cyclopoid', 'chain', 'single'];

// Four images: one row of probabilities each. The third is mistaken for its sister, the fourth for something far away.
const probabilities = Float64Array.from(
  [
    [0.7, 0.2, 0.05, 0.05],
    [0.1, 0.8, 0.05, 0.05],
    [0.05, 0.05, 0.3, 0.6],
    [0.6, 0.1, 0.1, 0.2],
  ].flat(),
);
const labels = Int32Array.from([0, 1, 2, 3]);

const { accuracy, hierarchical, ahd, severity, perNode } = evaluate({ classes, probabilities, labels }, { taxonomy });
console.log({ accuracy, hierarchical, ahd, severity });
console.table(perNode);
