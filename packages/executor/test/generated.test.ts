import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectAgreement, expectSame, fieldsOf } from './expect-agreement.ts'
import { type Case, casesOf, drafts, type RunningGraph } from './generated/cases.ts'
import { faultsOf, outagesOf } from './generated/faults.ts'
import type { Query } from './generated/query.ts'
import { judge } from './generated/verdict.ts'
import { findMisplacedErrors, findUnexplainedNulls } from './unexplained-nulls.ts'
import type { ClientResult, World } from './world.ts'

/** The number of graphs and the seed. `npm run hunt` runs many more and minimises the differences. */
const numRuns = Number(process.env['FC_RUNS'] ?? 8)
const seed = Number(process.env['FC_SEED'] ?? 7)
const operationsOfEach = 12
const minute = 60_000
const counts = { queries: 0, failing: 0, stock: 0, spoiled: 0, outages: 0 }

test(
  'executes generated operations like a monolith, and like the stock executor where that is right',
  async () => {
    const property = fc.asyncProperty(drafts(operationsOfEach), async (draft) => {
      for (const one of await casesOf(draft)) await check(one)
    })
    await fc.assert(property, { numRuns, seed, endOnFailure: true })
    expect(counts.queries).toBeGreaterThan((numRuns * operationsOfEach) / 3)
    expect(Math.min(counts.failing, counts.stock, counts.spoiled, counts.outages)).toBeGreaterThan(0)
  },
  120 * minute,
)

async function check({ graph, kind, ...query }: Case): Promise<void> {
  const { world, isStockWrong } = graph
  counts.queries++
  const { kind: verdict, ours, right } = await judge(graph, query)
  expect({ verdict, data: ours.data }, query.text).toEqual({ verdict: 'equal', data: right.data })
  counts.failing += right.errors ? 1 : 0
  const hasInterfaceObject = graph.subgraphs.some(({ sdl }) => sdl.includes('@interfaceObject'))
  await checkOutages(graph, query, right.data)
  await world.compiled(query.text, query)
  const ourRequests = world.requests()
  const stock = await runStock(world, query)
  const stockRequests = world.requests()
  const isStockRight = JSON.stringify(stock?.data) === JSON.stringify(right.data) && !stock?.errors === !right.errors
  if (isStockWrong || kind === 'clashing' || stock === null || !isStockRight) return
  expectSame(ours, stock, query.text)
  counts.stock++
  if (kind === 'conditional' || kind === 'alike' || hasInterfaceObject) return
  expect(fieldsOf(ourRequests), query.text).toEqual(fieldsOf(stockRequests))
  await checkFaults(graph, query)
}

/** During an outage, all missing data has an error at its path, and all error paths lead to missing data. */
async function checkOutages({ world, model }: RunningGraph, { text, variables }: Query, right: unknown): Promise<void> {
  world.intercept(outagesOf(model.seed))
  const answer = await world.compiled(text, { variables })
  world.intercept(null)
  world.requests()
  expect(findUnexplainedNulls(answer, right), `${text} ${JSON.stringify(answer)}`).toEqual([])
  expect(findMisplacedErrors(answer), `${text} ${JSON.stringify(answer)}`).toEqual([])
  counts.outages += answer.errors ? 1 : 0
}

/** For faulty responses the stock executor is the only reference. */
async function checkFaults({ world, model }: RunningGraph, { text, variables }: Query): Promise<void> {
  world.intercept(faultsOf(model.seed))
  await expectAgreement(world, text, variables)
  world.intercept(null)
  counts.spoiled++
}

/** Null when the stock executor throws, as it does for some lists of lists. */
async function runStock(world: World, { text, variables }: Query): Promise<ClientResult | null> {
  return await world.stock(text, { variables }).catch(() => null)
}
