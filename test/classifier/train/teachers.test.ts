import { describe, expect, it, onTestFinished } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { requireSameClasses } from '../../../src/classifier/train/teacher-options.js';
import { createTeacher } from '../../../src/classifier/train/teachers.js';
import { requireTeaching } from '../../../src/classifier/train/teaching-classifier.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import type { ImagesInMemory } from '../../../src/dataset/images.js';
import { alive, compiled } from '../../fixtures/device.js';
import { nonEmpty } from '../../fixtures/non-empty.js';
import { SHAPES, SIDE, shapes, shapesTaxonomy, tinyMobile, tinyNetwork } from '../../fixtures/shapes.js';

const fractions = { train: 0.6, validation: 0.2, test: 0.2 };
const images = shapes(20);
const data = prepareData(images, { seed: 1, fractions });
const training = { epochs: 1, batch: 16, optimiser: { kind: 'adamw', rate: 0.01 } } as const;

/** The same pictures with every pixel four times, and their classes in another order. */
function doubled(): ImagesInMemory {
  const side = 2 * SIDE;
  const pixels = Uint8Array.from({ length: images.count * side * side }, (_, i) => {
    const [x, y, image] = [i % side, Math.floor(i / side) % side, Math.floor(i / (side * side))];
    return images.pixels[(image * SIDE + (y >> 1)) * SIDE + (x >> 1)] ?? 0;
  });
  return { ...images, pixels, preprocessing: { ...images.preprocessing, size: side } };
}

async function teacherOf(given: ImagesInMemory, classes: readonly string[] = SHAPES) {
  const labels = images.labels.map((label) => classes.indexOf(SHAPES[label] ?? ''));
  const size = given.preprocessing.size;
  const network = { ...tinyNetwork, trunk: { ...tinyNetwork.trunk, input: { size, channels: 1 as const } } };
  const own = { ...given, classes, labels };
  const prepared = { ...prepareData(own, { seed: 1, fractions }), split: data.split };
  const flat = await trainFlat(prepared, { network, training, make: compiled });
  onTestFinished(() => flat.dispose());
  return flat;
}

const first16 = Int32Array.from({ length: 16 }, (_, i) => i);

describe('teachers', () => {
  it('give the mean of their calibrated probabilities, each at its own size, in the order of the classes', async () => {
    const large = doubled();
    const reversed = [...SHAPES].reverse();
    const [a, b] = [await teacherOf(images), await teacherOf(large, reversed)];
    const options = { batch: 16, deviceMemory: 1e9 };
    const teacher = createTeacher(compiled, [{ classifier: a }, { classifier: b, images: large }], data, options);
    onTestFinished(() => teacher.dispose());
    const rows = teacher.probabilities(first16, () => undefined);
    const [ofA, ofB] = [await a.predict(images), await b.predict(large)];
    const k = SHAPES.length;
    nonEmpty(rows).forEach((value, i) => {
      const mean = ((ofA[i] ?? 0) + (ofB[i - (i % k) + (k - 1 - (i % k))] ?? 0)) / 2;
      expect(value).toBeCloseTo(mean, 4);
    });
    const asked: number[] = [];
    const before = alive();
    teacher.probabilities(first16, (side) => void asked.push(side));
    expect(alive()).toEqual(before);
    expect(asked).toEqual([SIDE, 2 * SIDE]);
  });

  it('can be trees, whose nodes say what they say of the same view by all their heads', async () => {
    const from = await teacherOf(images, [...SHAPES].reverse());
    for (const headKind of ['conditional', 'path-sum', 'new-child'] as const) {
      const classifier = await trainTree(data, { taxonomy: shapesTaxonomy, from, headKind, make: compiled });
      onTestFinished(() => classifier.dispose());
      const teacher = createTeacher(compiled, [{ classifier }], data, { batch: 16, deviceMemory: 1e9 });
      onTestFinished(() => teacher.dispose());
      const column = (i: number) => classifier.classes.indexOf(data.truth.classes[i] ?? '');
      const theirs = await classifier.predict(images);
      const k = SHAPES.length;
      nonEmpty(teacher.probabilities(first16, () => undefined)).forEach((value, i) => {
        expect(value).toBeCloseTo(theirs[i - (i % k) + column(i % k)] ?? 0, 4);
      });
    }
  });

  it('are no trees with CNN blocks of their nodes, and say so', async () => {
    const own = await trainTree(data, {
      taxonomy: shapesTaxonomy,
      trunk: 'own',
      network: tinyNetwork,
      training,
      make: compiled,
    });
    onTestFinished(() => own.dispose());
    expect(() => requireTeaching(own, 'runs/own')).toThrow(
      /teacher: expected a flat classifier, or a tree with one CNN block and a head in each node, received a tree whose nodes have CNN blocks or forests of their own \(runs\/own\)/,
    );
  });

  it('teach another network, which resumes and is saved as any other', async () => {
    const classifier = await teacherOf(images);
    const student = await trainFlat(data, {
      network: tinyMobile,
      training,
      teachers: [{ classifier }],
      make: compiled,
    });
    onTestFinished(() => student.dispose());
    expect(student.history).toHaveLength(1);
    expect(student.description.training.teacherShare).toBe(1);
  });

  it('are refused with other classes, other images, or a split that they do not know', async () => {
    const classifier = await teacherOf(images);
    const others = [{ classes: ['bar-long', 'bar-short', 'disc', 'egg'] }, { classes: [...SHAPES] }];
    expect(() => requireSameClasses(others, SHAPES)).toThrow(
      /teachers: expected a classifier of the same 4 classes, received number 1, one without ring, with egg/,
    );
    const many = [{ classes: Array.from({ length: 121 }, (_, i) => `class ${i}`) }];
    expect(() => requireSameClasses(many, SHAPES)).toThrow(
      /without bar-long, bar-short, disc, ring, with class 0, class 1, class 2, class 3, class 4 and 116 more/,
    );
    const teach = (given: typeof data, images_?: ImagesInMemory) =>
      trainFlat(given, { network: tinyNetwork, training, make: compiled, teachers: [{ classifier, images: images_ }] });
    await expect(teach(data, doubled())).rejects.toThrow(/prepared for another network/);
    const renamed = { ...images, paths: images.paths.map((path) => `other/${path}`) };
    await expect(teach(data, renamed)).rejects.toThrow(/expected the same 80 images in the same order/);
    await expect(teach(prepareData(images, { seed: 2, fractions }))).rejects.toThrow(
      /would leak into validation or test/,
    );
  });
});
