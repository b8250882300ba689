import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectAgreement, expectSame, fieldsOf } from './agree.ts'
import { misplaced, unexplained } from './explained.ts'
import { faultsOf, outagesOf } from './generated/faults.ts'
import { type Graph, generateGraph } from './generated/graph.ts'
import { answerAsOne } from './generated/monolith.ts'
import { generateQuery, type Query, type QueryKind } from './generated/query.ts'
import { readTape } from './generated/tape.ts'
import { createWorld, type Seen, type World } from './world.ts'

/** More graphs, and others, are asked for by these. */
const numRuns = Number(process.env['FC_RUNS'] ?? 8)
const seed = Number(process.env['FC_SEED'] ?? 7)
const kinds: readonly QueryKind[] = ['plain', 'conditional', 'clashing', 'alike']
const isShrinking = process.env['FC_SHRINK'] === 'on'
const queriesOfEach = 12
const minute = 60_000

const tape = (length: number) =>
  fc.array(fc.nat(9_999), { minLength: isShrinking ? 20 : length, maxLength: length, size: 'max' })
const queryTapes = fc.array(tape(350), { minLength: queriesOfEach, maxLength: queriesOfEach })
const counts = { queries: 0, failing: 0, stock: 0, spoiled: 0, outages: 0 }

/** A generated graph that runs. */
interface Running extends Graph {
  world: World
  hasInterfaceObject: boolean
}

test(
  'answers generated operations over generated graphs as one service would, and as the stock executor does where that is right',
  async () => {
    const property = fc.asyncProperty(tape(400), fc.nat(), queryTapes, async (choices, number, queries) => {
      const graph = generateGraph(readTape(choices), number)
      const hasInterfaceObject = graph.parts.some(({ sdl }) => sdl.includes('@interfaceObject'))
      const running = { ...graph, hasInterfaceObject, world: await createWorld(graph.parts) }
      for (const [index, query] of queries.entries()) {
        const kind = kinds[index % kinds.length] ?? 'plain'
        await check(running, kind, generateQuery(readTape(query), running.world.schema, kind))
      }
    })
    await fc.assert(property, { numRuns, seed, endOnFailure: !isShrinking })
    expect(counts.queries).toBeGreaterThan((numRuns * queriesOfEach) / 3)
    expect(Math.min(counts.failing, counts.stock, counts.spoiled, counts.outages)).toBeGreaterThan(0)
  },
  120 * minute,
)

async function check(running: Running, kind: QueryKind, query: Query): Promise<void> {
  const { world, model, isBeyondStock, hasInterfaceObject } = running
  if (world.validate(query.text).length > 0) return
  counts.queries++
  const right = await answerAsOne({ schema: world.schema, model }, query.text, query.variables)
  const ours = await world.compiled(query.text, query)
  const oursAsked = world.asked()
  const stock = await stockAnswer(world, query)
  const stockAsked = world.asked()
  if (isUnknown(running, ours, stock)) return
  expect(JSON.stringify(ours.data), query.text).toBe(JSON.stringify(right.data))
  if (right.errors) expect(ours.errors, query.text).toBeDefined()
  counts.failing += right.errors ? 1 : 0
  if (!hasInterfaceObject) await checkOutages(running, query, right.data)
  const isStockRight = JSON.stringify(stock?.data) === JSON.stringify(right.data)
  if (isBeyondStock || kind === 'clashing' || kind === 'alike' || stock === null || !isStockRight) return
  expectSame(ours, stock, query.text)
  counts.stock++
  if (kind === 'conditional' || hasInterfaceObject) return
  expect(fieldsOf(oursAsked), query.text).toEqual(fieldsOf(stockAsked))
  await checkSpoiled(running, query)
}

/** What is missing while a subgraph is out has an error at its place, and an error is at a place of which something is missing. */
async function checkOutages({ world, model }: Running, { text, variables }: Query, right: unknown): Promise<void> {
  world.spoil(outagesOf(model.seed))
  const answer = await world.compiled(text, { variables })
  world.spoil(null)
  world.asked()
  expect(unexplained(answer, right), `${text} ${JSON.stringify(answer)}`).toEqual([])
  expect(misplaced(answer), `${text} ${JSON.stringify(answer)}`).toEqual([])
  counts.outages += answer.errors ? 1 : 0
}

/** With subgraphs that answer wrongly, nobody but the stock executor says what is right. */
async function checkSpoiled({ world, model }: Running, { text, variables }: Query): Promise<void> {
  world.spoil(faultsOf(model.seed))
  await expectAgreement(world, text, variables)
  world.spoil(null)
  counts.spoiled++
}

/** An object that a subgraph knows by its interface only is of no known type, and cannot be completed, when the others fail to tell. */
function isUnknown({ hasInterfaceObject }: Running, ours: Seen, stock: Seen | null): boolean {
  if (!hasInterfaceObject || ours.errors === undefined) return false
  return stock === null || JSON.stringify(ours.data) === JSON.stringify(stock.data)
}

/** Null where the stock executor fails in itself, as on some lists of lists. */
async function stockAnswer(world: World, { text, variables }: Query): Promise<Seen | null> {
  return await world.stock(text, { variables }).catch(() => null)
}
