import { describe, expect, it } from 'vitest';
import { decodeForest } from '../../src/forest/decode.js';
import { ARRAYS, aligned, encodeForest } from '../../src/forest/encode.js';
import { fitForest } from '../../src/forest/fit.js';
import { Forest } from '../../src/forest/forest.js';
import { random } from '../../src/random.js';
import { blobs, CLASSES } from './fixtures.js';

const { table: rows, labels } = blobs(90);
const trained = fitForest(rows, labels, CLASSES, { trees: 5, seed: 1, minLeaf: 2, missing: 'median' });

/** What a folder keeps. */
async function stored() {
  const { bytes, description } = encodeForest(await trained);
  return { bytes, description: JSON.parse(JSON.stringify(description)) };
}

describe('a stored forest', () => {
  it('predicts the same bit for bit, and is stored the same again', async () => {
    const forest = await trained;
    const { bytes, description } = await stored();
    const decoded = decodeForest(bytes, description);
    if (!(decoded instanceof Forest)) throw new Error(decoded);
    expect(decoded.predict(rows)).toEqual(forest.predict(rows));
    expect(decoded.impurityImportance).toEqual(forest.impurityImportance);
    expect(decoded.outOfBagAccuracy).toBe(forest.outOfBag.accuracy);
    expect(encodeForest(decoded)).toEqual(encodeForest(forest));
  });

  it('without bootstrap and medians, too', async () => {
    const forest = await fitForest(rows, labels, CLASSES, { trees: 2, seed: 1, bootstrap: false, maxDepth: 2 });
    const { bytes, description } = encodeForest(forest);
    expect(decodeForest(bytes, JSON.parse(JSON.stringify(description)))).toMatchObject({
      settings: { maxDepth: 2, bootstrap: false },
      medians: undefined,
      outOfBagAccuracy: undefined,
    });
  });

  it.each([
    ['nothing', () => undefined, /^description: /],
    ['another version', (d: object) => ({ ...d, format: 2 }), /^format: version 1 of the format$/],
    ['a field too many', (d: object) => ({ ...d, script: 'x' }), /^description: .*script/],
    [
      'a feature twice',
      (d: { names: string[] }) => ({ ...d, names: ['f0', 'f0', 'f2', 'f3'] }),
      /^names: a feature occurs/,
    ],
    ['a class twice', (d: object) => ({ ...d, classes: ['a', 'a', 'c'] }), /^classes: a class occurs twice$/],
    [
      'features missing',
      (d: object) => ({ ...d, names: ['f0'] }),
      /^impurityImportance: not one for each of 1 features$/,
    ],
    ['classes missing', (d: object) => ({ ...d, classes: ['a', 'b'] }), /^leaf \d+ names class 2 of 2$/],
    ['medians missing', (d: object) => ({ ...d, medians: undefined }), /^medians: do not fit/],
    ['medians that are text', (d: object) => ({ ...d, medians: ['1', 2, 3, 4] }), /^medians\.0: a finite number$/],
    [
      'other sizes',
      (d: { sizes: object }) => ({ ...d, sizes: { ...d.sizes, nodes: 1e12 } }),
      /^\d+ bytes instead of \d+$/,
    ],
    [
      'other trees',
      (d: { sizes: object }) => ({ ...d, sizes: { ...d.sizes, trees: 4 } }),
      /^sizes: 4 trees instead of 5$/,
    ],
  ])('is refused with a description of %s', async (_, change, message) => {
    const { bytes, description } = await stored();
    expect(decodeForest(bytes, change(description))).toMatch(message);
  });

  it.each([
    ['roots', 0, 1e6, /^tree 0 refers to node 1000000, which does not exist$/],
    ['left', 0, -1e6, /^node 0 refers to leaf 999999, which does not exist$/],
    ['left', 3, 3, /^node 3 refers back to node 3$/],
    ['right', 3, 0, /^node 3 refers back to node 0$/],
    ['roots', 1, 0, /^tree 1 refers to node 0, which belongs elsewhere$/],
    ['features', 2, 4, /^node 2 compares feature 4 of 4$/],
    ['thresholds', 2, Number.NaN, /^the threshold of node 2 is not a finite number$/],
    ['leafStarts', 0, 1, /^the first leaf does not begin at 0$/],
    ['leafStarts', 2, 0, /^leaf 1 has no entries, or more than there are$/],
    ['leafStarts', 2, 1e9, /^leaf 1 has no entries, or more than there are$/],
    ['leafClasses', 1, 3, /^leaf \d+ names class 3 of 3$/],
    ['leafShares', 1, Number.NaN, /^leaf \d+ has a share of NaN$/],
    ['leafShares', 0, 0.25, /^the shares of leaf 0 sum to /],
  ] as const)('is refused where %s[%i] is %d', async (array, index, value, message) => {
    const { trees } = await trained;
    const { bytes, description } = await stored();
    const before = ARRAYS.slice(0, ARRAYS.indexOf(array)).reduce(
      (sum, name) => sum + aligned(trees[name].byteLength),
      0,
    );
    const Kind = trees[array].constructor as Float64ArrayConstructor;
    new Kind(bytes.buffer, before, trees[array].length)[index] = value;
    expect(decodeForest(bytes, description)).toMatch(message);
  });

  it('is refused when it is cut, and never fails otherwise whatever its bytes', async () => {
    const { bytes, description } = await stored();
    expect(decodeForest(bytes.subarray(0, -8), description)).toMatch(/^\d+ bytes instead of \d+$/);
    const draws = random(1, 'damage');
    for (let round = 0; round < 300; round++) {
      const damaged = bytes.slice();
      for (let i = 0; i < 3; i++) damaged[draws.integer(damaged.length)] = draws.integer(256);
      const decoded = decodeForest(damaged, description);
      if (decoded instanceof Forest) expect([...decoded.predict(rows)]).toAllSatisfy(Number.isFinite);
      else expect(decoded).not.toBe('');
    }
  });
});
