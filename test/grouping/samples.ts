/** Confusion matrices to group: the known case, and arbitrary ones for property tests. */
import fc from 'fast-check';
import { type Confusion, confusionFromShares } from '../../src/grouping/confusion.js';
import type { Grouping } from '../../src/grouping/grouping.js';

/** Seven classes that fall into {0, 1, 2}, {4, 5}, 3 and 6. */
export const SEVEN: Confusion = confusionFromShares({
  classes: ['0', '1', '2', '3', '4', '5', '6'],
  shares: [
    [0.7, 0.1, 0.1, 0.025, 0.025, 0.025, 0.025],
    [0.09, 0.7, 0.11, 0.025, 0.025, 0.025, 0.025],
    [0.15, 0.05, 0.7, 0.025, 0.025, 0.025, 0.025],
    [0.05, 0.05, 0.05, 0.7, 0.05, 0.05, 0.05],
    [0.05, 0.05, 0.05, 0.05, 0.4, 0.35, 0.05],
    [0.05, 0.05, 0.05, 0.05, 0.4, 0.35, 0.05],
    [0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.7],
  ],
});

/** The groups in short: `0,1,2|3|4,5|6`. */
export function inShort({ groups }: Pick<Grouping, 'groups'>): string {
  return groups.map((members) => members.join()).join('|');
}

/** The groups without any order. */
export function asSets({ groups }: Pick<Grouping, 'groups'>): string[] {
  return groups.map((members) => [...members].sort().join()).sort();
}

/** Whether every group of `fine` lies within one of `coarse`. */
export function isNested(fine: Grouping, coarse: Grouping): boolean {
  return fine.groups.every((members) => coarse.groups.some((group) => members.every((name) => group.includes(name))));
}

/** A matrix from entries off the diagonal in hundredths; the diagonal takes the rest of each row. */
export function confusionOf(hundredths: readonly (readonly number[])[]): Confusion {
  const classes = hundredths.map((_, i) => `class ${i}`);
  return confusionFromShares({
    classes,
    shares: hundredths.map((row, i) => {
      const wrong = row.reduce((sum, value, j) => sum + (i === j ? 0 : value), 0);
      return row.map((value, j) => (i === j ? 100 - wrong : value) / 100);
    }),
  });
}

/** 2 to 9 classes, half of the pairs never confused, many entries equal, so that there are ties. */
export const anyConfusion: fc.Arbitrary<Confusion> = fc.integer({ min: 2, max: 9 }).chain((n) => {
  const entry = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10 }));
  const row = fc.array(entry, { minLength: n, maxLength: n });
  return fc.array(row, { minLength: n, maxLength: n }).map(confusionOf);
});

/** Similarities of a tree: of the two of three classes that are nearest, each is equally far from the third. */
export const anyUltrametric: fc.Arbitrary<Confusion> = fc.integer({ min: 2, max: 9 }).chain((n) =>
  fc
    .array(fc.record({ pick: fc.nat(), other: fc.nat(), drop: fc.integer({ min: 0, max: 2 }) }), {
      minLength: n - 1,
      maxLength: n - 1,
    })
    .map((steps) => {
      const values = Array.from({ length: n }, () => new Array<number>(n).fill(0));
      let groups = Array.from({ length: n }, (_, i) => [i]);
      let height = 12;
      for (const { pick, other, drop } of steps) {
        const a = groups[pick % groups.length] ?? [];
        const rest = groups.filter((group) => group !== a);
        const b = rest[other % rest.length] ?? [];
        height = Math.max(0, height - drop);
        for (const i of a) {
          for (const j of b) {
            for (const [x, y] of [
              [i, j],
              [j, i],
            ] as const)
              (values[x] as number[])[y] = height;
          }
        }
        groups = [...rest.filter((group) => group !== b), [...a, ...b]];
      }
      return confusionOf(values);
    }),
);
