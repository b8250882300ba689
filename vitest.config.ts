import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Node loads graphql's CommonJS form, for us and for Apollo alike; a second copy would not know the first one's types.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.tikitu/**'],
    globalSetup: ['kit/src/testing/postgres.ts'],
    pool: 'forks',
    // Also on two cores: a good part of the time goes to waiting for databases and processes.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    env: { NODE_ENV: 'test', APOLLO_TELEMETRY_DISABLED: '1' },
  },
})
