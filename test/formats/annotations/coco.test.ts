import { describe, expect, it } from 'vitest';
import type { AnnotatedFrames } from '../../../src/formats/annotations/annotated-frames.js';
import { parseCoco } from '../../../src/formats/annotations/coco-parse.js';
import { maskOfRuns, runsOfMask, runsOfText, runsToText } from '../../../src/formats/annotations/coco-runs.js';
import { formatCoco } from '../../../src/formats/annotations/coco-write.js';

/** As pycocotools 2.0.11 encodes them (`mask.encode`). */
const ENCODED = [
  {
    width: 5,
    height: 7,
    mask: '00101101010010111111011000011001000',
    counts: '111051K53JM0032',
  },
  { width: 9, height: 4, mask: '010010000000010001011000001000000001', counts: '41102021:1' },
] as const;
/** A block of 50 x 30 at (20, 10) in a frame of 80 x 60. */
const BLOCK =
  'jU1n0n00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000^b0';

describe('masks as runs', () => {
  it('are texts as pycocotools writes them', () => {
    for (const { width, height, mask, counts } of ENCODED) {
      const pixels = Uint8Array.from(mask, Number);
      const runs = runsOfMask(pixels, { x: 0, y: 0, width, height }, { width, height });
      expect(runsToText(runs.runs)).toBe(counts);
      expect(runsOfText(counts)).toEqual(runs.runs);
      expect(maskOfRuns(runs, { x: 0, y: 0, width, height })).toEqual(pixels);
    }
    const box = { x: 20, y: 10, width: 50, height: 30 };
    const block = runsOfMask(new Uint8Array(1500).fill(1), box, { width: 80, height: 60 });
    expect(runsToText(block.runs)).toBe(BLOCK);
    expect(maskOfRuns(block, { x: 19, y: 10, width: 3, height: 1 })).toEqual(Uint8Array.of(0, 1, 1));
  });

  it('are not read from texts that are none', () => {
    expect(runsOfText('~~')).toBeUndefined();
    expect(runsOfText('PPPPPPPPPPPPPPP')).toBeUndefined();
  });
});

const frames: AnnotatedFrames = {
  frames: [
    { file: 'a.png', width: 64, height: 32 },
    { file: 'sub/b.png', width: 20, height: 20 },
  ],
  categories: ['copepod', 'fish larva'],
  annotations: [
    { frame: 0, category: 1, box: { x: 1.5, y: 2, width: 10, height: 8.25 }, area: 82.5, score: 0.75 },
    {
      frame: 0,
      category: 0,
      box: { x: 3, y: 4, width: 2, height: 2 },
      area: 4,
      mask: runsOfMask(Uint8Array.of(1, 1, 1, 1), { x: 3, y: 4, width: 2, height: 2 }, { width: 64, height: 32 }),
      attributes: { occluded: true, overlap: 0.3, note: 'under' },
    },
    {
      frame: 1,
      category: 0,
      box: { x: 0, y: 0, width: 20, height: 20 },
      area: 200,
      isCrowd: true,
      mask: { kind: 'polygons', polygons: [[0, 0, 20, 0, 20, 20]] },
    },
  ],
};

describe('COCO', () => {
  it('is read as it was written', () => {
    expect(parseCoco(formatCoco(frames, { seed: 1 }), 'x.json')).toEqual({ ...frames, problems: [], notes: [] });
  });

  it('has each annotation once', () => {
    const box = '"image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2]';
    const text = `{"categories": [{"id": 1, "name": "krill"}],
"images": [{"id": 1, "file_name": "a.png", "width": 9, "height": 9}],
"annotations": [{"id": 7, ${box}},
{"id": 7, ${box}},
{${box}}, {${box}},
{"id": 7, ${box.replace('2, 2', '2, 0')}}]}`;
    const { annotations, problems } = parseCoco(text, 'x.json');
    expect(annotations).toHaveLength(3);
    expect(problems.map(({ where, expected }) => [where, expected])).toEqual([
      ['x.json:4', 'each annotation once'],
      ['x.json:6', 'each annotation once'],
      ['x.json:6', 'a box with a width and a height above 0'],
    ]);
  });

  it('is written with ids from 1, and areas', () => {
    const written = JSON.parse(formatCoco(frames)) as { images: unknown[]; annotations: Record<string, unknown>[] };
    expect(written.images[1]).toEqual({ id: 2, file_name: 'sub/b.png', width: 20, height: 20 });
    expect(written.annotations[1]).toMatchObject({ id: 2, image_id: 1, category_id: 1, area: 4, iscrowd: 0 });
    expect(written.annotations[2]).toMatchObject({ image_id: 2, iscrowd: 1, segmentation: [[0, 0, 20, 0, 20, 20]] });
  });

  it('names everything that is wrong, with its line, and reads the rest', () => {
    const text = `{"categories": [{"id": 3, "name": "krill"}, {"id": 3, "name": "again"}],
"images": [{"id": 1, "file_name": "a.png", "width": 50, "height": 40},
{"id": 2, "file_name": "b.png", "width": 0, "height": 40},
{"id": 4, "file_name": "a.png", "width": 50, "height": 40},
{"id": 5, "file_name": "empty.png", "width": 50, "height": 40}],
"annotations": [{"image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4]},
{"image_id": 1, "category_id": 3, "bbox": [1, 2, 0, 4]},
{"image_id": 1, "category_id": 3, "bbox": [1, 2, -3, 4]},
{"image_id": 1, "category_id": 3, "bbox": [45, 2, 8, 4]},
{"image_id": 1, "category_id": 9, "bbox": [1, 2, 3, 4]},
{"image_id": 7, "category_id": 3, "bbox": [1, 2, 3, 4]},
{"image_id": 1, "category_id": 3, "bbox": [1, 2, 3]},
{"image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4], "score": 1.5},
{"image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4], "segmentation": {"size": [40, 50], "counts": [7]}},
{"image_id": 1, "category_id": 3, "bbox": [47, 2, 3.4, 4]}]}`;
    const { problems, annotations, notes, categories } = parseCoco(text, 'bad.json');
    expect(problems.map(({ where, expected }) => [where, expected.split(',')[0]])).toEqual([
      ['bad.json:1', 'each category once'],
      ['bad.json:3', 'a width and a height from 1 to 1000000 pixels'],
      ['bad.json:4', 'each frame once'],
      ['bad.json:7', 'a box with a width and a height above 0'],
      ['bad.json:8', 'a box with a width and a height above 0'],
      ['bad.json:9', 'a box within the frame of 50 x 40'],
      ['bad.json:10', "a 'category_id' that is among the categories"],
      ['bad.json:11', "an 'image_id' that is among the images"],
      ['bad.json:12', "a 'bbox' of x"],
      ['bad.json:13', 'a score from 0 to 1'],
      ['bad.json:14', "a 'segmentation' of polygons"],
    ]);
    expect(annotations.map(({ box }) => box)).toEqual([
      { x: 1, y: 2, width: 3, height: 4 },
      { x: 1, y: 2, width: 3, height: 4 },
      { x: 47, y: 2, width: 3, height: 4 },
    ]);
    expect(notes).toEqual(['1 of 2 frames without annotations: empty.png']);
    expect(categories).toEqual(['krill']);
  });

  it('names text that is no JSON, and JSON that is no COCO', () => {
    expect(parseCoco('{"images": [', 'x.json').problems[0]?.where).toBe('x.json:1');
    expect(parseCoco('[]', 'x.json').problems.map(({ expected }) => expected)).toEqual(
      ['categories', 'images', 'annotations'].map((key) => `a list '${key}', as COCO has it`),
    );
  });
});
