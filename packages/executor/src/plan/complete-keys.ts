import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type Requirements, typeKey } from './requirements.ts'

/**
 * Adds a key to each fragment of a fetch's `requires` that has none. The planner omits keys when it merges several selections at one
 * path into a fetch; without a key, the subgraph cannot identify the entities.
 */
export function completeKeys(
  { serviceName }: FetchNode,
  requires: readonly QueryPlanSelectionNode[],
  { keys }: Requirements,
): readonly QueryPlanSelectionNode[] {
  const paths = new Set(
    requires.flatMap((part) => (part.kind === 'InlineFragment' ? selectionPaths(part.selections) : [])),
  )
  return requires.map((part) => {
    if (part.kind !== 'InlineFragment' || part.typeCondition === undefined) return part
    const ofType = keys.get(typeKey(serviceName, part.typeCondition)) ?? []
    const partPaths = new Set(selectionPaths(part.selections))
    if (ofType.length === 0 || ofType.some((key) => isSelected(key, partPaths))) return part
    const key = ofType.find((one) => isSelected(one, paths)) ?? ofType[0] ?? []
    return { ...part, selections: [...part.selections, ...key] }
  })
}

function isSelected(key: readonly QueryPlanSelectionNode[], paths: ReadonlySet<string>): boolean {
  return selectionPaths(key).every((path) => paths.has(path))
}

/** The paths of all selected fields, such as `.org` and `.org.id`. */
export function selectionPaths(selections: readonly QueryPlanSelectionNode[], above = ''): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return selectionPaths(selection.selections, above)
    const path = `${above}.${selection.name}`
    return [path, ...selectionPaths(selection.selections ?? [], path)]
  })
}
