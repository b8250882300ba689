import type { FetchNode, ParallelNode, PlanNode, QueryPlanFieldNode, SequenceNode } from '@apollo/query-planner'
import { parse } from 'graphql'
import { entityFieldsOf } from './entity-fields.ts'
import { type Needs, needKey } from './requirements.ts'

/** A fetch of entities among others that run at once. */
interface Entities {
  node: PlanNode
  fetch: FetchNode
  place: string
  fields: ReturnType<typeof entityFieldsOf>
}

/**
 * Runs first what others of these fetches require. Where a requirement leads back to a subgraph that it came from, the planner fetches
 * what that requires in its turn, but neither waits for it nor sends it.
 */
export function withRequiredFirst(node: ParallelNode, needs: Needs): ParallelNode | SequenceNode {
  if (needs.fields.size === 0) return node
  const all = node.nodes.flatMap(entitiesIn)
  const late = new Map<PlanNode, PlanNode>()
  for (const one of all) {
    const unmet = unmetOf(one, needs)
    const others = all.filter((other) => other !== one && other.place === one.place && !late.has(other.node))
    const fetched = new Set(others.flatMap(({ fields }) => fields.map(({ name }) => name)))
    const sent = unmet.filter(({ field }) => fetched.has(field.name))
    if (sent.length > 0) late.set(one.node, sending(one, sent))
  }
  if (late.size === 0) return node
  const early = node.nodes.filter((child) => !late.has(child))
  return { kind: 'Sequence', nodes: [atOnce(early), atOnce([...late.values()])] }
}

function atOnce(nodes: PlanNode[]): PlanNode {
  return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes }
}

function entitiesIn(node: PlanNode): Entities[] {
  if (node.kind !== 'Flatten' || node.node.kind !== 'Fetch' || !node.node.requires) return []
  const fields = entityFieldsOf(parse(node.node.operation, { noLocation: true }))
  return [{ node, fetch: node.node, place: node.path.join('.'), fields }]
}

interface Unmet {
  type: string
  field: QueryPlanFieldNode
}

/** What fields of a fetch require, and it does not send. */
function unmetOf({ fetch, fields }: Entities, { selections }: Needs): Unmet[] {
  return fields.flatMap(({ type, name }) =>
    (selections.get(needKey(fetch.serviceName, type, name)) ?? [])
      .filter((field) => !isSent(fetch, type, field.name))
      .map((field) => ({ type, field })),
  )
}

function isSent({ requires = [] }: FetchNode, type: string, name: string): boolean {
  return requires.some(
    (part) =>
      part.kind === 'InlineFragment' &&
      part.typeCondition === type &&
      part.selections.some((selection) => selection.kind === 'Field' && selection.name === name),
  )
}

function sending({ node, fetch }: Entities, unmet: readonly Unmet[]): PlanNode {
  const requires = (fetch.requires ?? []).map((part) => {
    if (part.kind !== 'InlineFragment') return part
    const added = unmet.filter(({ type }) => type === part.typeCondition).map(({ field }) => field)
    return { ...part, selections: [...part.selections, ...added] }
  })
  return node.kind === 'Flatten' ? { ...node, node: { ...fetch, requires } } : node
}
