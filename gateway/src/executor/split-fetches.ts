import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { parse } from 'graphql'
import { entityFieldsOf, withEntityFields } from './entity-fields.ts'
import { lastOf, type Needs, needKey } from './planner.ts'

/** Fields of one fetch that can be sent one representation, and the response name of each part of it that they require. */
interface Group {
  fields: Set<string>
  held: Map<string, string>
}

/**
 * Says of each fetch under which response names lies what it requires, which the planner leaves out. A fetch whose fields require one
 * field with several arguments is split: a representation has one value by each name. What comes of one runs at once.
 */
export function splitFetches(node: PlanNode, needs: Needs): PlanNode {
  if (needs.size === 0) return node
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
  const document = parse(fetch.operation, { noLocation: true })
  const groups: Group[] = []
  for (const field of entityFieldsOf(document))
    joinGroup(groups, field, needs.get(needKey(fetch.serviceName, field)) ?? new Map())
  const renamed = renamedIn(groups)
  const parts = groups.map((group) => ({
    ...fetch,
    requires: heldOf(requires, { held: group.held, renamed }),
    ...(groups.length > 1 && withEntityFields(document, group.fields)),
  }))
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'Parallel', nodes: parts }
}

function joinGroup(groups: Group[], field: string, wanted: ReadonlyMap<string, string>): void {
  const fitting = groups.find(({ held }) => [...wanted].every(([path, name]) => (held.get(path) ?? name) === name))
  const group = fitting ?? { fields: new Set(), held: new Map() }
  if (!fitting) groups.push(group)
  group.fields.add(field)
  for (const [path, name] of wanted) group.held.set(path, name)
}

/** What is fetched only under other names than its own. */
function renamedIn(groups: readonly Group[]): Set<string> {
  const all = groups.flatMap(({ held }) => [...held])
  const plain = new Set(all.filter(([path, name]) => path === name).map(([path]) => path))
  return new Set(all.map(([path]) => path).filter((path) => !plain.has(path)))
}

interface Holding {
  held: ReadonlyMap<string, string>
  renamed: ReadonlySet<string>
}

function heldOf(selections: readonly QueryPlanSelectionNode[], holding: Holding, above = ''): QueryPlanSelectionNode[] {
  const seen = new Set<string>()
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment')
      return [{ ...selection, selections: heldOf(selection.selections, holding, above) }]
    const path = above === '' ? selection.name : `${above}.${selection.name}`
    const responsePath = holding.held.get(path) ?? (holding.renamed.has(path) ? null : path)
    if (seen.has(path) || responsePath === null) return []
    seen.add(path)
    const inner = selection.selections && { selections: heldOf(selection.selections, holding, path) }
    return [{ ...selection, alias: lastOf(responsePath), ...inner }]
  })
}
