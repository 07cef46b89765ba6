/** YOLO, Pascal VOC, LabelMe and CVAT. */
import { describe, expect, it } from 'vitest';
import { parseCvat } from '../../../src/formats/annotations/cvat.js';
import { parseLabelMe } from '../../../src/formats/annotations/labelme.js';
import { parseVoc } from '../../../src/formats/annotations/voc.js';
import { parseXml, XmlSyntaxError } from '../../../src/formats/annotations/xml.js';
import { formatYolo, parseYolo, parseYoloNames } from '../../../src/formats/annotations/yolo.js';

const frame = { file: 'a.png', width: 200, height: 100 };

describe('XML', () => {
  it('is elements with attributes, text and lines', () => {
    const text = `\ufeff<?xml version="1.0"?>
<!DOCTYPE a [ <!ENTITY x "expanded"> ]>
<!-- <b> -->
<a one='1' two="&quot;2&#x2f;">
  <b/>text &lt;&#66;<![CDATA[<&]]>
</a>`;
    const root = parseXml(text);
    expect([root.name, root.line, root.text]).toEqual(['a', 4, 'text <B<&']);
    expect([...root.attributes]).toEqual([
      ['one', '1'],
      ['two', '"2/'],
    ]);
    expect(root.children.map(({ name, line }) => [name, line])).toEqual([['b', 5]]);
  });

  it.each([
    ['<a>\n<b>\n</a>', 3],
    ['<a>\n', 2],
    ['<a/>\n<b/>', 2],
    ['<a>&x;</a>', 1],
    ['<a b="1" b="2"/>', 1],
    ['<a b=1/>', 1],
    ['text', 1],
    ['', 1],
    ['<a>\n<!-- </a>', 2],
  ])('is refused with its line where it is not well-formed: %j', (text, line) => {
    expect(() => parseXml(text)).toThrow(XmlSyntaxError);
    expect(() => parseXml(text)).toThrow(`line ${line}:`);
  });

  it('may be as deep as it likes', () => {
    const depth = 100_000;
    expect(parseXml('<a>'.repeat(depth) + '</a>'.repeat(depth)).name).toBe('a');
  });
});

const voc = (objects: string, size = '<width>200</width><height>100</height>') =>
  `<annotation>\n<filename>a.png</filename>\n<size>${size}</size>\n${objects}\n</annotation>`;
const object = (name: string, [xmin, ymin, xmax, ymax]: readonly number[], more = '') =>
  `<object><name>${name}</name>${more}<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`;

describe('Pascal VOC', () => {
  it('counts pixels from 1, both ends included', () => {
    const text = voc(object('copepod', [1, 1, 200, 100], '<difficult>1</difficult><truncated>0</truncated>'));
    const { frames, annotations, categories, problems } = parseVoc([{ file: 'a.xml', text }]);
    expect(problems).toEqual([]);
    expect([frames, categories]).toEqual([[frame], ['copepod']]);
    expect(annotations).toEqual([
      { frame: 0, category: 0, box: { x: 0, y: 0, width: 200, height: 100 }, attributes: { difficult: true } },
    ]);
  });

  it('names everything that is wrong, with file and line', () => {
    const objects = [
      object('a', [5, 5, 5, 9]),
      object('a', [9, 5, 5, 9]),
      object('', [5, 5, 9, 9]),
      '<object><name>a</name></object>',
      object('a', [150, 5, 260, 9]),
      object('a', [0, 5, 10, 9]),
    ].join('\n');
    const files = [
      { file: 'a.xml', text: voc(objects) },
      { file: 'b.xml', text: voc('', '') },
      { file: 'c.xml', text: '<annotation>' },
      { file: 'd.xml', text: '<other/>' },
    ];
    const { problems, annotations } = parseVoc(files);
    expect(problems.map(({ where }) => where)).toEqual([
      'a.xml:4',
      'a.xml:5',
      'a.xml:6',
      'a.xml:7',
      'a.xml:8',
      'a.xml:9',
      'b.xml:3',
      'c.xml:1',
      'd.xml:1',
    ]);
    expect(annotations).toEqual([]);
  });

  it('shows corners and sides that are no numbers as the file has them', () => {
    const corners = '<bndbox><xmin>1</xmin><ymin>left</ymin><xmax>1,5</xmax></bndbox>';
    const files = [
      { file: 'a.xml', text: voc(`<object><name>a</name>${corners}</object>`) },
      { file: 'b.xml', text: voc('', '<width>wide</width>').replace('a.png', 'b.png') },
    ];
    const { problems } = parseVoc(files);
    expect(problems.map(({ where, received }) => [where, received])).toEqual([
      ['a.xml:4', "xmin '1', ymin 'left', xmax '1,5', ymax none"],
      ['b.xml:3', "width 'wide', height none of 'b.png'"],
    ]);
  });
});

