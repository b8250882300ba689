import { describe, expect, test } from 'vitest'
import { findCycles, findViolations } from './find-violations.ts'

/** Files by name, with the targets of their imports. */
function graphOf(files: Record<string, string[]>) {
  return new Map(Object.entries(files))
}

describe('module boundaries', () => {
  test.each([
    ['packages/kit/src/base/log.ts', 'schema/money.ts'],
    ['packages/kit/src/base/log.ts', 'packages/kit/src/postgres/database.ts'],
    ['packages/client/src/client.ts', 'packages/kit/src/base/money.ts'],
    ['schema/compose.ts', 'subgraphs/user/src/env.ts'],
    ['gateway/src/main.ts', 'subgraphs/user/src/env.ts'],
    ['subgraphs/user/src/env.ts', 'subgraphs/payment/src/env.ts'],
    ['subgraphs/user/test/env.test.ts', 'subgraphs/payment/src/env.ts'],
    ['subgraphs/user/src/db/tables.ts', 'schema/config.ts'],
    ['subgraphs/user/src/db/tables.ts', 'subgraphs/user/src/context.ts'],
    ['subgraphs/user/src/domain/account/sign-in.ts', 'graphql'],
    ['subgraphs/user/src/domain/account/sign-in.ts', 'subgraphs/user/src/server.ts'],
    ['subgraphs/user/src/resolvers/Query.ts', 'drizzle-orm/pg-core'],
    ['subgraphs/user/src/resolvers/Query.ts', 'subgraphs/user/src/db/tables.ts'],
  ])('%s may not import %s', (file, target) => {
    expect(findViolations(graphOf({ [file]: [target] }))).toEqual([
      expect.stringContaining(`${file} imports ${target}:`),
    ])
  })

  test.each([
    ['packages/kit/src/postgres/database.ts', 'packages/kit/src/base/log.ts'],
    ['packages/kit/src/base/log.test.ts', 'packages/kit/src/testing/database/database.ts'],
    ['subgraphs/user/src/domain/account/sign-in.ts', 'schema/config.ts'],
    ['subgraphs/user/test/user.api.test.ts', 'graphql'],
    ['dev/src/demo/main.ts', 'packages/client/src/client.ts'],
  ])('%s may import %s', (file, target) => {
    expect(findViolations(graphOf({ [file]: [target] }))).toEqual([])
  })
})

describe('import cycles', () => {
  test('are found once each, however long', () => {
    const graph = graphOf({ a: ['b'], b: ['c', 'x'], c: ['a'], x: ['y'], y: ['x'], z: ['a'] })
    expect(findCycles(graph).map((cycle) => [...cycle].sort())).toEqual([
      ['x', 'y'],
      ['a', 'b', 'c'],
    ])
  })

  test('two paths to one file are no cycle', () => {
    expect(findCycles(graphOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([])
  })
})
