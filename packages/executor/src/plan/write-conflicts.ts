import type { FetchNode, PlanNode } from '@apollo/query-planner'
import { type FragmentDefinitionNode, Kind, parse, type SelectionSetNode } from 'graphql'
import type { Contended } from '../run/merge.ts'
import { responseNameOf } from '../run/project.ts'

interface Writer {
  fetch: FetchNode
  path: string
  /** The top-level response names it writes. */
  keys: ReadonlySet<string>
  /** Everything it writes, as paths from the root. */
  writes: ReadonlySet<string>
}

/**
 * For each fetch, the response names at its path that some other fetch from there or from above writes too. Their values
 * may come to differ between objects that had equal representations, so these are not shared.
 */
export function findContended(root: PlanNode): Map<FetchNode, Contended> {
  const writers = [...writersIn(root, '')]
  return new Map(writers.map((writer) => [writer.fetch, contendedBy(writer, writers)]))
}

/**
 * The fetches whose objects no other fetch writes into. Where several of them are equal, their answers can lie at the places of all, as
 * one object.
 */
export function findClosed(root: PlanNode): Set<FetchNode> {
  const writers = [...writersIn(root, '')]
  const closed = writers.filter((writer) => {
    if (writer.fetch.inputRewrites || writer.fetch.outputRewrites) return false
    const inside = [...writer.keys].map((key) => `${writer.path}/${key}/`)
    const others = writers.filter((other) => other !== writer).flatMap(({ writes }) => [...writes])
    return !others.some((write) => inside.some((prefix) => write.startsWith(prefix)))
  })
  return new Set(closed.map(({ fetch }) => fetch))
}

/**
 * The fetches whose objects hold nothing yet but leaves that they send, from one fetch above, and get nothing else from above: where
 * these are equal, all is.
 */
export function findUniform(root: PlanNode): Set<FetchNode> {
  const writers = [...writersIn(root, '')]
  const uniform = writers.filter(({ fetch, path }) => {
    const above = writers.filter((other) => other.path !== path && `${path}/`.startsWith(`${other.path}/`))
    const inside = above.map(({ writes }) => [...writes].filter((write) => write.startsWith(`${path}/`)))
    const [held, ...others] = inside.filter((writes) => writes.length > 0)
    if (!held || others.length > 0 || above.some((other) => other.fetch.outputRewrites)) return false
    return fetch.requires && held.every((write) => isSent(fetch, write.slice(path.length + 1)))
  })
  return new Set(uniform.map(({ fetch }) => fetch))
}

function isSent({ requires = [], inputRewrites }: FetchNode, name: string): boolean {
  if (inputRewrites) return false
  return requires.every(
    (part) =>
      part.kind === 'InlineFragment' &&
      part.selections.some((field) => field.kind === 'Field' && !field.selections && responseNameOf(field) === name),
  )
}

/** Everything that a plan fetches, as paths of response names from the root. */
export function fetchedBy(root: PlanNode | undefined): Set<string> {
  return new Set(root ? [...writersIn(root, '')].flatMap(({ writes }) => [...writes]) : [])
}

/** All fetches of a plan. */
export function fetchesIn(root: PlanNode): FetchNode[] {
  return [...writersIn(root, '')].map(({ fetch }) => fetch)
}

/** All fetches of a plan, with the paths of the objects that they are for and of what they bring. */
export function fetchesAt(root: PlanNode): Pick<Writer, 'fetch' | 'path' | 'writes'>[] {
  return [...writersIn(root, '')]
}

/** The response names that a fetch brings to the objects at its path, as they are after its rewrites. */
export function keysOf(fetch: FetchNode): ReadonlySet<string> {
  const renamed = (fetch.outputRewrites ?? []).flatMap((rewrite) =>
    'renameKeyTo' in rewrite ? [rewrite.renameKeyTo] : [],
  )
  return new Set([...writerOf(fetch, '').keys, ...renamed])
}

function contendedBy(writer: Writer, writers: readonly Writer[]): Contended {
  const rivals = writers.filter((rival) => rival !== writer && `${writer.path}/`.startsWith(`${rival.path}/`))
  if ([writer, ...rivals].some(({ fetch }) => fetch.outputRewrites)) return 'all'
  return new Set([...writer.keys].filter((key) => rivals.some(({ writes }) => writes.has(`${writer.path}/${key}`))))
}

function* writersIn(node: PlanNode, path: string): Generator<Writer> {
  switch (node.kind) {
    case 'Fetch':
      yield writerOf(node, path)
      return
    case 'Flatten':
      yield* writersIn(node.node, [path, ...node.path.filter((element) => element !== '@')].join('/'))
      return
    case 'Sequence':
    case 'Parallel':
      for (const child of node.nodes) yield* writersIn(child, path)
      return
    case 'Condition':
      if (node.ifClause) yield* writersIn(node.ifClause, path)
      if (node.elseClause) yield* writersIn(node.elseClause, path)
  }
}

function writerOf(fetch: FetchNode, path: string): Writer {
  const document = parse(fetch.operation, { noLocation: true })
  const fragments = new Map<string, FragmentDefinitionNode>()
  let selections: SelectionSetNode | undefined
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
    if (node.kind === Kind.OPERATION_DEFINITION) selections = node.selectionSet
  }
  const entities = selections?.selections[0]
  const top = fetch.requires && entities?.kind === Kind.FIELD ? entities.selectionSet : selections
  const writes = new Set(top ? pathsIn(top, path, fragments) : [])
  const keys = [...writes].filter((write) => !write.slice(path.length + 1).includes('/'))
  return { fetch, path, writes, keys: new Set(keys.map((key) => key.slice(path.length + 1))) }
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
