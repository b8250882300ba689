import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './packages/kit/src/testing/longest-first.ts'

// Read by the workers: what Node compiled of a module is kept for the next worker and the next run.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compile', import.meta.url))

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.tikitu/**'],
    globalSetup: ['packages/kit/src/testing/database/postgres.ts'],
    pool: 'forks',
    // Also on two cores: a good part of the time goes to waiting for databases and processes.
    maxWorkers: 2,
    // A worker loads a module once for all its files. Half of the time went to loading them again for each file.
    isolate: false,
    // Node loads the sources itself, as the services do.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      reportOnFailure: true,
      include: ['{packages/*,gateway,schema,subgraphs/*,dev}/**/*.ts'],
      exclude: [
        '**/*.test.ts',
        '**/test/**',
        '**/testing/**',
        '**/generated/**',
        '**/dist/**',
        '**/*.config.ts',
        '.tikitu/**',
      ],
      reporter: ['json-summary'],
      reportsDirectory: 'node_modules/.cache/coverage',
    },
    env: { NODE_ENV: 'test', APOLLO_TELEMETRY_DISABLED: '1' },
  },
})