describe('CVAT', () => {
  it('has boxes, polygons and attributes', () => {
    const text = `<annotations><version>1.1</version>
<image id="0" name="a.png" width="200" height="100">
<box label="krill" occluded="1" xtl="10.5" ytl="20" xbr="30" ybr="45.5"><attribute name="stage">adult</attribute></box>
<polygon label="salp" occluded="0" points="1,2;11,2;11,22"/>
<points label="salp" points="1,2"/>
<box label="krill" xtl="10" ytl="20" xbr="10" ybr="45"/>
</image></annotations>`;
    const { annotations, categories, problems } = parseCvat(text, 'c.xml');
    expect(categories).toEqual(['krill', 'salp']);
    expect(annotations).toEqual([
      {
        ...{ frame: 0, category: 0, box: { x: 10.5, y: 20, width: 19.5, height: 25.5 } },
        attributes: { stage: 'adult', occluded: true },
      },
      {
        ...{ frame: 0, category: 1, box: { x: 1, y: 2, width: 10, height: 20 } },
        mask: { kind: 'polygons', polygons: [[1, 2, 11, 2, 11, 22]] },
      },
    ]);
    expect(problems.map(({ where }) => where)).toEqual(['c.xml:5', 'c.xml:6']);
  });

  it('shows what is no number as the file has it', () => {
    const text = `<annotations><image name="a.png" width="200" height="100">
<box label="krill" xtl="10" ytl="top" ybr="45"/>
<polygon label="salp" points="1,2;11,x;11,22"/>
</image>
<image name="b.png" height="100"/>
</annotations>`;
    const { problems, annotations } = parseCvat(text, 'c.xml');
    expect(annotations).toEqual([]);
    expect(problems.map(({ where, received }) => [where, received])).toEqual([
      ['c.xml:2', "xtl '10', ytl 'top', xbr none, ybr '45'"],
      ['c.xml:3', "a polygon with points '1,2;11,x;11,22'"],
      ['c.xml:5', "width none, height '100' of 'b.png'"],
    ]);
  });
});

describe('LabelMe', () => {
  it('has rectangles in any direction, polygons and circles', () => {
    const shapes = [
      {
        label: 'a',
        points: [
          [30, 40],
          [10, 20],
        ],
        shape_type: 'rectangle',
      },
      {
        label: 'b',
        points: [
          [0, 0],
          [10, 0],
          [10, 5],
        ],
        shape_type: 'polygon',
      },
      {
        label: 'a',
        points: [
          [50, 50],
          [53, 54],
        ],
        shape_type: 'circle',
      },
      { label: 'a', points: [[50, 50]], shape_type: 'point' },
      {
        label: '',
        points: [
          [30, 40],
          [10, 20],
        ],
        shape_type: 'rectangle',
      },
    ];
    const text = JSON.stringify({ imagePath: '..\\a.png', imageWidth: 200, imageHeight: 100, shapes });
    const { frames, annotations, problems } = parseLabelMe([{ file: 'a.json', text }]);
    expect(frames).toEqual([{ ...frame, file: '../a.png' }]);
    expect(annotations.map(({ box, category, mask }) => [category, box, mask?.kind])).toEqual([
      [0, { x: 10, y: 20, width: 20, height: 20 }, undefined],
      [1, { x: 0, y: 0, width: 10, height: 5 }, 'polygons'],
      [0, { x: 45, y: 45, width: 10, height: 10 }, undefined],
    ]);
    expect(problems.map(({ expected }) => expected)).toEqual([
      'a rectangle of 2 points, a polygon of 3 or more, or a circle of centre and edge',
      "a shape with a 'label'",
    ]);
  });
});

describe('YOLO', () => {
  it('is read as it was written', () => {
    const written = {
      frames: [frame, { file: 'sub/b.jpg', width: 64, height: 64 }],
      categories: ['copepod', "it's: one"],
      annotations: [
        { frame: 0, category: 1, box: { x: 20, y: 10, width: 50, height: 30 }, score: 0.5 },
        { frame: 0, category: 0, box: { x: 0, y: 0, width: 200, height: 100 } },
      ],
    };
    const { labels, yaml } = formatYolo(written);
    expect([...labels]).toEqual([
      ['a.txt', '1 0.225 0.25 0.25 0.3 0.5\n0 0.5 0.5 1 1\n'],
      ['sub/b.txt', ''],
    ]);
    const { names, problems } = parseYoloNames(yaml, 'data.yaml');
    expect(problems).toEqual([]);
    const files = written.frames.map((of, i) => ({ file: `${i}.txt`, text: [...labels.values()][i] ?? '', frame: of }));
    const read = parseYolo(files, names);
    expect(read).toEqual({
      ...written,
      problems: [],
      notes: ['1 of 2 frames without annotations: sub/b.jpg'],
    });
  });

  it('has names in lists, by number, in a line, and line by line', () => {
    const of = (text: string, file = 'data.yaml') => [...parseYoloNames(text, file).names];
    const both = [
      [0, 'a'],
      [1, 'b c'],
    ];
    expect(of("nc: 2\nnames: [a, 'b c']\n")).toEqual(both);
    expect(of('names:\n- a\n- "b c"\nnc: 2\n')).toEqual(both);
    expect(of('names:\n  0: a\n  # one\n  1: b c\npath: x\n')).toEqual(both);
    expect(of('a\nb c\n', 'classes.txt')).toEqual(both);
    expect(parseYoloNames('nc: 2\n', 'data.yaml').problems).toEqual([
      { where: 'data.yaml:1', expected: "'names' of the classes", received: 'none' },
    ]);
  });

  it('names everything that is wrong, with file and line', () => {
    const text =
      '0 .5 .5 .1 .1\n7 .5 .5 .1 .1\n0 .5 .5 .1\n0 .5 .5 0 .1\n0 .99 .5 .1 .1\n0 .5 x .1 .1\n0 0 0 .1 0 .1 .2';
    const { problems, annotations } = parseYolo([{ file: 'a.txt', text, frame }], new Map([[0, 'a']]));
    expect(problems.map(({ where }) => where)).toEqual([2, 3, 4, 5, 6].map((line) => `a.txt:${line}`));
    expect(annotations.map(({ box }) => box)).toEqual([
      { x: 90, y: 45, width: 20, height: 10 },
      { x: 0, y: 0, width: 20, height: 20 },
    ]);
  });
});
