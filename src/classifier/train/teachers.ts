/** Classifiers as teachers of another one. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { MakeProgram } from '../../tensorflow/device.js';
import { augment, identityMaps, MAP_LENGTH } from '../../training/augment.js';
import { explainingMemory } from '../../training/memory.js';
import { imageSource } from '../../training/source.js';
import { inferencePass } from '../../training/step.js';
import type { Teacher } from '../../training/teacher.js';
import type { TrainingData } from '../data/training-data.js';
import { requireSameClasses, requireTeachable, type TeacherOptions } from './teacher-options.js';
import { readoutOf } from './teaching-classifier.js';

/**
 * The mean of the teachers' calibrated probabilities, in the order of the classes of `data`.
 *
 * @param batch        images in a step
 * @param deviceMemory bytes that the images of each teacher may take on the device
 * @throws CladenetError USAGE, DATASET
 */
export function createTeacher(
  make: MakeProgram,
  teachers: readonly TeacherOptions[],
  data: TrainingData,
  { batch, deviceMemory }: { readonly batch: number; readonly deviceMemory: number },
): Teacher {
  const { classes } = data.truth;
  requireSameClasses(
    teachers.map(({ classifier }) => classifier),
    classes,
  );
  for (const teacher of teachers) requireTeachable(data, teacher);
  const made: Teacher[] = [];
  const dispose = () => {
    for (const one of made) one.dispose();
  };
  try {
    for (const teacher of teachers) made.push(oneTeacher(make, teacher, data, batch, deviceMemory));
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    probabilities(indices, views) {
      const rows = made.map((one) => one.probabilities(indices, views));
      return Float32Array.from({ length: indices.length * classes.length }, (_, i) =>
        rows.reduce((sum, row) => sum + (row[i] ?? 0) / rows.length, 0),
      );
    },
    dispose,
  };
}

function oneTeacher(
  make: MakeProgram,
  { classifier, images }: TeacherOptions,
  data: TrainingData,
  batch: number,
  deviceMemory: number,
): Teacher {
  const readout = readoutOf(classifier);
  const source = imageSource(images ?? data.images, deviceMemory);
  const column = new Map(classifier.classes.map((name, i) => [name, i]));
  const columns = data.truth.classes.map((name) => column.get(name) ?? 0);
  const program = explainingMemory(batch, () =>
    make({
      state: { ...readout.state, ...source.state },
      functions: {
        teach: {
          inputs: {
            ...source.inputs(batch),
            maps: { shape: [batch, MAP_LENGTH], data: new Float32Array(batch * MAP_LENGTH) },
          },
          run(ops, state, inputs) {
            const seen = source.batch(ops, state, inputs);
            if (seen.kind !== 'images') throw new TypeError('a teacher takes images');
            const view = { ...seen, images: augment(ops, seen.images, inputs.maps as Tensor, source.edge) };
            return { outputs: { rows: readout.forward(inferencePass(ops, state), view) } };
          },
        },
      },
    }),
  );
  return {
    probabilities(indices, views) {
      const maps = views(source.side) ?? identityMaps(indices.length);
      const { rows } = explainingMemory(batch, () => program.run('teach', { ...source.feed(indices), maps }));
      const theirs = readout.probabilities(rows?.data as Float32Array, indices.length);
      const k = columns.length;
      return Float32Array.from(
        { length: indices.length * k },
        (_, i) => theirs[i - (i % k) + (columns[i % k] ?? 0)] ?? 0,
      );
    },
    dispose: () => program.dispose(),
  };
}
