import { beforeAll, describe, expect, test } from 'vitest'
import { corpus } from './corpus.ts'
import { expectAgreement } from './expect-agreement.ts'
import { createWorld, type World } from './world.ts'

describe.each(corpus)('$name', ({ subgraphs, operations, isStockWrong }) => {
  let world: World
  beforeAll(async () => {
    world = await createWorld(subgraphs)
  })
  test.each(
    operations.map((operation) => ({ ...operation, title: operation.query.replace(/\s+/g, ' ').slice(0, 90) })),
  )('executes $title', async ({ query, variables, data, fails }) => {
    expect(world.validate(query)).toEqual([])
    const answer = isStockWrong
      ? await world.compiled(query, { variables })
      : await expectAgreement(world, query, variables)
    if (data !== undefined) expect(answer.data).toEqual(data)
    expect(answer.errors !== undefined || answer.extensions !== undefined).toBe(fails ?? false)
  })
})
