import { describe, expect, it } from 'vitest';
import { type NodeEvidence, suggest } from '../../../src/evaluation/attribution/suggest.js';

const child = (path: string, arrived: number, right: number, training: number | null = 500) => ({
  path,
  arrived,
  right,
  training,
});

/** A node of four children that gives no rule a reason. */
const sound: NodeEvidence = {
  path: 'N',
  images: 400,
  arrived: 400,
  accuracy: 0.98,
  caused: 8,
  inherited: 0,
  recoverable: 8,
  recoverableBelow: 8,
  allTraining: 10_000,
  children: ['a', 'b', 'c', 'd'].map((path) => child(path, 100, 98)),
  confused: [
    { a: 'a', b: 'b', aAsB: 1, bAsA: 1 },
    { a: 'a', b: 'c', aAsB: 1, bAsA: 1 },
  ],
  imbalance: 1,
  fit: { epochs: 8, bestEpoch: 5, accuracy: 0.97, validationAccuracy: 0.98 },
  trunk: 'shared',
};

const kinds = (changed: Partial<NodeEvidence>) =>
  suggest({ ...sound, ...changed }).map(({ kind, children }) => [kind, ...children]);

describe('suggest', () => {
  it('says nothing without a reason', () => {
    expect(suggest(sound)).toEqual([]);
  });

  it('merge, for two children that a coin would tell apart nearly as well', () => {
    const children = [child('a', 20, 13), child('b', 20, 13), child('c', 100, 100), child('d', 100, 100)];
    const at = (aAsB: number, bAsA: number) => ({ children, caused: 40, confused: [{ a: 'a', b: 'b', aAsB, bAsA }] });
    expect(kinds(at(7, 7))).toEqual([['merge', 'a', 'b']]);
    expect(suggest({ ...sound, ...at(7, 7) })[0]?.reason).toContain('35 % go to the wrong one');
    expect(kinds(at(6, 6))).toEqual([['split', 'a', 'b']]);
    // All of a small child's images lost to a large one: no better than always saying the large one.
    const lost = { ...at(0, 5), children: [child('a', 100, 100), child('b', 5, 0)] };
    expect(kinds(lost)).toEqual([['merge', 'a', 'b']]);
    expect(kinds({ ...lost, confused: [{ a: 'a', b: 'b', aAsB: 0, bAsA: 4 }] })).toEqual([]);
  });

  it('split, for a pair that stands out among many and can be separated', () => {
    const confused = [{ a: 'a', b: 'b', aAsB: 3, bAsA: 2 }];
    expect(kinds({ confused, caused: 20 })).toEqual([['split', 'a', 'b']]);
    expect(kinds({ confused, caused: 21 })).toEqual([]);
    expect(kinds({ confused, caused: 20, children: sound.children.slice(0, 3) })).toEqual([]);
  });

  it('more images, of small classes that go wrong more often than the node', () => {
    const few = (path: string, arrived: number, right: number, training = 99) => child(path, arrived, right, training);
    const children = [
      few('a', 4, 2),
      few('b', 9, 4),
      few('c', 3, 0),
      few('d', 4, 1),
      few('e', 9, 8),
      few('f', 4, 2, 100),
    ];
    const found = kinds({ children });
    expect(found).toEqual([
      ['more-images', 'b'],
      ['more-images', 'c'],
      ['more-images', 'd'],
    ]);
    expect(kinds({ children: children.map((one) => ({ ...one, training: null })) })).toEqual([]);
  });

  it('over-sampling, where small children pay for large ones', () => {
    const children = [child('a', 400, 396), child('b', 20, 10)];
    const skewed = { children, accuracy: 406 / 420, caused: 14, imbalance: 20 };
    expect(kinds(skewed)).toEqual([['over-sampling']]);
    expect(kinds({ ...skewed, imbalance: 4.9 })).toEqual([]);
    expect(kinds({ ...skewed, children: [child('a', 400, 394), child('b', 20, 18)] })).toEqual([]);
  });

  it('a trunk of its own, for a weak node with images enough and not nearly all of them', () => {
    const weak = { accuracy: 0.8, caused: 80 };
    expect(kinds(weak)).toEqual([['own-trunk']]);
    expect(kinds({ ...weak, trunk: 'own' })).toEqual([]);
    expect(kinds({ ...weak, trunk: undefined })).toEqual([]);
    expect(kinds({ ...weak, allTraining: 3999 })).toEqual([]);
    expect(kinds({ ...weak, children: sound.children.slice(0, 1) })).toEqual([]);
  });

  it('more epochs, where the last one was the best and nothing is learned by heart', () => {
    const fit = { epochs: 8, bestEpoch: 8, accuracy: 0.9, validationAccuracy: 0.89 };
    expect(kinds({ fit })).toEqual([['more-epochs']]);
    expect(kinds({ fit: { ...fit, accuracy: 0.92 } })).toEqual([]);
    expect(kinds({ fit: { ...fit, validationAccuracy: null } })).toEqual([]);
    expect(kinds({ fit, caused: 4 })).toEqual([]);
    expect(kinds({ fit: undefined })).toEqual([]);
  });
});
