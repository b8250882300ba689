import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectAgreement, expectSame, fieldsOf } from './agree.ts'
import { misplaced, unexplained } from './explained.ts'
import { type Case, casesOf, drafts, type RunningGraph } from './generated/cases.ts'
import { faultsOf, outagesOf } from './generated/faults.ts'
import type { Query } from './generated/query.ts'
import { judge } from './generated/verdict.ts'
import type { Seen, World } from './world.ts'

/** More graphs, and others, are asked for by these. `npm run hunt` asks for many, and makes small what differs. */
const numRuns = Number(process.env['FC_RUNS'] ?? 8)
const seed = Number(process.env['FC_SEED'] ?? 7)
const operationsOfEach = 12
const minute = 60_000
const counts = { queries: 0, failing: 0, stock: 0, spoiled: 0, outages: 0 }

test(
  'answers generated operations over generated graphs as one service would, and as the stock executor does where that is right',
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
  const { world, isBeyondStock } = graph
  counts.queries++
  const { kind: verdict, ours, right } = await judge(graph, query)
  expect({ verdict, data: ours.data }, query.text).toEqual({ verdict: 'equal', data: right.data })
  counts.failing += right.errors ? 1 : 0
  const hasInterfaceObject = graph.parts.some(({ sdl }) => sdl.includes('@interfaceObject'))
  await checkOutages(graph, query, right.data)
  await world.compiled(query.text, query)
  const oursAsked = world.asked()
  const stock = await stockAnswer(world, query)
  const stockAsked = world.asked()
  const isStockRight = JSON.stringify(stock?.data) === JSON.stringify(right.data) && !stock?.errors === !right.errors
  if (isBeyondStock || kind === 'clashing' || stock === null || !isStockRight) return
  expectSame(ours, stock, query.text)
  counts.stock++
  if (kind === 'conditional' || kind === 'alike' || hasInterfaceObject) return
  expect(fieldsOf(oursAsked), query.text).toEqual(fieldsOf(stockAsked))
  await checkSpoiled(graph, query)
}

/** What is missing while a subgraph is out has an error at its place, and an error is at a place of which something is missing. */
async function checkOutages({ world, model }: RunningGraph, { text, variables }: Query, right: unknown): Promise<void> {
  world.spoil(outagesOf(model.seed))
  const answer = await world.compiled(text, { variables })
  world.spoil(null)
  world.asked()
  expect(unexplained(answer, right), `${text} ${JSON.stringify(answer)}`).toEqual([])
  expect(misplaced(answer), `${text} ${JSON.stringify(answer)}`).toEqual([])
  counts.outages += answer.errors ? 1 : 0
}

/** With subgraphs that answer wrongly, nobody but the stock executor says what is right. */
async function checkSpoiled({ world, model }: RunningGraph, { text, variables }: Query): Promise<void> {
  world.spoil(faultsOf(model.seed))
  await expectAgreement(world, text, variables)
  world.spoil(null)
  counts.spoiled++
}

/** Null where the stock executor fails in itself, as on some lists of lists. */
async function stockAnswer(world: World, { text, variables }: Query): Promise<Seen | null> {
  return await world.stock(text, { variables }).catch(() => null)
}
