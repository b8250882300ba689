import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { parse } from 'graphql'
import { pathsIn, withWholeKeys } from './complete-keys.ts'
import { entityFieldsOf, fieldKey, withEntityFields } from './entity-fields.ts'
import { withRequiredFirst } from './order-required.ts'
import { anyType, keysKey, lastOf, type Needs, needKey } from './requirements.ts'
import { type Splitting, splitRewrites } from './split-rewrites.ts'

/** Fields of one fetch that can be sent one representation, and the response name of each part of it that they require. */
interface Group {
  fields: Set<string>
  held: Map<string, string>
}

/**
 * Says of each fetch under which response names lies what it requires, which the planner leaves out. A fetch is split where its fields
 * require one field with several arguments, as a representation has one value by each name; and where its entities are sent as
 * objects of several types. What comes of one runs at once.
 */
export function splitFetches(node: PlanNode, splitting: Splitting): PlanNode {
  const { needs } = splitting
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? atOnce(splitRewrites(splitting, node).map((one) => splitFetch(one, needs))) : node
    case 'Flatten':
      return { ...node, node: splitFetches(node.node, splitting) }
    case 'Sequence':
      return { ...node, nodes: node.nodes.map((child) => splitFetches(child, splitting)) }
    case 'Parallel': {
      const sorted = withRequiredFirst(node, needs)
      return { ...sorted, nodes: sorted.nodes.map((child) => splitFetches(child, splitting)) }
    }
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: splitFetches(node.ifClause, splitting) }),
        ...(node.elseClause && { elseClause: splitFetches(node.elseClause, splitting) }),
      }
    case 'Defer':
      return node
  }
}

function splitFetch(fetch: FetchNode, needs: Needs): PlanNode {
  const requires = withWholeKeys(fetch, fetch.requires ?? [], needs)
  if (!needs.isRenaming) return { ...fetch, requires: [...requires] }
  const document = parse(fetch.operation, { noLocation: true })
  const groups: Group[] = []
  const fields = entityFieldsOf(document)
  for (const { type, name } of fields.filter((field) => field.name !== '__typename')) {
    const wanted = needs.fields.get(needKey(fetch.serviceName, type, name)) ?? new Map<string, string>()
    joinGroup(groups, { fields: new Set([fieldKey(type, name)]), held: new Map(wanted) })
  }
  if (groups.length === 0) return { ...fetch, requires: [...requires] }
  const parts = groups.map((group) => ({
    ...fetch,
    requires: heldOf(requires, { held: group.held, missing: missingIn(groups, group, keysIn(fetch, requires, needs)) }),
    ...(groups.length > 1 && withEntityFields(document, group.fields)),
  }))
  return atOnce(parts)
}

function atOnce(nodes: PlanNode[]): PlanNode {
  return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes }
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
  const fitting = groups.find(({ held }) => [...added.held].every(([path, name]) => (held.get(path) ?? name) === name))
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
  return merged(selections).flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment') {
      const type = above.includes('.') ? above : (selection.typeCondition ?? above)
      return [{ ...selection, selections: heldOf(selection.selections, holding, type) }]
    }
    const path = `${above}.${selection.name}`
    const responsePath = heldUnder(holding, path)
    if (responsePath === null) return []
    const inner = selection.selections && { selections: heldOf(selection.selections, holding, path) }
    return [{ ...selection, alias: lastOf(responsePath), ...inner }]
  })
}

/** Each field once, with all that is selected of it. */
function merged(selections: readonly QueryPlanSelectionNode[]): QueryPlanSelectionNode[] {
  const fields = new Map<string, QueryPlanSelectionNode>()
  for (const selection of selections) {
    const name = selection.kind === 'Field' ? selection.name : `... ${fields.size}`
    const known = fields.get(name)
    fields.set(
      name,
      known?.selections ? { ...known, selections: [...known.selections, ...(selection.selections ?? [])] } : selection,
    )
  }
  return [...fields.values()]
}

/** Under which name something is held, be it required of its type or of any; null when it is not sent. */
function heldUnder({ held, missing }: Holding, path: string): string | null {
  const ofAny = anyType + path.slice(path.indexOf('.'))
  return held.get(path) ?? held.get(ofAny) ?? (missing.has(path) || missing.has(ofAny) ? null : path)
}
