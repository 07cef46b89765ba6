import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that need their own process: one replaces a module, the other a variable that sharp reads while it loads. */
const ALONE = ['test/classifier/out-of-fold/out-of-fold.test.ts', 'test/report/figures/write-figure.test.ts'];
/** Tests of TensorFlow and of this project's operations as users run them, with one thread for each core. */
const OPERATIONS = ['test/tensorflow/**/*.test.ts', 'test/training/compiled-eager.test.ts'];

const PROJECTS = ['alone', 'operations', 'together'];
const TRAINS = /\/test\/(cli|study|tuning|classifier|growing|training)\//;

/** Projects run one after the other, since workers are shared within one. Files that train run first, so that all workers end together. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) =>
      2 * PROJECTS.indexOf(project.name) + (TRAINS.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    // Property tests draw from a fixed seed, so that a run can be repeated.
    setupFiles: ['test/fixtures/property-seed.ts', 'test/fixtures/matchers.ts', 'test/fixtures/unsynced.ts'],
    // A test that asserts nothing fails.
    expect: { requireAssertions: true },
    // TensorFlow keeps both cores busy. Processes, not threads, because a native addon loads once per process.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Generous: some tests start several processes that train, and a shared machine may be many times slower.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE, env: { CLADENET_OPTIMISE_GRAPHS: '0' } } },
      { extends: true, test: { name: 'operations', include: OPERATIONS, isolate: false } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...ALONE, ...OPERATIONS],
          // TensorFlow and the library are loaded once per worker, not once per file.
          isolate: false,
          // There is a worker for each core, and in networks this small threads cost more than they gain. Rewriting their graphs takes
          // longer than their trainings.
          env: { TF_NUM_INTRAOP_THREADS: '1', CLADENET_OPTIMISE_GRAPHS: '0' },
        },
      },
    ],
  },
});
