/** Studies drawn at random, whose truth is known. */
import type { StudyArm } from '../../src/evaluation/study-types.js';
import { random } from '../../src/random.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

export const classes = ['x', 'y', 'z', 'w'];

export const taxonomy = Taxonomy.fromLineages([
  { label: 'x', lineage: ['R', 'A', 'x'] },
  { label: 'y', lineage: ['R', 'A', 'y'] },
  { label: 'z', lineage: ['R', 'B', 'z'] },
  { label: 'w', lineage: ['R', 'B', 'w'], biological: false },
]);

export interface Truth {
  readonly seeds: number;
  /** Test images of each seed. */
  readonly images: number;
  /** One arm for each: what it adds to the skill that gives 75 % accuracy (0.1 is about 3 points). */
  readonly skills: readonly number[];
  /** Standard deviation of the skill between trainings. */
  readonly training?: number;
  /** Whether all seeds are tested on the same images. */
  readonly sameImages?: boolean;
  /** Share of the variance that an arm has in common in all of its trainings: images that suit it. */
  readonly taste?: number;
}

/** Half of what makes an image hard does so for all arms. */
const COMMON = 0.5;

/**
 * An image is recognised where the skill of the training exceeds its difficulty, a normal sum of what is common to all
 * arms, to all trainings of an arm, and to nothing.
 */
export function simulateStudy(key: number | string, truth: Truth): StudyArm[] {
  const { seeds, images, skills, training = 0, sameImages = false, taste = 0 } = truth;
  const tests = Array.from({ length: seeds }, (_, s) => {
    const draws = random('test', key, sameImages ? 0 : s);
    const normals = () => Float64Array.from({ length: images }, () => draws.normal());
    const labels = Int32Array.from({ length: images }, () => Math.min(draws.integer(4), draws.integer(4)));
    return { labels, difficulty: normals(), tastes: skills.map(normals) };
  });
  return skills.map((skill, m) => ({
    name: `arm ${m}`,
    runs: tests.map(({ labels, difficulty, tastes }, seed) => {
      const draws = random('training', key, m, seed);
      const own = 0.674 + skill + training * draws.normal();
      const probabilities = new Float64Array(images * 4);
      labels.forEach((label, i) => {
        const common = Math.sqrt(COMMON) * (difficulty[i] as number) + Math.sqrt(taste) * (tastes[m]?.[i] as number);
        const margin = own + common + Math.sqrt(1 - COMMON - taste) * draws.normal();
        const said = margin > 0 ? label : (label + 1 + draws.integer(3)) % 4;
        const sure = 0.4 + 0.5 * Math.min(1, Math.abs(margin) / 2);
        probabilities.fill((1 - sure) / 3, i * 4, i * 4 + 4);
        probabilities[i * 4 + said] = sure;
      });
      return { seed, predictions: { classes, probabilities, labels } };
    }),
  }));
}
