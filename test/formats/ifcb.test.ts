/** The IFCB's files, as two instruments wrote them and as they get damaged. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measure } from '../../src/features/measure.js';
import { segment } from '../../src/features/segmentation/segment.js';
import { FEATURE_SETS } from '../../src/features/sets/registry.js';
import { type BinFiles, readBin } from '../../src/formats/ifcb/bin.js';
import { isBinName, parseTarget, targetName, targetPath } from '../../src/formats/ifcb/names.js';
import { compose } from '../../src/formats/ifcb/stitching.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';

/** Two triggers; the second has two overlapping images. */
const V1 = [
  '1,.31,.06,-.61,-.17,-3.61,-.29,0,.25,202,673,4,3,1,-.27,',
  '2,.72,.02,-1.84,.04,-1.15,-.61,.42,.65,10,20,6,5,13,-.45,',
  '2,.72,.02,-1.84,.04,-1.15,-.61,.42,.65,13,22,6,5,43,-.45,',
  '3,1.3,.05,-.49,-.11,-3.82,-.27,1.23,1.25,-11,-11,0,0,73,-.41,',
].join('\n');
const V2_HEADER = [
  'ADCFileFormat: trigger#, ADC_time, SSC, FL, ROIx, ROIy, ROIwidth, ROIheight, start_byte, run time, inhibitTime',
  'roiCount: 2',
  'runTime: 60',
  'inhibitTime: 6',
].join('\n');
const V2 = '1,30,0,0,5,5,3,2,0,30,3\n2,45,0,0,5,5,0,0,6,45,4\n3,60,0,0,5,5,2,2,6,60,6\n';

const bin = (files: Partial<BinFiles>): BinFiles => ({ base: 'b', adc: V2, hdr: V2_HEADER, roiBytes: 10, ...files });

describe('a bin', () => {
  it('of the first layout has images by number, and those of one trigger that overlap as one', () => {
    const files = bin({ adc: `${V1}\n`, hdr: '"Imaging FlowCytobot"\n', roiBytes: 73 });
    const { images, problems, mlAnalysed } = readBin(files);
    expect(problems).toEqual([]);
    expect(images.map(({ number, width, height }) => [number, width, height])).toEqual([
      [1, 4, 3],
      [2, 9, 7],
    ]);
    expect(images[0]?.regions[0]).toMatchObject({ x: 202, y: 673, start: 1 });
    expect(readBin(files, 'never').images.map(({ number }) => number)).toEqual([1, 2, 3]);
    // Frames end at 0.25, 0.65 and 1.25; triggers open 0.17 and 0.58 later than the frames before them.
    expect(mlAnalysed).toBeCloseTo((0.25 / 60) * (1.25 - (0.42 - 0.25) - (1.23 - 0.65) - 0.073), 12);
  });

  it('of the second layout has columns as its header spells them, and images as they are', () => {
    const { images, problems, mlAnalysed } = readBin(bin({}));
    expect(problems).toEqual([]);
    expect(images.map(({ number, regions: [{ start }] }) => [number, start])).toEqual([
      [1, 0],
      [3, 6],
    ]);
    expect(mlAnalysed).toBeCloseTo((0.25 * 54) / 60, 12);
    const wrong = V2_HEADER.replace('runTime: 60', 'runTime: 600');
    expect(readBin(bin({ hdr: wrong })).mlAnalysed).toBeCloseTo((0.25 * 54) / 60, 12);
    const close = V2_HEADER.replace('runTime: 60', 'runTime: 60.5');
    expect(readBin(bin({ hdr: close })).mlAnalysed).toBeCloseTo((0.25 * 54.5) / 60, 12);
    const overlapping = V2.replace('2,45,0,0,5,5,0,0,6', '1,45,0,0,5,5,3,4,6');
    expect(readBin(bin({ adc: overlapping, roiBytes: 40 })).images).toHaveLength(3);
    expect(readBin(bin({ adc: overlapping, roiBytes: 40 }), 'always').images).toHaveLength(3);
  });

  it('that is damaged says all that is wrong at once, and keeps the good images', () => {
    const adc =
      '1,30,0,0,5,5,3,2,0,30,3\n2,45,0,0\n3,46,0,0,5,5,x,2,6,46,4\n4,60,0,0,5,5,2,2,6,60,6\n5,61,0,0,5,5,9,9,8,61,6\n';
    const { images, problems } = readBin(bin({ adc, hdr: V2_HEADER.replace('roiCount: 2', 'roiCount: 7') }));
    expect(images.map(({ number }) => number)).toEqual([1, 4]);
    expect(problems.map(({ where, expected, received }) => [where, expected, received])).toEqual([
      ['b.adc:2', '11 fields', '4; the image is left out'],
      [
        'b.adc:3',
        expect.stringMatching(/whole numbers/),
        expect.stringMatching(/^NaN x 2 pixels at \(5, 5\) from byte 6; /),
      ],
      ['b.roi', 'at least 89 bytes: image 5 has 9 x 9 pixels from byte 8', '10; the image is left out'],
      ['b.adc', '7 images, as roiCount of the .hdr file says', '3: the file was truncated'],
    ]);
  });

  it('without one of its files, or with an empty one, says so', () => {
    const places = (files: Partial<BinFiles>) => {
      const { images, problems } = readBin(bin(files));
      return [images.length, ...problems.map(({ where, received }) => `${where}: ${received}`)];
    };
    expect(places({ adc: undefined })).toEqual([0, 'b.adc: no such file: no image can be read without it']);
    expect(places({ roiBytes: undefined })).toEqual([0, 'b.roi: no such file: no image can be read without it']);
    expect(places({ adc: '', roiBytes: 0 })).toEqual([0, 'b.adc: an empty file: a bin without images']);
    expect(places({ adc: V1, roiBytes: 73, hdr: undefined })).toEqual([
      2,
      'b.hdr: no such file: the volume may not be known without it',
    ]);
    expect(places({ adc: '1,2,3\n', hdr: '' })).toEqual([0, 'b.adc:1: 3 fields']);
  });

  it('names its images as the field does', () => {
    const target = { bin: 'D20220519T124533_IFCB134', number: 12 };
    expect(targetName(target)).toBe('D20220519T124533_IFCB134_00012');
    expect(parseTarget('D20220519T124533_IFCB134_00012.png')).toEqual(target);
    expect(parseTarget('IFCB5_2012_028_081515_00003')).toEqual({ bin: 'IFCB5_2012_028_081515', number: 3 });
    expect(parseTarget('photo_00012.png')).toBeUndefined();
    expect(isBinName('IFCB5_2012_028_081515')).toBe(true);
    expect(targetPath('a/b.roi', 7)).toBe('a/b.roi/00007');
  });
});

