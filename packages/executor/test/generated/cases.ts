import fc from 'fast-check'
import { createWorld, type World } from '../world.ts'
import { type Graph, generateGraph } from './graph.ts'
import { generateQuery, type Query, type QueryKind } from './query.ts'
import { readTape } from './tape.ts'

/** A generated graph with its executors. */
export interface RunningGraph extends Graph {
  world: World
}

/** An operation over a generated graph. */
export interface Case extends Query {
  kind: QueryKind
  graph: RunningGraph
  /** The index among the graph's operations. */
  index: number
}

const kinds: readonly QueryKind[] = ['plain', 'conditional', 'clashing', 'alike']

/** Drafts of a graph and its operations, reproducible by seed. Not all operations are valid. */
export function drafts(operationsOfEach: number) {
  const operations = fc.array(tapeOf(350), { minLength: operationsOfEach, maxLength: operationsOfEach })
  return fc.tuple(tapeOf(400), fc.nat(), operations)
}

type Draft = ReturnType<typeof drafts> extends fc.Arbitrary<infer T> ? T : never

function tapeOf(length: number) {
  return fc.array(fc.nat(9_999), { minLength: length, maxLength: length, size: 'max' })
}

/** The valid operations over one graph. @throws Error when the graph does not compose */
export async function casesOf([choices, number, operations]: Draft): Promise<Case[]> {
  const graph = generateGraph(readTape(choices), number)
  const running = { ...graph, world: await createWorld(graph.subgraphs) }
  return operations.flatMap((tape, index) => {
    const kind = kinds[index % kinds.length] ?? 'plain'
    const query = generateQuery(readTape(tape), running.world.schema, kind)
    return running.world.validate(query.text).length > 0 ? [] : [{ ...query, kind, graph: running, index }]
  })
}
