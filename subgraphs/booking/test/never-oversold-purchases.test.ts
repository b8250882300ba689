import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { test } from 'vitest'
import { performances } from '../src/db/tables/catalogue.ts'
import { migrations } from './factories.ts'
import { holdActs } from './hold-acts.ts'
import { expectConsistentPurchases, purchaseActs } from './purchase-acts.ts'
import { type Act, expectConsistent, generateRounds, newSimulation, play, type World } from './world.ts'

const database = useDatabase(migrations)
const { holdSeats, holdBest, holdStanding, release } = holdActs as Record<string, Act>
const { book, pay } = purchaseActs as Record<string, Act>
/** Booking and paying twice as often as the rest, as each needs the one before. */
const acts = { holdSeats, holdBest, holdStanding, release, ...purchaseActs, book2: book, pay2: pay } as Record<
  string,
  Act
>

async function worldOfBuyers(): Promise<World> {
  const world = await newSimulation(database)
  const { id } = world.show.performance
  await database.db
    .update(performances)
    .set({ cancellationDeadlineHours: 0, feeMinor: 150, feeBasisPoints: 333 })
    .where(eq(performances.id, id))
  return world
}

test('no seat is sold twice, every confirmed booking has its tickets, and every payment is accounted for', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(generateRounds(acts, { rounds: 8, together: 4 }), async (rounds) => {
      const world = await worldOfBuyers()
      for (const round of rounds) {
        await play(world, round, acts)
        await expectConsistent(world)
        await expectConsistentPurchases(world)
      }
    }),
    { numRuns: 15, endOnFailure: true },
  )
})
