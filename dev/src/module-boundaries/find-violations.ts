import { matchesGlob, posix } from 'node:path'
import { type Boundary, boundaries, isTest, layers } from './boundaries.ts'

/** Each file of the repository with its imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** One sentence for each import that a rule forbids. */
export function findViolations(graph: ImportGraph): string[] {
  return [...graph].flatMap(([file, imports]) =>
    imports.flatMap((target) =>
      [foreignSubgraph(file, target), ...brokenBoundaries(file, target), brokenLayer(file, target)]
        .filter((message) => message !== null)
        .map((message) => `${file} imports ${target}: ${message}`),
    ),
  )
}

function matches(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => matchesGlob(path, glob))
}

function brokenBoundaries(file: string, target: string): string[] {
  if (isTest(file, matches)) return []
  return boundaries.filter((boundary) => isBroken(boundary, file, target)).map(({ message }) => message)
}

function isBroken({ from, never, except = [] }: Boundary, file: string, target: string): boolean {
  return matches(file, from) && matches(target, never) && !matches(target, except)
}

function foreignSubgraph(file: string, target: string): string | null {
  const own = /^subgraphs\/([^/]+)\//.exec(file)?.[1]
  const other = /^subgraphs\/([^/]+)\//.exec(target)?.[1]
  const isForeign = own !== undefined && other !== undefined && own !== other
  return isForeign ? 'Subgraphs meet in the graph or in @tikitu/schema, never by import.' : null
}

function brokenLayer(file: string, target: string): string | null {
  if (isTest(file, matches)) return null
  for (const [root, order] of Object.entries(layers)) {
    const from = order.indexOf(folderIn(root, file))
    const to = order.indexOf(folderIn(root, target))
    if (from >= 0 && to > from) return `${order[from]} is a lower layer than ${order[to]}: ${order.join(' ← ')}.`
  }
  return null
}

function folderIn(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? (posix.relative(root, path).split('/')[0] ?? '') : ''
}

/** Each import cycle once, as a list of its files. Imports of types count. */
export function findCycles(graph: ImportGraph): string[][] {
  const state = { order: new Map<string, number>(), low: new Map<string, number>(), stack: [] as string[] }
  const cycles: string[][] = []
  for (const file of graph.keys()) if (!state.order.has(file)) visit(graph, file, { ...state, cycles })
  return cycles
}

interface Visit {
  order: Map<string, number>
  low: Map<string, number>
  stack: string[]
  cycles: string[][]
}

/** Tarjan's strongly connected components. */
function visit(graph: ImportGraph, file: string, state: Visit): void {
  const { order, low, stack } = state
  order.set(file, order.size)
  low.set(file, order.size - 1)
  stack.push(file)
  for (const target of graph.get(file) ?? []) {
    if (!graph.has(target)) continue
    if (!order.has(target)) visit(graph, target, state)
    if (stack.includes(target)) low.set(file, Math.min(low.get(file) ?? 0, low.get(target) ?? 0))
  }
  if (low.get(file) !== order.get(file)) return
  const component = stack.splice(stack.indexOf(file))
  if (component.length > 1) state.cycles.push(component)
}
