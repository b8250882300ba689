import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { parse } from 'graphql'
import { entityFieldsOf, withEntityFields } from './entity-fields.ts'
import { lastOf, type Needs, needKey } from './planner.ts'

/** Fields of one fetch that can be sent one representation, and the response name of each part of it that they require. */
interface Group {
  fields: Set<string>
  held: Map<string, string>
  /** Empty, or what all of its fields require: they may be skipped, and then there is nothing of it. */
  condition: string
}

/**
 * Says of each fetch under which response names lies what it requires, which the planner leaves out. A fetch is split where its fields
 * require one field with several arguments, as a representation has one value by each name; and where some of them may be skipped,
 * as what only those require is skipped with them, and nothing is sent of an entity that lacks it. What comes of one runs at once.
 */
export function splitFetches(node: PlanNode, needs: Needs): PlanNode {
  if (needs.fields.size === 0) return node
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? splitFetch(node, node.requires, needs) : node
    case 'Flatten':
      return { ...node, node: splitFetches(node.node, needs) }
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((child) => splitFetches(child, needs)) }
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: splitFetches(node.ifClause, needs) }),
        ...(node.elseClause && { elseClause: splitFetches(node.elseClause, needs) }),
      }
    case 'Defer':
      return node
  }
}

function splitFetch(fetch: FetchNode, requires: readonly QueryPlanSelectionNode[], needs: Needs): PlanNode {
  if (!needs.isRenaming && !fetch.operation.includes('@')) return fetch
  const document = parse(fetch.operation, { noLocation: true })
  const groups: Group[] = []
  for (const [field, isConditional] of entityFieldsOf(document)) {
    const wanted = needs.fields.get(needKey(fetch.serviceName, field)) ?? new Map<string, string>()
    const condition = isConditional && wanted.size > 0 ? [...wanted].sort().join() : ''
    joinGroup(groups, { fields: new Set([field]), held: new Map(wanted), condition })
  }
  const keys = needs.keys.get(fetch.serviceName) ?? new Set<string>()
  const parts = groups.map((group) => ({
    ...fetch,
    requires: heldOf(requires, { held: group.held, missing: missingIn(groups, group, keys) }),
    ...(groups.length > 1 && withEntityFields(document, group.fields)),
  }))
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'Parallel', nodes: parts }
}

function joinGroup(groups: Group[], added: Group): void {
  const fitting = groups.find(
    ({ held, condition }) =>
      condition === added.condition && [...added.held].every(([path, name]) => (held.get(path) ?? name) === name),
  )
  if (!fitting) return void groups.push(added)
  for (const field of added.fields) fitting.fields.add(field)
  for (const [path, name] of added.held) fitting.held.set(path, name)
}

/** What the other groups require, and this one is not sent. */
function missingIn(groups: readonly Group[], group: Group, keys: ReadonlySet<string>): Set<string> {
  const all = groups.flatMap(({ held }) => [...held.keys()])
  return new Set(all.filter((path) => !group.held.has(path) && !keys.has(path)))
}

interface Holding {
  held: ReadonlyMap<string, string>
  missing: ReadonlySet<string>
}

function heldOf(selections: readonly QueryPlanSelectionNode[], holding: Holding, above = ''): QueryPlanSelectionNode[] {
  const seen = new Set<string>()
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment')
      return [{ ...selection, selections: heldOf(selection.selections, holding, above) }]
    const path = above === '' ? selection.name : `${above}.${selection.name}`
    const responsePath = holding.held.get(path) ?? (holding.missing.has(path) ? null : path)
    if (seen.has(path) || responsePath === null) return []
    seen.add(path)
    const inner = selection.selections && { selections: heldOf(selection.selections, holding, path) }
    return [{ ...selection, alias: lastOf(responsePath), ...inner }]
  })
}
