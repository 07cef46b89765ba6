import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Property tests draw from one seed, so that a run can be repeated.
    setupFiles: ['test/fixtures/property-seed.ts'],
    include: ['test/**/*.test.ts'],
    // TensorFlow keeps both cores busy by itself; processes, because a native addon loads once per process.
    pool: 'forks',
    maxWorkers: 2,
    // Generous: some tests start several processes that train, and a shared machine may be many times slower.
    testTimeout: 180_000,
    hookTimeout: 300_000,
  },
});
