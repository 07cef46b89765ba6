import { describe, expect, it } from 'vitest';
import { columnsAmong, probabilitiesAmong } from '../../src/decision/among.js';
import { decideLeaves } from '../../src/decision/decide-leaves.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

const taxonomy = Taxonomy.fromLineages([
  { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
  { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
  { label: 'copepod part', lineage: ['Copepod', 'other'] },
  { label: 'diatom', lineage: ['Diatom', 'diatom'] },
  { label: 'diatom part', lineage: ['Diatom', 'other'] },
]);
const classes = ['diatom', 'calanoid', 'diatom part', 'cyclopoid', 'copepod part'];

describe('a subset of taxa', () => {
  it('is classes, and what lies below nodes, by name or path', () => {
    expect(columnsAmong(['Copepod'], classes, taxonomy)).toEqual(Int32Array.of(1, 3, 4));
    expect(columnsAmong(['Diatom>other', 'calanoid'], classes, taxonomy)).toEqual(Int32Array.of(1, 2));
    expect(columnsAmong(['diatom', 'calanoid', 'diatom'], classes)).toEqual(Int32Array.of(0, 1));
  });

  it('refuses all names that are no taxa at once', () => {
    expect(() => columnsAmong(['Copepods', 'other', 'diatom'], classes, taxonomy)).toThrow(
      /received Copepods\n +Did you mean 'Copepod'\?\n.*received other, which is Copepod>other and Diatom>other\n +Give the path/,
    );
    expect(() => columnsAmong(['Copepod'], classes)).toThrow(/expected classes of the classifier, received Copepod/);
    expect(() => columnsAmong(['diatom'], classes, taxonomy)).toThrow(/at least 2 classes, received diatom alone/);
  });

  it('shares out the probability that its classes have, equally where they have none', () => {
    const matrix = Float32Array.of(0.5, 0.125, 0.125, 0.125, 0.125, 1, 0, 0, 0, 0);
    const { probabilities, mass } = probabilitiesAmong(matrix, 5, Int32Array.of(0, 3));
    expect(Array.from(probabilities, (p) => +p.toFixed(4))).toEqual([0.8, 0, 0, 0.2, 0, 1, 0, 0, 0, 0]);
    expect(mass).toEqual(Float32Array.of(0.625, 1));
    const none = probabilitiesAmong(matrix.subarray(5), 5, Int32Array.of(1, 3));
    expect([...none.probabilities, ...none.mass]).toEqual([0, 0.5, 0, 0.5, 0, 0]);
  });

  it('is where every rule decides', () => {
    // Without the subset all rules decide on a copepod.
    const matrix = Float32Array.of(0.02, 0.4, 0.03, 0.35, 0.2);
    const { probabilities } = probabilitiesAmong(matrix, 5, Int32Array.of(0, 2, 4));
    expect(decideLeaves(probabilities, classes)).toEqual(Int32Array.of(4));
    expect(decideLeaves(probabilities, classes, { routing: 'greedy', taxonomy })).toEqual(Int32Array.of(4));
    expect(decideLeaves(probabilities, classes, { decide: 'lca', taxonomy })).toEqual(Int32Array.of(4));
    const diatoms = probabilitiesAmong(matrix, 5, columnsAmong(['Diatom'], classes, taxonomy)).probabilities;
    expect(decideLeaves(diatoms, classes, { decide: 'lca', taxonomy })).toEqual(Int32Array.of(2));
  });
});
