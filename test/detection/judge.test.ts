import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeDetections } from '../../src/detection/judging/judge.js';
import { matchFrame } from '../../src/detection/judging/matching.js';
import type { AnnotatedFrames, Annotation } from '../../src/formats/annotations/annotated-frames.js';
import { parseCoco } from '../../src/formats/annotations/coco-parse.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

interface Judged {
  readonly ap: number;
  readonly ap50: number;
  readonly ap75: number;
  readonly recall: number;
  readonly perCategory: readonly (number | null)[];
}
interface Case {
  readonly truth: unknown;
  readonly detections: readonly { image_id: number; category_id: number; bbox: number[]; score: number }[];
  readonly agnostic: Judged;
  readonly categories: Judged;
}
const reference = JSON.parse(readFileSync(new URL('./reference/reference.json', import.meta.url), 'utf8')) as Record<
  string,
  Case
>;

const cases = Object.entries(reference);

/** A reference's truth and detections, as formats are read. */
function framesOf({ truth, detections }: Case): { readonly truth: AnnotatedFrames; readonly found: AnnotatedFrames } {
  const read = parseCoco(JSON.stringify(truth), 'truth.json');
  expect(read.problems).toEqual([]);
  const annotations = detections.map(
    ({ image_id, category_id, bbox: [x = 0, y = 0, width = 0, height = 0], score }) => ({
      ...{ frame: image_id - 1, category: category_id - 1, box: { x, y, width, height }, score },
    }),
  );
  return { truth: read, found: { ...read, annotations } };
}

describe('average precision', () => {
  it.each(cases)('is that of pycocotools: %s', (_, reference) => {
    const { truth, found } = framesOf(reference);
    const judged = judgeDetections(truth, found);
    for (const field of ['ap', 'ap50', 'ap75', 'recall'] as const) {
      expect(Math.abs(judged.agnostic[field] - reference.agnostic[field])).toBeLessThan(1e-9);
      expect(Math.abs(judged.perCategory[field] - reference.categories[field])).toBeLessThan(1e-9);
    }
    const expected = reference.categories.perCategory.flatMap((ap, i) => (ap === null ? [] : [[`class ${i + 1}`, ap]]));
    expect(judged.categories.map(({ category }) => category)).toEqual(expected.map(([name]) => name));
    judged.categories.forEach(({ ap }, i) => {
      expect(Math.abs(ap - Number(expected[i]?.[1]))).toBeLessThan(1e-9);
    });
  });

  it('takes the surest 100 of a frame as COCO does, says that there are more organisms, and takes more where asked', () => {
    // 150 organisms in a row, all found exactly.
    const all = Array.from({ length: 150 }, (_, i) => [0, 0.5 * i, 10, 0.4, 20] as const);
    const truth = oneFrame(all.map((one) => annotation(...one)));
    const found = oneFrame(all.map((one, i) => annotation(...one, 1 - i / 1000)));
    const usual = judgeDetections(truth, found);
    expect([usual.maxDetections, usual.crowdedFrames, usual.counts.error]).toEqual([100, 1, 0]);
    expect(usual.agnostic.recall).toBeCloseTo(100 / 150, 12);
    // Precision 1 up to recall 2/3: at 67 of 101 recalls.
    expect(usual.agnostic.ap50).toBeCloseTo(67 / 101, 12);
    const more = judgeDetections(truth, found, { maxDetections: 150 });
    expect([more.agnostic.ap50, more.agnostic.recall, more.crowdedFrames]).toEqual([1, 1, 0]);
    expect(() => judgeDetections(truth, found, { maxDetections: 0 })).toThrow('cannot be judged like that');
  });

  it('takes all detections of a frame into account for lineages', () => {
    const all = Array.from({ length: 150 }, (_, i) => [0, 0.5 * i, 10, 0.4, 20] as const);
    const names = ['calanoid', 'cyclopoid'];
    const truth = oneFrame(
      all.map((one) => annotation(...one)),
      names,
    );
    const found = oneFrame(
      all.map((one, i) => annotation(...one, 1 - i / 1000)),
      names,
    );
    const { lineages } = judgeDetections(truth, found, { taxonomy: tree });
    expect(lineages).toMatchObject({ matched: 150, precision: 1, recall: 1, f1: 1 });
  });

  it('takes a huge box for wrong, and a missed organism too', () => {
    const truth = oneFrame([annotation(0, 10, 10, 20, 20), annotation(0, 60, 60, 20, 20)]);
    const found = oneFrame([annotation(0, 0, 0, 100, 100, 0.9), annotation(0, 11, 10, 20, 20, 0.8)]);
    const { agnostic } = judgeDetections(truth, found);
    // Right at rank 2 of 2, half of the organisms: precision 1/2 up to recall 1/2, at 51 of 101 recalls.
    expect(agnostic.ap50).toBeCloseTo((0.5 * 51) / 101, 12);
    // 19 x 20 shared of 21 x 20: 0.905, so right at the 9 thresholds up to 0.90.
    expect(agnostic.ap).toBeCloseTo((0.9 * 0.5 * 51) / 101, 12);
    expect(agnostic.recall).toBeCloseTo(0.45, 12);
  });
});

