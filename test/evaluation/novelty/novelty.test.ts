import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../../src/errors.js';
import { chooseNovelty } from '../../../src/evaluation/novelty/choose-novelty.js';
import { holdOut } from '../../../src/evaluation/novelty/held-out.js';
import { atKnownAccuracy, atThreshold, noveltyCurve } from '../../../src/evaluation/novelty/novelty-curve.js';
import { areaUnderRoc } from '../../../src/evaluation/novelty/roc.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { classes, probabilities, smallTree } from '../../decision/small-tree.js';

const rows = (...images: number[]) =>
  Float64Array.from(images.flatMap((i) => [...probabilities.slice(5 * i, 5 * i + 5)]));

// Known: a1 right (A 0.7, a1 0.6), and c2 taken for a1 (A 0.6, a1 0.5).
const known = { classes, probabilities: rows(0, 3), labels: Int32Array.of(1, 4) };
// Unseen: a child of A (A 0.7, a2 0.4), and one of C (B 0.7, b 0.3).
const unseen = { probabilities: rows(1, 2), parents: ['R>A', 'R>B>C'] };

describe('noveltyCurve, computed by hand', () => {
  const curve = noveltyCurve(known, unseen, { taxonomy: smallTree });
  const last = (threshold: number) => curve.points.findLast((point) => Math.abs(point.threshold - threshold) < 1e-6);

  it('places everything at the root at first, then known and unseen images further down', () => {
    expect(curve).toMatchObject({ known: 2, unseen: 2 });
    expect(curve.points[0]).toMatchObject({ knownAccuracy: 0, exactParent: 0, detected: 1, unseenDistance: 1.5 });
    expect(last(0.7)).toMatchObject({ knownAccuracy: 0, exactParent: 0.5, detected: 1, unseenDistance: 0.5 });
    expect(last(0.6)).toMatchObject({ knownAccuracy: 0.5, exactParent: 0.5, detected: 1, unseenDistance: 0.5 });
    expect(last(0.5)).toMatchObject({ knownAccuracy: 0.5, exactParent: 0.5 });
    expect(last(0.4)).toMatchObject({ exactParent: 0, detected: 0.5, unseenDistance: 1 });
    expect(last(0.3)).toMatchObject({ knownAccuracy: 0.5, exactParent: 0, detected: 0, unseenDistance: 1.5 });
  });

  it('tells unseen from known images, and integrates', () => {
    // Novelty: known 0.4 and 0.5, unseen 0.6 and 0.7.
    expect(curve.auc).toBe(1);
    expect(curve.area).toBeCloseTo(0.5 * 0.5, 12);
    expect(noveltyCurve(known, { ...unseen, probabilities: rows(0, 3) }, { taxonomy: smallTree }).auc).toBe(0.5);
  });

  it('has two decisions for each image by entropy', () => {
    const between = { probabilities: Float64Array.of(0, 0.5, 0, 0.5, 0), parents: ['R>A'] };
    const sure = { classes, probabilities: Float64Array.of(0, 1, 0, 0, 0), labels: Int32Array.of(1) };
    expect(noveltyCurve(sure, between, { taxonomy: smallTree, method: 'entropy' }).points).toEqual([
      { threshold: 1 + Number.EPSILON, knownAccuracy: 0, exactParent: 1, detected: 1, unseenDistance: 0 },
      { threshold: 1, knownAccuracy: 1, exactParent: 1, detected: 1, unseenDistance: 0 },
      { threshold: 0, knownAccuracy: 1, exactParent: 0, detected: 0, unseenDistance: 1 },
    ]);
  });

  it('is read at a known accuracy, and at a threshold between two of its points', () => {
    // Images are decided as at the next point above.
    expect(atThreshold(curve, 0.55)).toMatchObject({ ...last(0.6), threshold: 0.55 });
    expect(atThreshold(curve, 0.2)).toMatchObject({ detected: 0, threshold: 0.2 });
    expect(atKnownAccuracy(curve, 0.5)?.threshold).toBeCloseTo(0.6, 12);
    expect(atKnownAccuracy(curve, 0.6)).toBeUndefined();
  });

  it('can be decided in another tree, whose nodes count as the lowest node with all their classes', () => {
    // a1 and c1 below X, the others below Y: X counts as R, Y (a2, c2, b) as R too.
    const other = Taxonomy.fromLineages(
      ['X>a1', 'X>c1', 'Y>a2', 'Y>c2', 'Y>b'].map((path) => ({
        label: path.split('>').at(-1) ?? '',
        lineage: ['S', ...path.split('>')],
      })),
    );
    const { points } = noveltyCurve(known, unseen, { taxonomy: smallTree, decideIn: other });
    expect(Math.max(...points.map(({ exactParent }) => exactParent))).toBe(0);
    expect(points[0]).toMatchObject({ detected: 1, unseenDistance: 1.5 });
    expect(points.at(-1)).toEqual(curve.points.at(-1));
    const same = noveltyCurve(known, unseen, { taxonomy: smallTree, decideIn: smallTree.restrictTo(classes) });
    expect(same).toEqual(curve);
  });

  it('refuses everything that is wrong at once', () => {
    const chain = Taxonomy.fromLineages(
      [
        { label: 'x', lineage: ['R', 'S', 'x'] },
        { label: 'y', lineage: ['R', 'y'] },
      ],
      { singleChild: 'keep' },
    );
    const input = { classes: ['x', 'y'], probabilities: Float64Array.of(1, 0), labels: Int32Array.of(0) };
    const call = () =>
      noveltyCurve(
        input,
        { probabilities: Float64Array.of(1, 0), parents: ['R>S', 'R>y', 'R>T'] },
        { taxonomy: chain },
      );
    expect(call).toThrow(CladenetError);
    expect(call).toThrow(/nodes with at least two known children, received 'R>S' with 1/);
    expect(call).toThrow(/paths of inner nodes, received 'R>y'/);
    expect(call).toThrow(/paths of inner nodes, received 'R>T'/);
    expect(call).toThrow(/unseen.probabilities: expected 3 images x 2 classes/);
    const none = () => noveltyCurve(input, { probabilities: new Float64Array(0), parents: [] }, { taxonomy: chain });
    expect(none).toThrow(/unseen.parents: expected at least one image, received none/);
  });
});

