import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They need a process of their own: one replaces a module, the other a variable that sharp reads while it loads. */
const ALONE = ['test/classifier/out-of-fold/out-of-fold.test.ts', 'test/report/figures/write-figure.test.ts'];

/** Files that take long go first, so that the workers end together. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const trains = ({ moduleId }: TestSpecification) =>
      /\/test\/(cli|study|tuning|classifier|growing)\//.test(moduleId);
    return [...sorted.filter(trains), ...sorted.filter((file) => !trains(file))];
  }
}

export default defineConfig({
  test: {
    // Property tests draw from one seed, so that a run can be repeated.
    setupFiles: ['test/fixtures/property-seed.ts'],
    // A test that asserts nothing fails.
    expect: { requireAssertions: true },
    // TensorFlow keeps both cores busy by itself; processes, because a native addon loads once per process.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Generous: some tests start several processes that train, and a shared machine may be many times slower.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE, sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          // Loading TensorFlow and the library once per worker, and not once per file, saves a third of all the time.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
