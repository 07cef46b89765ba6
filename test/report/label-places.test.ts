/** Labels of drawn frames: near their boxes, never on each other, in colours that stay the same. */
import { describe, expect, it } from 'vitest';
import { sharedArea } from '../../src/box.js';
import { random } from '../../src/random.js';
import { frameColours } from '../../src/report/figures/frame-colours.js';
import { labelPlaces } from '../../src/report/figures/label-places.js';

describe('labelPlaces', () => {
  it('puts a label above its box, below where it would leave the picture, and within where nothing else is left', () => {
    const place = labelPlaces({ width: 200, height: 100 });
    const sizes = [{ width: 60, height: 18 }];
    expect(place({ x: 20, y: 40, width: 50, height: 30 }, sizes)).toEqual({
      size: 0,
      at: { x: 20, y: 21, width: 60, height: 18 },
    });
    expect(place({ x: 150, y: 5, width: 50, height: 30 }, sizes)?.at).toEqual({ x: 140, y: 36, width: 60, height: 18 });
    const full = labelPlaces({ width: 80, height: 40 });
    expect(full({ x: 0, y: 0, width: 80, height: 40 }, sizes)?.at).toEqual({ x: 20, y: 0, width: 60, height: 18 });
  });

  it('takes a shorter label where there is little room, none where there is none, and never covers another', () => {
    const draw = random(5, 'labels');
    const picture = { width: 500, height: 400 };
    const place = labelPlaces(picture);
    const sizes = [
      { width: 120, height: 18 },
      { width: 40, height: 18 },
    ];
    const found = Array.from({ length: 300 }, () =>
      place({ x: draw.integer(460), y: draw.integer(360), width: 20 + draw.integer(20), height: 20 }, sizes),
    );
    const placed = found.flatMap((one) => (one === undefined ? [] : [one]));
    expect(placed.some(({ size }) => size === 1)).toBe(true);
    expect(placed.length).toBeLessThan(300);
    expect(placed.length).toBeGreaterThan(60);
    const covering = placed.flatMap(({ at }, i) => placed.slice(0, i).filter((other) => sharedArea(other.at, at) > 0));
    expect(covering).toEqual([]);
    expect(placed).toAllSatisfy(
      ({ at }) => at.x >= 0 && at.y >= 0 && at.x + at.width <= 500 && at.y + at.height <= 400,
    );
  });
});

describe('frameColours', () => {
  const organism = (lineage: string, node?: string) => ({
    ...{ box: [0, 0, 1, 1] as [number, number, number, number], score: 1 },
    name: {
      ...{ class: lineage.split('>').at(-1) ?? '', probability: 1, lineage },
      ...(node !== undefined && { node: { path: node, probability: 1, depth: 1 } }),
    },
  });

  it('gives each of a few classes a colour', () => {
    const { groupOf, colourOf } = frameColours(['all>a', 'all>b', 'all>c']);
    const groups = ['all>a', 'all>b', 'all>c'].map((lineage) => groupOf(organism(lineage)));
    expect(groups).toEqual(['a', 'b', 'c']);
    expect(new Set(groups.map(colourOf)).size).toBe(3);
  });

  it('gives each branch a colour where there are many classes, and grey to what is decided above', () => {
    const lineages = ['x', 'y', 'z'].flatMap((branch) =>
      Array.from({ length: 5 }, (_, i) => `all>${branch}>${branch}${i}`),
    );
    const { groupOf, colourOf } = frameColours(lineages);
    expect(groupOf(organism('all>y>y3'))).toBe('y');
    expect(groupOf(organism('all>y>y3', 'all>y'))).toBe('y');
    const above = groupOf(organism('all>y>y3', 'all'));
    expect([above, colourOf(above)]).toEqual(['all', '#7a7a7a']);
    expect(new Set(['x', 'y', 'z'].map(colourOf)).size).toBe(3);
  });
});
