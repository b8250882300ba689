import { useDatabase } from '@tikitu/kit/testing/database/database'
import fc from 'fast-check'
import { test } from 'vitest'
import { migrations } from './factories.ts'
import { holdActs } from './hold-acts.ts'
import { expectSound, newWorld, play, roundsOf } from './world.ts'

const database = useDatabase(migrations)

test('no seat has two claims and no hold is partial, under concurrent actions', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(roundsOf(holdActs), async (rounds) => {
      const world = await newWorld(database)
      for (const round of rounds) {
        await play(world, round, holdActs)
        await expectSound(world)
      }
    }),
    { numRuns: 25 },
  )
})
