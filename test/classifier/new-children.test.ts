/** Heads with new children: what their outputs are, and which branches are left out for each class. */
import { describe, expect, it } from 'vitest';
import { leftOutBranches, newChildPaths, shapeWithNewChildren } from '../../src/classifier/new-children.js';
import { treeShape } from '../../src/classifier/tree-shape.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { classes, smallTree } from '../decision/small-tree.js';

// Nodes in pre-order: R 0, A 1, a1 2, a2 3, B 4, C 5, c1 6, c2 7, b 8. Classes: b, a1, c1, a2, c2.
const PARENTS = ['R', 'R>A', 'R>B', 'R>B>C'];

describe('the outputs', () => {
  it('are the classes, then a new child of each node with two children or more', () => {
    expect(newChildPaths(smallTree, 'new-child')).toEqual(PARENTS);
    expect(newChildPaths(smallTree, 'path-sum')).toEqual([]);
    const { siblings, paths } = shapeWithNewChildren(smallTree, classes);
    expect(paths.slice(0, 5)).toEqual(treeShape(smallTree, classes).paths);
    // Edge v - 1 leads to node v; those to the new children follow.
    expect(paths.slice(5)).toEqual([[8], [0, 9], [3, 10], [3, 4, 11]]);
    expect(siblings).toEqual([
      [0, 3, 8],
      [1, 2, 9],
      [4, 7, 10],
      [5, 6, 11],
    ]);
  });

  it('have none for a node with one child', () => {
    const chain = Taxonomy.fromLineages(
      [
        { label: 'x', lineage: ['R', 'S', 'x'] },
        { label: 'y', lineage: ['R', 'y'] },
      ],
      { singleChild: 'keep' },
    );
    expect(newChildPaths(chain, 'new-child')).toEqual(['R']);
    expect(shapeWithNewChildren(chain, ['x', 'y'])).toEqual({
      siblings: [[0, 2, 3], [1]],
      paths: [[0, 1], [2], [3]],
    });
  });
});

describe('the branches that are left out', () => {
  const { labels, turns } = leftOutBranches(smallTree, classes, [{ classes: [2, 4] }]);
  const missing = (turn: number, label: number) =>
    [...(turns[turn]?.there.subarray(label * 9, (label + 1) * 9) ?? [])].flatMap((there, i) =>
      there === 0 ? [i] : [],
    );

  it('are the nodes on the path to the class, from the class up, with all below them', () => {
    expect(labels).toBe(6);
    // a1 is class 1: without a1 a new child of A (6); without A = (a1, a2, new child of A) a new child of R (5).
    expect([missing(0, 1), turns[0]?.right[1]]).toEqual([[1], 6]);
    expect([missing(1, 1), turns[1]?.right[1]]).toEqual([[1, 3, 6], 5]);
    // c1 is class 2: without c1 a new child of C (8); without C one of B (7); without B one of R.
    expect([missing(0, 2), turns[0]?.right[2]]).toEqual([[2], 8]);
    expect([missing(1, 2), turns[1]?.right[2]]).toEqual([[2, 4, 8], 7]);
    expect([missing(2, 2), turns[2]?.right[2]]).toEqual([[0, 2, 4, 7, 8], 5]);
    expect(turns.map(({ weight }) => weight[1])).toEqual([1, 1, 0]);
  });

  it('of a label at an inner node begin with that node', () => {
    expect([missing(0, 5), turns[0]?.right[5]]).toEqual([[2, 4, 8], 7]);
  });
});
