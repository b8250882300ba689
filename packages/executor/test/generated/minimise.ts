import { createWorld, type Subgraph } from '../world.ts'
import type { Case, RunningGraph } from './cases.ts'
import { smallerGraphs } from './smaller-graphs.ts'
import { smallerOperations } from './smaller-operations.ts'
import { judge, type Verdict } from './verdict.ts'

/** A smaller operation, and a smaller graph for it, of which the verdict is the same. */
export async function minimise(found: Case, kind: Verdict['kind']): Promise<Case> {
  const operation = await shrink(found, withLess, kind)
  const graph = await shrink(operation, onLess, kind)
  return await shrink(graph, withLess, kind)
}

type Candidates = (found: Case) => Iterable<() => Promise<Case>>

/** Once one is taken, those before it are not tried again. */
async function shrink(found: Case, candidates: Candidates, kind: Verdict['kind']): Promise<Case> {
  let smallest = found
  for (let tried = 0; ; ) {
    const next = [...candidates(smallest)][tried]
    if (!next) return smallest
    const smaller = await next().catch(() => null)
    if (smaller && (await isStill(smaller, kind))) smallest = smaller
    else tried++
  }
}

function* withLess(found: Case): Generator<() => Promise<Case>> {
  for (const text of smallerOperations(found.text))
    if (text.length < found.text.length) yield async () => ({ ...found, text })
}

function* onLess(found: Case): Generator<() => Promise<Case>> {
  for (const subgraphs of smallerGraphs(found.graph.subgraphs))
    yield async () => ({ ...found, graph: await running(found.graph, subgraphs) })
}

async function running(graph: RunningGraph, subgraphs: Subgraph[]): Promise<RunningGraph> {
  return { ...graph, subgraphs, world: await createWorld(subgraphs) }
}

/** What is left may be no operation at all. */
async function isStill({ graph, ...found }: Case, kind: Verdict['kind']): Promise<boolean> {
  try {
    return graph.world.validate(found.text).length === 0 && (await judge(graph, found)).kind === kind
  } catch {
    return false
  }
}
