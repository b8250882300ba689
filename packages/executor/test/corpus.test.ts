import { beforeAll, describe, expect, test } from 'vitest'
import { expectAgreement } from './agree.ts'
import { corpus } from './corpus.ts'
import { createWorld, type World } from './world.ts'

describe.each(corpus)('$name', ({ parts, operations, isBeyondStock }) => {
  let world: World
  beforeAll(async () => {
    world = await createWorld(parts)
  })
  test.each(
    operations.map((operation) => ({ ...operation, title: operation.query.replace(/\s+/g, ' ').slice(0, 90) })),
  )('answers: $title', async ({ query, variables, data, fails }) => {
    expect(world.validate(query)).toEqual([])
    const answer = isBeyondStock
      ? await world.compiled(query, { variables })
      : await expectAgreement(world, query, variables)
    if (data !== undefined) expect(answer.data).toEqual(data)
    expect(answer.errors !== undefined || answer.extensions !== undefined).toBe(fails ?? false)
  })
})
