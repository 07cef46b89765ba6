import { describe, expect, it } from 'vitest';
import { nodeProbabilities } from '../../src/decision/node-probabilities.js';
import { indexTree, lowestCommonAncestor } from '../../src/decision/tree-index.js';
import { classes, probabilities, smallTree } from './small-tree.js';

describe('nodeProbabilities', () => {
  const { paths, probabilities: sums } = nodeProbabilities(probabilities, classes, smallTree);
  const of = (image: number, leafName: string) => {
    const v = paths.findIndex((path) => smallTree.node(path).name === leafName);
    return sums[image * paths.length + v];
  };

  it('has a column for every node, the root first with probability 1', () => {
    expect(paths).toHaveLength(9);
    expect(paths[0]).toBe(smallTree.root);
    for (let image = 0; image < 4; image++) expect(of(image, 'R')).toBeCloseTo(1, 12);
  });

  it('gives every node the sum of its leaves', () => {
    expect(of(2, 'A')).toBeCloseTo(0.3, 12);
    expect(of(2, 'B')).toBeCloseTo(0.7, 12);
    expect(of(2, 'C')).toBeCloseTo(0.4, 12);
    expect(of(2, 'b')).toBe(0.3);
  });

  it('keeps the digits of a sub-tree that is nearly impossible', () => {
    const sure = Float64Array.of(0, 1, 1e-30, 0, 2e-30);
    const nodes = nodeProbabilities(sure, classes, smallTree);
    const c = nodes.paths.findIndex((path) => smallTree.node(path).name === 'C');
    expect(nodes.probabilities[c]).toBe(1e-30 + 2e-30);
  });
});

describe('indexTree', () => {
  const tree = indexTree(smallTree, classes);

  it('agrees with the taxonomy on parents, depths, heights and lowest common ancestors', () => {
    tree.paths.forEach((path, v) => {
      const node = smallTree.node(path);
      expect(tree.paths[tree.parent[v] as number]).toBe(node.parent);
      expect([tree.depth[v], tree.height[v]]).toEqual([node.depth, node.height]);
      const below = tree.paths.slice(v, tree.end[v]);
      expect(below.flatMap((p) => smallTree.node(p).label ?? [])).toEqual([...smallTree.classesBelow(path)]);
      tree.paths.forEach((other, w) => {
        expect(tree.paths[lowestCommonAncestor(tree, v, w)]).toBe(smallTree.lca(path, other));
      });
    });
  });

  it('joins columns and leaves', () => {
    classes.forEach((name, c) => {
      expect(tree.paths[tree.leaf[c] as number]).toBe(smallTree.leafOf(name));
      expect(tree.column[tree.leaf[c] as number]).toBe(c);
    });
  });
});
