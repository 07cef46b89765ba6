import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Property tests draw from one seed, so that a run can be repeated.
    setupFiles: ['test/fixtures/property-seed.ts'],
    include: ['test/**/*.test.ts'],
    // TensorFlow keeps both cores busy by itself; processes, because a native addon loads once per process.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
