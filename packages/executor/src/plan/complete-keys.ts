import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { keysKey, type Needs } from './requirements.ts'

/**
 * What a fetch requires, with a key in each part of it. Where several selections of one place are fetched at once, the planner may
 * leave a part without any: its entities could not be told from each other.
 */
export function withWholeKeys(
  { serviceName }: FetchNode,
  requires: readonly QueryPlanSelectionNode[],
  { keys }: Needs,
): readonly QueryPlanSelectionNode[] {
  const known = new Set(requires.flatMap((part) => (part.kind === 'InlineFragment' ? pathsIn(part.selections) : [])))
  return requires.map((part) => {
    if (part.kind !== 'InlineFragment' || part.typeCondition === undefined) return part
    const ofType = keys.get(keysKey(serviceName, part.typeCondition)) ?? []
    const own = new Set(pathsIn(part.selections))
    if (ofType.length === 0 || ofType.some((key) => isWithin(key, own))) return part
    const key = ofType.find((one) => isWithin(one, known)) ?? ofType[0] ?? []
    return { ...part, selections: [...part.selections, ...key] }
  })
}

function isWithin(key: readonly QueryPlanSelectionNode[], known: ReadonlySet<string>): boolean {
  return pathsIn(key).every((path) => known.has(path))
}

/** Where in an entity lies what is selected, as paths of field names. */
export function pathsIn(selections: readonly QueryPlanSelectionNode[], above = ''): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return pathsIn(selection.selections, above)
    const path = `${above}.${selection.name}`
    return [path, ...pathsIn(selection.selections ?? [], path)]
  })
}
