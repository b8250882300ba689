import type { FetchNode, PlanNode } from '@apollo/query-planner'
import { type FragmentDefinitionNode, getOperationAST, Kind, parse, type SelectionSetNode } from 'graphql'
import type { WriteConflicts } from '../run/merge.ts'
import { responseNameOf } from '../run/project.ts'
import { fragmentsOf } from './document-fields.ts'

interface FetchWrites {
  fetch: FetchNode
  path: string
  /** The response names that it writes at its path. */
  names: ReadonlySet<string>
  /** The paths of everything it writes, from the root. */
  writes: ReadonlySet<string>
}

/**
 * For each fetch, the response names at its path that another fetch writes too. Objects with equal representations may get different
 * values there, so they do not share them.
 */
export function findWriteConflicts(root: PlanNode): Map<FetchNode, WriteConflicts> {
  const allWrites = [...writesIn(root, '')]
  return new Map(allWrites.map((current) => [current.fetch, conflictsOf(current, allWrites)]))
}

/**
 * The fetches into whose results no other fetch writes. The results of equal ones can be shared as one object.
 */
export function findShareable(root: PlanNode): Set<FetchNode> {
  const allWrites = [...writesIn(root, '')]
  const shareable = allWrites.filter((current) => {
    if (current.fetch.inputRewrites || current.fetch.outputRewrites) return false
    const inside = [...current.names].map((key) => `${current.path}/${key}/`)
    const others = allWrites.filter((other) => other !== current).flatMap(({ writes }) => [...writes])
    return !others.some((write) => inside.some((prefix) => write.startsWith(prefix)))
  })
  return new Set(shareable.map(({ fetch }) => fetch))
}

/**
 * The fetches whose target objects hold only leaf fields that are sent, written by a single fetch. Targets with equal representations
 * are equal objects.
 */
export function findUniform(root: PlanNode): Set<FetchNode> {
  const allWrites = [...writesIn(root, '')]
  const uniformFetches = allWrites.filter(({ fetch, path }) => {
    const above = allWrites.filter((other) => other.path !== path && `${path}/`.startsWith(`${other.path}/`))
    const inside = above.map(({ writes }) => [...writes].filter((write) => write.startsWith(`${path}/`)))
    const [held, ...others] = inside.filter((writes) => writes.length > 0)
    if (!held || others.length > 0 || above.some((other) => other.fetch.outputRewrites)) return false
    return fetch.requires && held.every((write) => isSent(fetch, write.slice(path.length + 1)))
  })
  return new Set(uniformFetches.map(({ fetch }) => fetch))
}

function isSent({ requires = [], inputRewrites }: FetchNode, name: string): boolean {
  if (inputRewrites) return false
  return requires.every(
    (part) =>
      part.kind === 'InlineFragment' &&
      part.selections.some((field) => field.kind === 'Field' && !field.selections && responseNameOf(field) === name),
  )
}

/** The paths of everything that a plan fetches, in response names from the root. */
export function fetchedPaths(root: PlanNode | undefined): Set<string> {
  return new Set(root ? [...writesIn(root, '')].flatMap(({ writes }) => [...writes]) : [])
}

/** All fetches of a plan, with the path of their target objects and the paths that they write. */
export function locateFetches(root: PlanNode): Pick<FetchWrites, 'fetch' | 'path' | 'writes'>[] {
  return [...writesIn(root, '')]
}

/** The response names that a fetch writes to its target objects, after its rewrites. */
export function responseNamesOf(fetch: FetchNode): ReadonlySet<string> {
  const renamed = (fetch.outputRewrites ?? []).flatMap((rewrite) =>
    'renameKeyTo' in rewrite ? [rewrite.renameKeyTo] : [],
  )
  return new Set([...writesOf(fetch, '').names, ...renamed])
}

function conflictsOf(current: FetchWrites, allWrites: readonly FetchWrites[]): WriteConflicts {
  const rivals = allWrites.filter((rival) => rival !== current && `${current.path}/`.startsWith(`${rival.path}/`))
  if ([current, ...rivals].some(({ fetch }) => fetch.outputRewrites)) return 'all'
  return new Set([...current.names].filter((key) => rivals.some(({ writes }) => writes.has(`${current.path}/${key}`))))
}

function* writesIn(node: PlanNode, path: string): Generator<FetchWrites> {
  switch (node.kind) {
    case 'Fetch':
      yield writesOf(node, path)
      return
    case 'Flatten':
      yield* writesIn(node.node, [path, ...node.path.filter((element) => element !== '@')].join('/'))
      return
    case 'Sequence':
    case 'Parallel':
      for (const child of node.nodes) yield* writesIn(child, path)
      return
    case 'Condition':
      if (node.ifClause) yield* writesIn(node.ifClause, path)
      if (node.elseClause) yield* writesIn(node.elseClause, path)
  }
}

function writesOf(fetch: FetchNode, path: string): FetchWrites {
  const document = parse(fetch.operation, { noLocation: true })
  const fragments = fragmentsOf(document)
  const selections = getOperationAST(document)?.selectionSet
  const entities = selections?.selections[0]
  const top = fetch.requires && entities?.kind === Kind.FIELD ? entities.selectionSet : selections
  const writes = new Set(top ? pathsIn(top, path, fragments) : [])
  const names = [...writes].filter((write) => !write.slice(path.length + 1).includes('/'))
  return { fetch, path, writes, names: new Set(names.map((key) => key.slice(path.length + 1))) }
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

function pathsIn({ selections }: SelectionSetNode, path: string, fragments: Fragments): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) {
      const at = `${path}/${(selection.alias ?? selection.name).value}`
      return selection.selectionSet ? [at, ...pathsIn(selection.selectionSet, at, fragments)] : [at]
    }
    const part = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    return part ? pathsIn(part.selectionSet, path, fragments) : []
  })
}