describe('chooseNovelty', () => {
  const { points } = noveltyCurve(known, unseen, { taxonomy: smallTree });

  it('takes the most exact parents at the known accuracy asked for, or the best mean of both', () => {
    expect(chooseNovelty({ points }, { knownAccuracy: 0.5 })).toMatchObject({ knownAccuracy: 0.5, exactParent: 0.5 });
    expect(chooseNovelty({ points })).toMatchObject({ knownAccuracy: 0.5, exactParent: 0.5 });
    expect(chooseNovelty({ points }, { knownAccuracy: 0 }).exactParent).toBe(0.5);
  });

  it('refuses a known accuracy that no threshold reaches', () => {
    expect(() => chooseNovelty({ points }, { knownAccuracy: 0.7 })).toThrow(
      'knownAccuracy: expected a share from 0 to 0.5, the accuracy where no image is taken for new, received 0.7',
    );
  });
});

describe('holdOut', () => {
  it('gives the tree of the others, and the nearest ancestor that is left of each', () => {
    const taxonomy = Taxonomy.fromLineages(
      ['A>a1', 'A>a2', 'A>a3', 'B>b1', 'B>b2', 'c'].map((path) => ({
        label: path.split('>').at(-1) ?? '',
        lineage: ['R', ...path.split('>')],
      })),
    );
    const { known: tree, parents } = holdOut(taxonomy, ['a2', 'b1']);
    expect(tree.classes).toEqual(['a1', 'a3', 'b2', 'c']);
    // B has one child left, which replaces it.
    expect([...parents]).toEqual([
      ['a2', 'R>A'],
      ['b1', 'R'],
    ]);
  });

  it('refuses classes that there are not, none, and all', () => {
    expect(() => holdOut(smallTree, ['a1', 'a1', 'a3'])).toThrow(/heldOut\[1\].*'a1' again[\s\S]*heldOut\[2\].*'a3'/);
    expect(() => holdOut(smallTree, [])).toThrow('heldOut: expected at least one class, received none');
    expect(() => holdOut(smallTree, [...classes])).toThrow(/at least two classes that remain, received all of them/);
  });
});

describe('areaUnderRoc', () => {
  it('counts pairs, and ties half', () => {
    expect(areaUnderRoc(Float64Array.of(3, 1), Float64Array.of(1, 2))).toBe((2 + 0.5) / 4);
  });
});
