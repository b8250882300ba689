import { beforeAll, describe, expect, test } from 'vitest'
import { expectAgreement } from './agree.ts'
import { corpus } from './corpus.ts'
import { createWorld, type World } from './world.ts'

describe.each(corpus)('$name', ({ parts, operations }) => {
  let world: World
  beforeAll(async () => {
    world = await createWorld(parts)
  })
  test.each(
    operations.map((operation) => ({ ...operation, title: operation.query.replace(/\s+/g, ' ').slice(0, 90) })),
  )('answers as the stock executor does: $title', async ({ query, variables, fails }) => {
    expect(world.validate(query)).toEqual([])
    const answer = await expectAgreement(world, query, variables)
    expect(answer.errors !== undefined || answer.extensions !== undefined).toBe(fails ?? false)
  })
})
