/** How many of a classifier's mistakes lie inside groups of classes. */
import type { Confusion } from './confusion.js';

export interface Mistakes {
  /** Share of all mistakes between classes of the same group; 0 without mistakes. */
  readonly inside: number;
  /** `inside` less the share expected by chance. */
  readonly modularity: number;
}

/**
 * The share of all mistakes inside groups, and the modularity of the groups: Q = inside - Σ over groups (d / 2m)², where m
 * are all mistakes and d those from or to classes of the group, the ones inside counted twice (Newman & Girvan,
 * "Finding and evaluating community structure in networks", 2004, on the graph whose edges are the mistakes). One
 * group of all classes contains all mistakes and has modularity 0; so have single classes, which contain none. It is high
 * where groups contain more mistakes than expected from how often their classes are involved in any.
 * @param groupOf for each class the number of its group, below the number of classes
 */
export function mistakesIn({ classes, counts }: Confusion, groupOf: Int32Array): Mistakes {
  const n = classes.length;
  let [all, inside] = [0, 0];
  const degrees = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const mistakes = counts[i * n + j] as number;
      const [from, to] = [groupOf[i] as number, groupOf[j] as number];
      all += mistakes;
      if (from === to) inside += mistakes;
      degrees[from] = (degrees[from] as number) + mistakes;
      degrees[to] = (degrees[to] as number) + mistakes;
    }
  }
  if (all === 0) return { inside: 0, modularity: 0 };
  let expected = 0;
  for (const degree of degrees) expected += (degree / (2 * all)) ** 2;
  return { inside: inside / all, modularity: inside / all - expected };
}

/** How many mistakes fall inside groups. */
export interface GroupMistakes {
  /** Share of all mistakes that lie between classes of the group; 0 without mistakes. */
  readonly ofAll: number;
  /** Share of the mistakes on images of the group's classes; 0 without mistakes. */
  readonly ofOwn: number;
}

/** The mistakes that a perfect specialist for one group of classes could fix. */
export function mistakesInGroup({ classes, counts }: Confusion, members: readonly string[]): GroupMistakes {
  const n = classes.length;
  const isMember = classes.map((name) => members.includes(name));
  let [all, own, inside] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const mistakes = counts[i * n + j] as number;
      all += mistakes;
      if (!isMember[i]) continue;
      own += mistakes;
      if (isMember[j]) inside += mistakes;
    }
  }
  return { ofAll: all === 0 ? 0 : inside / all, ofOwn: own === 0 ? 0 : inside / own };
}

/** Number of pairs of classes in the same group, for groups of these sizes. */
export function pairsIn(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
}
