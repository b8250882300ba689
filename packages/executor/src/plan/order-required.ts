import type { FetchNode, ParallelNode, PlanNode, QueryPlanFieldNode, SequenceNode } from '@apollo/query-planner'
import { parse } from 'graphql'
import { entityFieldsOf } from './entity-fields.ts'
import { type Requirements, requirementKey } from './requirements.ts'

/** An entity fetch of a parallel node. */
interface EntityFetch {
  node: PlanNode
  fetch: FetchNode
  place: string
  fields: ReturnType<typeof entityFieldsOf>
}

/**
 * Runs fetches after those of the same node that fetch their requirements, and sends these. When a chain of requirements returns to
 * a subgraph, the planner fetches the requirements but neither waits for them nor sends them.
 */
export function orderRequired(node: ParallelNode, requirements: Requirements): ParallelNode | SequenceNode {
  if (requirements.fields.size === 0) return node
  const all = node.nodes.flatMap(entityFetchesIn)
  const delayed = new Map<PlanNode, PlanNode>()
  for (const one of all) {
    const unmet = findUnmet(one, requirements)
    const others = all.filter((other) => other !== one && other.place === one.place && !delayed.has(other.node))
    const fetched = new Set(others.flatMap(({ fields }) => fields.map(({ name }) => name)))
    const sent = unmet.filter(({ field }) => fetched.has(field.name))
    if (sent.length > 0) delayed.set(one.node, addRequires(one, sent))
  }
  if (delayed.size === 0) return node
  const first = node.nodes.filter((child) => !delayed.has(child))
  return { kind: 'Sequence', nodes: [inParallel(first), inParallel([...delayed.values()])] }
}

function inParallel(nodes: PlanNode[]): PlanNode {
  return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes }
}

function entityFetchesIn(node: PlanNode): EntityFetch[] {
  if (node.kind !== 'Flatten' || node.node.kind !== 'Fetch' || !node.node.requires) return []
  const fields = entityFieldsOf(parse(node.node.operation, { noLocation: true }))
  return [{ node, fetch: node.node, place: node.path.join('.'), fields }]
}

interface UnmetRequirement {
  type: string
  field: QueryPlanFieldNode
}

/** The requirements of a fetch's fields that it does not send. */
function findUnmet({ fetch, fields }: EntityFetch, { selections }: Requirements): UnmetRequirement[] {
  return fields.flatMap(({ type, name }) =>
    (selections.get(requirementKey(fetch.serviceName, type, name)) ?? [])
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

function addRequires({ node, fetch }: EntityFetch, unmet: readonly UnmetRequirement[]): PlanNode {
  const requires = (fetch.requires ?? []).map((part) => {
    if (part.kind !== 'InlineFragment') return part
    const added = unmet.filter(({ type }) => type === part.typeCondition).map(({ field }) => field)
    return { ...part, selections: [...part.selections, ...added] }
  })
  return node.kind === 'Flatten' ? { ...node, node: { ...fetch, requires } } : node
}
