import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const cache = at(
  '../../node_modules/.cache/tikitu-conformance/node_modules/@apollo/server-integration-testsuite/dist/esm/index.js',
)
const apollo = at('../../node_modules/@apollo/server/dist/esm')

export default defineConfig({
  root: at('.'),
  resolve: {
    alias: [
      // One copy of each: the suite brings its own, and would not know the types of ours.
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      { find: /^@apollo\/server$/, replacement: `${apollo}/index.js` },
      { find: /^@apollo\/server\/(.*)$/, replacement: `${apollo}/$1/index.js` },
      { find: '@apollo/server-integration-testsuite', replacement: cache },
      { find: '@jest/globals', replacement: at('jest-globals.ts') },
      { find: /^vitest$/, replacement: at('../../node_modules/vitest') },
    ],
  },
  test: {
    include: ['front.conformance.ts'],
    globals: true,
    testTimeout: 20_000,
    server: { deps: { inline: [/integration-testsuite/, /@apollo\/server\//] } },
    env: { NODE_ENV: 'test', APOLLO_TELEMETRY_DISABLED: '1' },
  },
})
