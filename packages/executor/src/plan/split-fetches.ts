import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { parse } from 'graphql'
import { completeKeys, selectionPaths } from './complete-keys.ts'
import { entityFieldsOf, fieldKey, pickEntityFields } from './entity-fields.ts'
import { orderRequired } from './order-required.ts'
import { anyType, lastNameOf, type Requirements, requirementKey, typeKey } from './requirements.ts'
import { type SplitContext, splitRewrites } from './split-rewrites.ts'

/** Fields of one fetch that can share a representation, and the response paths of their requirements. */
interface FieldGroup {
  fields: Set<string>
  responsePaths: Map<string, string>
}

/**
 * Adds to each fetch the aliases of its requirements, which the planner leaves out. A fetch is split when its fields require one field
 * with different arguments, since a representation holds one value per name, or when its entities are sent as several types. The
 * parts run in parallel.
 */
export function splitFetches(node: PlanNode, context: SplitContext): PlanNode {
  const { requirements } = context
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? inParallel(splitRewrites(context, node).map((one) => splitFetch(one, requirements))) : node
    case 'Flatten':
      return { ...node, node: splitFetches(node.node, context) }
    case 'Sequence':
      return { ...node, nodes: node.nodes.map((child) => splitFetches(child, context)) }
    case 'Parallel': {
      const sorted = orderRequired(node, requirements)
      return { ...sorted, nodes: sorted.nodes.map((child) => splitFetches(child, context)) }
    }
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: splitFetches(node.ifClause, context) }),
        ...(node.elseClause && { elseClause: splitFetches(node.elseClause, context) }),
      }
    case 'Defer':
      return node
  }
}

function splitFetch(fetch: FetchNode, requirements: Requirements): PlanNode {
  const requires = completeKeys(fetch, fetch.requires ?? [], requirements)
  if (!requirements.hasAliases) return { ...fetch, requires: [...requires] }
  const document = parse(fetch.operation, { noLocation: true })
  const groups: FieldGroup[] = []
  const fields = entityFieldsOf(document)
  for (const { type, name } of fields.filter((field) => field.name !== '__typename')) {
    const wanted = requirements.fields.get(requirementKey(fetch.serviceName, type, name)) ?? new Map<string, string>()
    addToGroup(groups, { fields: new Set([fieldKey(type, name)]), responsePaths: new Map(wanted) })
  }
  if (groups.length === 0) return { ...fetch, requires: [...requires] }
  const parts = groups.map((group) => ({
    ...fetch,
    requires: aliasSelections(requires, {
      responsePaths: group.responsePaths,
      unsent: unsentPaths(groups, group, keyPathsIn(fetch, requires, requirements)),
    }),
    ...(groups.length > 1 && pickEntityFields(document, group.fields)),
  }))
  return inParallel(parts)
}

function inParallel(nodes: PlanNode[]): PlanNode {
  return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'Parallel', nodes }
}

/** The paths of all keys of the required types. */
function keyPathsIn(
  { serviceName }: FetchNode,
  requires: readonly QueryPlanSelectionNode[],
  { keys }: Requirements,
): ReadonlySet<string> {
  const paths = requires.flatMap((part) => {
    if (part.kind !== 'InlineFragment' || part.typeCondition === undefined) return []
    const type = part.typeCondition
    const ofType = keys.get(typeKey(serviceName, type)) ?? []
    return ofType.flatMap((key) => [...selectionPaths(key, type), ...selectionPaths(key, anyType)])
  })
  return new Set(paths)
}

function addToGroup(groups: FieldGroup[], added: FieldGroup): void {
  const compatible = groups.find(({ responsePaths }) =>
    [...added.responsePaths].every(([path, name]) => (responsePaths.get(path) ?? name) === name),
  )
  if (!compatible) return void groups.push(added)
  for (const field of added.fields) compatible.fields.add(field)
  for (const [path, name] of added.responsePaths) compatible.responsePaths.set(path, name)
}

/** The requirements of other groups that this one does not send. */
function unsentPaths(groups: readonly FieldGroup[], group: FieldGroup, keys: ReadonlySet<string>): Set<string> {
  const all = groups.flatMap(({ responsePaths }) => [...responsePaths.keys()])
  return new Set(all.filter((path) => !group.responsePaths.has(path) && !keys.has(path)))
}

interface SentPaths {
  responsePaths: ReadonlyMap<string, string>
  unsent: ReadonlySet<string>
}

function aliasSelections(
  selections: readonly QueryPlanSelectionNode[],
  sent: SentPaths,
  above = anyType,
): QueryPlanSelectionNode[] {
  return mergeSelections(selections).flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment') {
      const type = above.includes('.') ? above : (selection.typeCondition ?? above)
      return [{ ...selection, selections: aliasSelections(selection.selections, sent, type) }]
    }
    const path = `${above}.${selection.name}`
    const responsePath = responsePathOf(sent, path)
    if (responsePath === null) return []
    const inner = selection.selections && { selections: aliasSelections(selection.selections, sent, path) }
    return [{ ...selection, alias: lastNameOf(responsePath), ...inner }]
  })
}

/** Merges selections of the same field. */
function mergeSelections(selections: readonly QueryPlanSelectionNode[]): QueryPlanSelectionNode[] {
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

/** The response path of a required field; null when it is not sent. */
function responsePathOf({ responsePaths, unsent }: SentPaths, path: string): string | null {
  const anyTypePath = anyType + path.slice(path.indexOf('.'))
  return (
    responsePaths.get(path) ??
    responsePaths.get(anyTypePath) ??
    (unsent.has(path) || unsent.has(anyTypePath) ? null : path)
  )
}
