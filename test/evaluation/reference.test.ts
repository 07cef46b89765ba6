/** Against scikit-learn, HiClass, statsmodels and SciPy: reference/make_reference.py says how the figures were made. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareClassifiers } from '../../src/evaluation/compare.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { mcnemar } from '../../src/evaluation/mcnemar.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

interface Figures {
  accuracy: number;
  balancedAccuracy: number;
  top5: number;
  logLoss: number;
  perClass: { class: string; precision: number; recall: number; f1: number; support: number }[];
  confusion: number[][];
  hierarchical: { precision: number; recall: number; f1: number };
}
interface Reference {
  classes: string[];
  lineages: string[][];
  labels: number[];
  unit: number;
  models: { name: string; parts: number[]; expected: Figures }[];
  comparison: { accuracyP: number; ci95: Record<string, [number, number]> };
  mcnemar: [b: number, c: number, p: number][];
}

const reference: Reference = JSON.parse(readFileSync(new URL('reference/reference.json', import.meta.url), 'utf8'));
const { classes, lineages } = reference;
const taxonomy = Taxonomy.fromLineages(classes.map((label, c) => ({ label, lineage: lineages[c] ?? [] })));
const models = reference.models.map(({ name, parts, expected }) => ({
  name,
  expected,
  predictions: {
    classes,
    labels: Int32Array.from(reference.labels),
    probabilities: Float64Array.from(parts, (part) => part / reference.unit),
  },
}));

describe.each(models)('$name', ({ predictions, expected }) => {
  const result = evaluate(predictions, { taxonomy });

  it.each(['accuracy', 'balancedAccuracy', 'top5', 'logLoss'] as const)('%s as scikit-learn', (metric) => {
    expect(result[metric]).toBeCloseTo(expected[metric], 12);
  });

  it('confusion matrix as scikit-learn', () => {
    expect(result.confusion.counts).toEqual(expected.confusion);
  });

  it('precision, recall, F1 and support of each class as scikit-learn, whose undefined 0 is null here', () => {
    result.perClass.forEach((score, c) => {
      const theirs = expected.perClass[c];
      expect([score.class, score.support]).toEqual([theirs?.class, theirs?.support]);
      for (const metric of ['precision', 'recall', 'f1'] as const) {
        expect(score[metric] ?? 0).toBeCloseTo(theirs?.[metric] ?? NaN, 12);
      }
    });
  });

  it.each(['precision', 'recall', 'f1'] as const)('hierarchical %s as HiClass', (metric) => {
    expect(result.hierarchical?.[metric]).toBeCloseTo(expected.hierarchical[metric], 12);
  });
});

describe('comparison', () => {
  const { differences } = compareClassifiers(models, { taxonomy, seed: 1, resamples: 4000 });
  const of = (metric: string) => differences.find((difference) => difference.metric === metric);

  it('accuracy has the exact McNemar p of statsmodels', () => {
    expect(of('accuracy')?.p).toBeCloseTo(reference.comparison.accuracyP, 12);
  });

  it.each(Object.entries(reference.comparison.ci95))(
    '%s has the interval of SciPy, but for the draws',
    (metric, ci95) => {
      const difference = of(metric);
      // A sixteenth of the interval's width: three standard errors of the ends of 4,000 resamples.
      const tolerance = (ci95[1] - ci95[0]) / 16;
      expect(Math.abs((difference?.ci95[0] ?? NaN) - ci95[0])).toBeLessThan(tolerance);
      expect(Math.abs((difference?.ci95[1] ?? NaN) - ci95[1])).toBeLessThan(tolerance);
    },
  );

  it.each(reference.mcnemar)('McNemar of %d against %d as SciPy', (b, c, p) => {
    expect(mcnemar(b, c) / p).toBeCloseTo(1, 9);
  });
});
