import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectAgreement } from './agree.ts'
import { generateGraph } from './generated/graph.ts'
import { generateQuery } from './generated/query.ts'
import { hashOf, readTape } from './generated/tape.ts'
import { createWorld, type Part, type World } from './world.ts'

const graphs = Number(process.env['EXECUTOR_TEST_GRAPHS'] ?? 12)
const queriesOfEach = 15
const minute = 60_000

const tape = fc.array(fc.nat(9_999), { minLength: 20, maxLength: 90 })

test(
  'answers generated operations over generated graphs as the stock executor does',
  async () => {
    let compared = 0
    let failing = 0
    const property = fc.asyncProperty(
      tape,
      fc.nat(),
      fc.array(tape, { minLength: queriesOfEach, maxLength: queriesOfEach }),
      async (choices, seed, queries) => {
        const world = await tryWorld(generateGraph(readTape(choices), seed))
        if (!world) return
        for (const query of queries) {
          const answer = await compare(world, generateQuery(readTape(query), world.schema))
          compared += answer === null ? 0 : 1
          failing += answer?.errors || answer?.extensions ? 1 : 0
        }
      },
    )
    await fc.assert(property, { numRuns: graphs, endOnFailure: process.env['EXECUTOR_TEST_SHRINK'] !== 'on' })
    expect(compared).toBeGreaterThan((graphs * queriesOfEach) / 3)
    expect(failing).toBeGreaterThan(0)
  },
  20 * minute,
)

/** Some generated graphs hold what composition refuses. */
async function tryWorld(parts: Part[]): Promise<World | null> {
  return await createWorld(parts).catch(() => null)
}

async function compare(world: World, query: string) {
  if (world.validate(query).length > 0) return null
  return await expectAgreement(world, query, { on: hashOf(query) % 2 === 0 })
}