it('two patches are put together, the later over the earlier, on the mean of what borders on the gaps', () => {
  const patch = (x: number, y: number, value: number) => ({
    x,
    y,
    width: 4,
    height: 4,
    pixels: new Uint8Array(16).fill(value),
  });
  const image = compose([patch(0, 0, 100), patch(2, 2, 50)], 6, 6);
  const row = (y: number) => Array.from(image.subarray(y * 6, y * 6 + 6));
  // Six pixels border on each gap: in the first row and column those of the second are taken. Together 4 of 100, 4 of 50.
  expect(row(0)).toEqual([100, 100, 100, 100, 75, 75]);
  expect(row(2)).toEqual([100, 100, 50, 50, 50, 50]);
  expect(row(5)).toEqual([75, 75, 50, 50, 50, 50]);
});

const data = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'ifcb');
const filesOf = (base: string): BinFiles => ({
  base,
  adc: readFileSync(`${base}.adc`, 'utf8'),
  hdr: readFileSync(`${base}.hdr`, 'utf8'),
  roiBytes: readFileSync(`${base}.roi`).length,
});

describeWhere(existsSync(data), NEEDS.sharedData)('real bins', () => {
  it('of both layouts are read without a problem', () => {
    const first = readBin(filesOf(`${data}/v1/IFCB5_2012_028_081515`));
    expect(first.problems).toEqual([]);
    expect(first.images.map(({ number }) => number)).toEqual([1, 2, 3, 5, 6]);
    const second = readBin(filesOf(`${data}/v2/D20220519T124533_IFCB134`));
    expect(second.problems).toEqual([]);
    expect(second.images).toHaveLength(17);
    expect(second.mlAnalysed).toBeCloseTo((0.25 * (1003.4138888888889 - 1.4629383680555557)) / 60, 12);
  });

  it("stitch two images into the one that WHOI's features are of", () => {
    const base = `${data}/v1/IFCB5_2012_028_081515`;
    const roi = readFileSync(`${base}.roi`);
    const image = readBin(filesOf(base)).images[2];
    if (image === undefined) throw new Error('no third image');
    const left = Math.min(...image.regions.map(({ x }) => x));
    const top = Math.min(...image.regions.map(({ y }) => y));
    const patches = image.regions.map(({ x, y, width, height, start }) => {
      return { x: x - left, y: y - top, width, height, pixels: roi.subarray(start, start + width * height) };
    });
    const pixels = compose(patches, image.width, image.height);
    const [header = [], ...rows] = readFileSync(`${base}_features_v4.csv`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(','));
    const row = rows.find(([number]) => number === '3') ?? [];
    const { features, segmentation } = FEATURE_SETS.ifcb;
    expect(features.map(({ name }) => name)).toEqual(header.slice(1));
    measure(segment(pixels, image.width, image.height, segmentation), 'ifcb').forEach((value, i) => {
      expect(Math.abs(value / Number(row[i + 1]) - 1), features[i]?.name).toBeLessThan(0.001);
    });
  });
});
