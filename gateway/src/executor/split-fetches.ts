import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { parse } from 'graphql'
import { entityFieldsOf, fieldKey, withEntityFields } from './entity-fields.ts'
import { anyType, keysKey, lastOf, type Needs, needKey } from './needs.ts'
import { withRequiredFirst } from './required-first.ts'
import { pathsIn, withWholeKeys } from './whole-keys.ts'

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
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? splitFetch(node, node.requires, needs) : node
    case 'Flatten':
      return { ...node, node: splitFetches(node.node, needs) }
    case 'Sequence':
      return { ...node, nodes: node.nodes.map((child) => splitFetches(child, needs)) }
    case 'Parallel': {
      const sorted = withRequiredFirst(node, needs)
      return { ...sorted, nodes: sorted.nodes.map((child) => splitFetches(child, needs)) }
    }
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

function splitFetch(fetch: FetchNode, required: readonly QueryPlanSelectionNode[], needs: Needs): PlanNode {
  const requires = withWholeKeys(fetch, required, needs)
  const isSplittable = needs.isRenaming || (needs.fields.size > 0 && fetch.operation.includes('@'))
  if (!isSplittable) return { ...fetch, requires: [...requires] }
  const document = parse(fetch.operation, { noLocation: true })
  const groups: Group[] = []
  const fields = entityFieldsOf(document)
  for (const { type, name, isConditional } of fields.filter((field) => field.name !== '__typename')) {
    const wanted = needs.fields.get(needKey(fetch.serviceName, type, name)) ?? new Map<string, string>()
    const condition = isConditional && wanted.size > 0 ? [...wanted].sort().join() : ''
    joinGroup(groups, { fields: new Set([fieldKey(type, name)]), held: new Map(wanted), condition })
  }
  if (groups.length === 0) return { ...fetch, requires: [...requires] }
  const parts = groups.map((group) => ({
    ...fetch,
    requires: heldOf(requires, { held: group.held, missing: missingIn(groups, group, keysIn(fetch, requires, needs)) }),
    ...(groups.length > 1 && withEntityFields(document, group.fields)),
  }))
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'Parallel', nodes: parts }
}

/** The keys of all that is required, as paths. */
function keysIn(
  { serviceName }: FetchNode,
  requires: readonly QueryPlanSelectionNode[],
  { keys }: Needs,
): ReadonlySet<string> {
  const paths = requires.flatMap((part) => {
    if (part.kind !== 'InlineFragment' || part.typeCondition === undefined) return []
    const type = part.typeCondition
    const ofType = keys.get(keysKey(serviceName, type)) ?? []
    return ofType.flatMap((key) => [...pathsIn(key, type), ...pathsIn(key, anyType)])
  })
  return new Set(paths)
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

function heldOf(
  selections: readonly QueryPlanSelectionNode[],
  holding: Holding,
  above = anyType,
): QueryPlanSelectionNode[] {
  const seen = new Set<string>()
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment') {
      const type = above.includes('.') ? above : (selection.typeCondition ?? above)
      return [{ ...selection, selections: heldOf(selection.selections, holding, type) }]
    }
    const path = `${above}.${selection.name}`
    const responsePath = heldUnder(holding, path)
    if (seen.has(path) || responsePath === null) return []
    seen.add(path)
    const inner = selection.selections && { selections: heldOf(selection.selections, holding, path) }
    return [{ ...selection, alias: lastOf(responsePath), ...inner }]
  })
}

/** Under which name something is held, be it required of its type or of any; null when it is not sent. */
function heldUnder({ held, missing }: Holding, path: string): string | null {
  const ofAny = anyType + path.slice(path.indexOf('.'))
  return held.get(path) ?? held.get(ofAny) ?? (missing.has(path) || missing.has(ofAny) ? null : path)
}
