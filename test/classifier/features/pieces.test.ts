import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowsOfImages } from '../../../src/classifier/features/join-rows.js';
import { applyScale, fitScale } from '../../../src/classifier/features/scale.js';
import { sideBySide } from '../../../src/classifier/features/source.js';
import { joinedNames, namesOfSources } from '../../../src/classifier/features/source-names.js';
import { tinyNetwork } from '../../fixtures/shapes.js';

describe('rows of images', () => {
  const paths = ['data/copepod/1.png', 'data/copepod/2.tif', 'data/salp/3.png'];
  const rowsOf = (rows: readonly string[]) => Array.from(rowsOfImages({ rows }, paths, 'features.csv'));

  it('are those with the path, its end, or its name without the extension', () => {
    expect(rowsOf(['3', 'data/copepod/2.tif', 'copepod/1.png'])).toEqual([2, 1, 0]);
    expect(rowsOf([resolve('data/salp/3.png'), 'salp/3', '2.tif', '9', '1.png'])).toEqual([4, 2, 0]);
    expect(rowsOf(['copepod\\1.png', 'copepod\\2', 'salp\\3'])).toEqual([0, 1, 2]);
  });

  it('are the surest where several would do', () => {
    expect(rowsOf(['1.png', 'copepod/1.png', '1', '2', '3'])).toEqual([1, 3, 4]);
  });

  it('must be there for every image, and be for one image only', () => {
    expect(() => rowsOf(['1.png', 'salp/2.tif'])).toThrow(
      /2 of 3 images have no row of their own\n.*copepod\/2\.tif: expected a row of features\.csv.*\n.*copepod\/1\.png.*\n.*salp\/3\.png/,
    );
    const same = ['a/1.png', 'b/1.png'];
    expect(() => rowsOfImages({ rows: ['1.png'] }, same, 't.csv')).toThrow(
      /t\.csv: 1\.png: expected a row for one image, received one for a\/1\.png and b\/1\.png\n.*by the paths/,
    );
    expect(Array.from(rowsOfImages({ rows: ['1.png'] }, ['a/1.png', 'a/1.png'], 't.csv'))).toEqual([0, 0]);
  });
});

describe('standardised features', () => {
  it('have a mean of 0 and a deviation of 1 over the images that they were fitted on', () => {
    const scale = fitScale(Float64Array.of(1, 7, 3, 7, 5, 7, 7, 7), 2);
    expect(Array.from(scale.mean)).toEqual([4, 7]);
    expect(Array.from(scale.deviation)).toEqual([Math.fround(Math.sqrt(5)), 1]);
    const scaled = applyScale(scale, Float64Array.of(1, 7, 7, 8));
    expect(Array.from(scaled, (value) => value.toFixed(4))).toEqual(['-1.3416', '0.0000', '1.3416', '1.0000']);
  });

  it('are the median where they could not be measured, and stay within 5 deviations', () => {
    const scale = fitScale(Float64Array.of(0, 0, Number.NaN, 1, 1, 2, Number.NaN, Number.POSITIVE_INFINITY), 1);
    expect([scale.median[0], scale.mean[0]]).toEqual([1, Math.fround(0.8)]);
    const [missing, far] = applyScale(scale, Float64Array.of(Number.NaN, 1e9));
    expect(missing).toBeCloseTo(0.2 / Math.sqrt(0.56), 5);
    expect(far).toBe(5);
    expect(applyScale(fitScale(Float64Array.of(Number.NaN), 1), Float64Array.of(Number.NaN))).toEqual(
      Float32Array.of(0),
    );
  });
});

describe('columns of several sources', () => {
  it('stand side by side', () => {
    const joined = sideBySide([Float64Array.of(1, 2), Float64Array.of(3, 4, 5, 6)], [1, 2], 2);
    expect(Array.from(joined)).toEqual([1, 3, 4, 2, 5, 6]);
  });

  it('have names of their own, with the number of the source where an earlier one has it', () => {
    const names = namesOfSources(
      [
        { kind: 'table', file: null, names: ['area', 'f0'] },
        { kind: 'deep', trunk: tinyNetwork.trunk, pca: null },
        { kind: 'deep', trunk: tinyNetwork.trunk, pca: { components: 2, explained: 0.5 } },
        { kind: 'classifier' },
      ],
      ['copepod'],
    );
    expect(names.map(({ length }) => length)).toEqual([2, 34, 2, 1]);
    expect(joinedNames(names).slice(0, 4)).toEqual(['area', 'f0', '2:f0', 'f1']);
    expect(joinedNames(names).slice(-3)).toEqual(['pc1', 'pc2', 'p(copepod)']);
  });
});