const annotation = (
  category: number,
  x: number,
  y: number,
  width: number,
  height: number,
  score?: number,
): Annotation => ({
  frame: 0,
  category,
  box: { x, y, width, height },
  ...(score !== undefined && { score }),
});

const oneFrame = (annotations: readonly Annotation[], categories = ['a', 'b']): AnnotatedFrames => ({
  frames: [{ file: 'f.png', width: 100, height: 100 }],
  categories,
  annotations,
});

const tree = Taxonomy.fromLineages([
  { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
  { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
  { label: 'diatom', lineage: ['diatom'] },
]);

describe('judged along a taxonomy', () => {
  const names = ['calanoid', 'cyclopoid', 'diatom', 'Copepod'];
  const truth = oneFrame(
    [annotation(0, 0, 0, 10, 10), annotation(2, 50, 50, 10, 10), annotation(1, 80, 0, 10, 10)],
    names,
  );
  // A cyclopoid for the calanoid, an ancestor for the cyclopoid, nothing for the diatom, and one where nothing is.
  const found = oneFrame(
    [annotation(1, 0, 0, 10, 10, 0.9), annotation(3, 80, 0, 10, 10, 0.8), annotation(2, 0, 80, 10, 10, 0.7)],
    names,
  );

  it('has average precision at each depth, both sides lifted', () => {
    const { depths, perCategory } = judgeDetections(truth, found, { taxonomy: tree });
    expect(depths?.map(({ depth, categories }) => [depth, categories])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    // Root: right, right, wrong, of 3: recalls up to 2/3, which are 67 of 101.
    expect(depths?.[0]?.ap).toBeCloseTo(67 / 101, 12);
    // Copepods: both found. Diatoms: none.
    expect(depths?.[1]?.ap).toBeCloseTo(0.5, 12);
    expect(depths?.[2]?.ap).toBe(0);
    expect(perCategory.ap).toBe(0);
  });

  it('counts shared nodes, and nothing where nothing is matched', () => {
    const { lineages } = judgeDetections(truth, found, { taxonomy: tree });
    // Truth: 2 + 1 + 2 nodes, detections: 2 + 1 + 1, shared: Copepod twice.
    expect(lineages).toEqual({
      matched: 2,
      precision: 2 / 4,
      recall: 2 / 5,
      f1: 4 / 9,
      averageHierarchicalDistance: 1,
    });
    const sure = judgeDetections(truth, found, { taxonomy: tree, minScore: 0.85 }).lineages;
    expect(sure).toMatchObject({ matched: 1, precision: 1 / 2, recall: 1 / 5 });
  });

  it('names categories that the taxonomy lacks', () => {
    const other = oneFrame([annotation(0, 0, 0, 10, 10)], ['calanoit', 'krill']);
    expect(() => judgeDetections(other, oneFrame([], []), { taxonomy: tree })).toThrow(
      expect.objectContaining({
        code: 'EVALUATION',
        problems: ['category calanoit', 'category krill'].map((where) => expect.objectContaining({ where })),
      }),
    );
  });
});

describe('counts', () => {
  it('are off by the mean absolute difference, in all and within each category', () => {
    const frames = ['1', '2', '3'].map((file) => ({ file, width: 100, height: 100 }));
    const at = (frame: number, category: number, score?: number) => ({
      ...annotation(category, 0, 0, 9, 9, score),
      frame,
    });
    const truth = { frames, categories: ['a', 'b'], annotations: [at(0, 0), at(0, 1), at(1, 1)] };
    const found = { frames, categories: ['a', 'b'], annotations: [at(0, 0, 0.9), at(0, 0, 0.6), at(2, 1, 0.4)] };
    expect(judgeDetections(truth, found).counts).toEqual({
      minScore: 0,
      error: (0 + 1 + 1) / 3,
      errorPerCategory: (1 / 3 + (1 + 1 + 1) / 3) / 2,
      boxes: 1,
    });
    const sure = judgeDetections(truth, found, { minScore: 0.5 });
    expect(sure.counts).toEqual({ minScore: 0.5, error: 1 / 3, errorPerCategory: (1 / 3 + 2 / 3) / 2, boxes: 2 / 3 });
    expect(sure.categories.map(({ countError }) => countError)).toEqual([1 / 3, 2 / 3]);
  });

  it('leave out detections in a crowd', () => {
    const truth = oneFrame([{ ...annotation(0, 0, 0, 50, 50), isCrowd: true }, annotation(0, 80, 80, 10, 10)]);
    const found = oneFrame([
      annotation(0, 5, 5, 10, 10, 0.9),
      annotation(0, 20, 5, 10, 10, 0.8),
      annotation(0, 80, 80, 10, 10, 0.7),
    ]);
    const judged = judgeDetections(truth, found);
    expect(judged.counts.error).toBe(0);
    expect(judged.agnostic.ap).toBeCloseTo(1, 12);
    expect(judged.organisms).toBe(1);
  });
});

describe('pairs', () => {
  const frames = ['1', '2', '3', '4'].map((file) => ({ file, width: 100, height: 100 }));
  const truth: AnnotatedFrames = {
    frames,
    categories: ['a', 'b'],
    annotations: frames.flatMap((_, frame) => [
      { ...annotation(0, 10, 10, 20, 20), frame, attributes: { overlap: frame < 2 ? 0.31 : 0.69 } },
      { ...annotation(frame % 2, 22, 10, 20, 20), frame, attributes: { overlap: frame < 2 ? 0.31 : 0.69 } },
    ]),
  };
  const found: AnnotatedFrames = {
    ...truth,
    annotations: [
      { ...annotation(0, 10, 10, 20, 20, 0.9), frame: 0 },
      { ...annotation(0, 22, 10, 20, 20, 0.8), frame: 0 },
      { ...annotation(0, 10, 10, 32, 20, 0.9), frame: 1 },
      { ...annotation(0, 10, 10, 20, 20, 0.9), frame: 2 },
      { ...annotation(0, 11, 10, 20, 20, 0.9), frame: 2 },
      { ...annotation(0, 60, 60, 20, 20, 0.9), frame: 3 },
    ],
  };

  it('are found by a box each; one box around both is one at most', () => {
    expect(judgeDetections(truth, found).pairs).toEqual({
      all: { count: 4, both: 1 / 4, one: 2 / 4, boxes: 6 / 4 },
      sameCategory: { count: 2, both: 1 / 2, one: 1 / 2, boxes: 2 },
      differentCategories: { count: 2, both: 0, one: 1 / 2, boxes: 1 },
      byOverlap: [
        { overlap: 0.3, count: 2, both: 1 / 2, one: 1 / 2, boxes: 1.5 },
        { overlap: 0.7, count: 2, both: 0, one: 1 / 2, boxes: 1.5 },
      ],
    });
  });
});

describe('matching', () => {
  it('gives each organism to the surest detection, which takes the one that it overlaps most', () => {
    const box = (x: number) => ({ x, y: 0, width: 10, height: 10 });
    const truths = [box(0), box(4)].map((one) => ({ box: one, isCrowd: false }));
    const detections = [
      { box: box(1), score: 0.5 },
      { box: box(3), score: 0.9 },
      { box: box(2), score: 0.7 },
    ];
    const { order, at } = matchFrame(truths, detections, [0.5]);
    expect(order).toEqual([1, 2, 0]);
    expect([...(at[0]?.truth ?? [])]).toEqual([1, 0, -1]);
  });
});

describe('what cannot be judged', () => {
  it('says in which folder to detect, where files are relative to another one', () => {
    const frame = { file: 'frames/1.png', width: 100, height: 100 };
    const truth: AnnotatedFrames = { frames: [{ ...frame, file: '1.png' }], categories: [], annotations: [] };
    const found: AnnotatedFrames = { frames: [frame], categories: [], annotations: [] };
    expect(() => judgeDetections(truth, found)).toThrow(
      /detections in frames\/1\.png[\s\S]*The truth has 1\.png\. Detect in the folder/,
    );
  });

  it('is named in full', () => {
    const truth = oneFrame([annotation(0, 1, 1, 2, 2)]);
    const found: AnnotatedFrames = {
      frames: [
        { file: 'f.png', width: 90, height: 100 },
        { file: 'g.png', width: 100, height: 100 },
      ],
      categories: ['a'],
      annotations: [annotation(0, 1, 1, 2, 2)],
    };
    expect(() => judgeDetections(truth, found)).toThrow(
      expect.objectContaining({
        code: 'EVALUATION',
        problems: ['detections in f.png', 'detections in g.png', 'detections'].map((where) =>
          expect.objectContaining({ where }),
        ),
      }),
    );
  });
});
