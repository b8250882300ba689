import { useDatabase } from '@tikitu/kit/testing/database/database'
import fc from 'fast-check'
import { test } from 'vitest'
import { migrations } from './factories.ts'
import { holdActs } from './hold-acts.ts'
import { expectConsistent, generateRounds, newSimulation, play } from './world.ts'

const database = useDatabase(migrations)

test('no seat has two claims and no hold is partial, under concurrent actions', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(generateRounds(holdActs), async (rounds) => {
      const world = await newSimulation(database)
      for (const round of rounds) {
        await play(world, round, holdActs)
        await expectConsistent(world)
      }
    }),
    { numRuns: 25 },
  )
})
