/** Small and large inputs for the report's tests, with names that want to be escaped. */

import { parseTraining } from '../../../src/classifier/configuration.js';
import type { ImageSet } from '../../../src/dataset/images.js';
import type { Predictions } from '../../../src/evaluation/predictions.js';
import { random } from '../../../src/random.js';
import type { ReportModel, ReportTuning } from '../../../src/report/html/input.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

export const NASTY = `</script><b>&"x'`;

/** `groups` groups of `each` classes below one root; the first class has the nasty name. */
export function treeOf(groups: number, each: number): Taxonomy {
  return Taxonomy.fromLineages(
    Array.from({ length: groups * each }, (_, i) => {
      const group = `group ${String(Math.floor(i / each)).padStart(3, '0')}`;
      const label = i === 0 ? '<i class&"' : `class ${String(i).padStart(4, '0')}`;
      return { label, lineage: ['all', group, label] };
    }),
  );
}

const WORDS = ['copepod', 'calanoid', 'hydromedusae', 'siphonophore', 'tentacles', 'halo', 'other'];

/** A tree of several levels, `arity` children a node, with names as long as those of real classes. */
export function deepTreeOf(leaves: number, arity: number): Taxonomy {
  const levels = Math.ceil(Math.log(leaves) / Math.log(arity));
  return Taxonomy.fromLineages(
    Array.from({ length: leaves }, (_, i) => {
      const digits = Array.from({ length: levels }, (_, d) => Math.floor(i / arity ** (levels - 1 - d)) % arity);
      const words = digits.map((digit, d) => WORDS[(digit + d) % WORDS.length] ?? '');
      const lineage = digits
        .slice(0, -1)
        .map((digit, d) => `${words.slice(Math.max(0, d - 2), d + 1).join('_')}_${digit}`);
      const label = `${words.slice(-3).join('_')}_${i}`;
      return { label, lineage: ['Plankton', ...lineage, label] };
    }),
    { singleChild: 'collapse' },
  );
}

/** About two thirds right, mistakes mostly with the next class; the same images for every `salt`. */
export function predictionsOf(classes: readonly string[], images: number, salt: number): Predictions {
  const k = classes.length;
  const labels = Int32Array.from({ length: images }, (_, i) => (i * 7) % k);
  const probabilities = new Float32Array(images * k);
  const draw = random(salt, 'report sample');
  labels.forEach((label, i) => {
    const decided = draw.integer(3) > 0 ? label : (label + (draw.integer(4) === 0 ? 5 : 1)) % k;
    const sure = 0.4 + 0.5 * (draw.integer(1000) / 1000);
    probabilities.fill((1 - sure) / (k - 1), i * k, (i + 1) * k);
    probabilities[i * k + decided] = sure;
  });
  return { classes, probabilities, labels };
}

/** Squares that are darker from image to image. */
export function imagesOf({ labels, classes }: Predictions): ImageSet {
  const count = labels.length;
  const preprocessing = { size: 16, channels: 1, background: 'white', fit: 'longer-side' } as const;
  return {
    preprocessing,
    count,
    pixels: Uint8Array.from({ length: count * 256 }, (_, i) => 255 - ((i >> 8) % 200)),
    widths: new Float32Array(count).fill(16),
    heights: new Float32Array(count).fill(16),
    paths: Array.from(labels, (_, i) => `/somewhere/${i}.png`),
    labels,
    classes,
  };
}

export function modelOf(name: string, taxonomy: Taxonomy, images: number, salt: number): ReportModel {
  const classes = taxonomy.classes;
  const predictions = predictionsOf(classes, images, salt);
  const ofNodes = [undefined, 'all>group 000', 'all>group 001'].flatMap((node) =>
    [1, 2, 3].map((epoch) => ({
      ...(node === undefined ? {} : { node }),
      epoch,
      loss: 3 / epoch,
      accuracy: 0.2 * epoch,
      validationLoss: epoch === 1 ? null : 3.1 / epoch,
      validationAccuracy: epoch === 1 ? null : 0.19 * epoch,
      rate: 0.001,
      seconds: 1,
    })),
  );
  return {
    name,
    variants: [{ name: `${name} (product)`, predictions }],
    uncalibrated: predictions.probabilities,
    history: ofNodes,
    weak: { on: 'validation images', predictions, images: imagesOf(predictions), trunk: 'shared' },
    configuration: { name, training: { epochs: 3 } },
  };
}

/** One version of a node that was accepted, one that was not, one that diverged. */
export function tuningOf(nodes: readonly [string, string, string]): ReportTuning {
  const before = { accuracy: 0.7, logLoss: 1, ahd: 0.9 };
  const shared = {
    training: parseTraining({ epochs: 3 }),
    images: 1234,
    measure: 'accuracy',
    before,
    seconds: 2,
  } as const;
  return {
    attempts: [
      {
        ...shared,
        node: nodes[0],
        as: 'head',
        start: 'current',
        after: { accuracy: 0.725, logLoss: 0.95, ahd: 0.8 },
        accepted: true,
      },
      {
        ...shared,
        node: nodes[1],
        as: 'network',
        start: 'new',
        after: { accuracy: 0.69, logLoss: 1.1, ahd: 1 },
        accepted: false,
        tried: 8,
      },
      { ...shared, node: nodes[2], as: 'network', start: 'current', after: null, accepted: false },
    ],
    from: {
      name: NASTY,
      sha256: null,
      measure: 'accuracy',
      test: { images: 2442, differences: [{ metric: 'accuracy', difference: 0.021, ci95: [0.004, 0.038], p: 0.016 }] },
    },
  };
}
