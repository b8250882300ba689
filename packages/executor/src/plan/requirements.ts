import type { SelectionSet } from '@apollo/federation-internals'
import type { QueryPlanFieldNode } from '@apollo/query-planner'
import type { Edge } from './query-graph.ts'
import { type Reach, reachOf } from './reach.ts'

/** What plans call things. */
export interface Names {
  /** Response names that plans use for what they need themselves. */
  reserved: ReadonlySet<string>
  needs: Needs
  reach: Reach
}

/** What must be sent to subgraphs. */
export interface Needs {
  /** What a field requires: by subgraph, type and field, as `needKey` puts it. Where each part belongs, and under which names it is fetched. */
  fields: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The same as it is selected. */
  selections: ReadonlyMap<string, QueryPlanFieldNode[]>
  /** By subgraph and type: the keys that the subgraph resolves. */
  keys: ReadonlyMap<string, readonly QueryPlanFieldNode[][]>
  /** By subgraph and type: the interfaces that the subgraph knows as objects. */
  objects: ReadonlySet<string>
  /** Whether anything is fetched under another name than its own. */
  isRenaming: boolean
}

/** The place of a field in `Needs.fields`. */
export function needKey(subgraph: string, type: string, field: string): string {
  return `${subgraph} ${type}.${field}`
}

/** The place of a type's keys in `Needs.keys`. */
export function keysKey(subgraph: string, type: string): string {
  return `${subgraph} ${type}`
}

/** What begins the paths of what a subgraph requires that knows an interface as an object: it is required of any type. */
export const anyType = '*'

/** Reads from the planner's graph what its plans call things. */
export function namesIn(edges: readonly Edge[], isInterface: (typename: string) => boolean): Names {
  const fields = new Map<string, ReadonlyMap<string, string>>()
  const selections = new Map<string, QueryPlanFieldNode[]>()
  const keys = new Map<string, QueryPlanFieldNode[][]>()
  for (const { head, tail, transition, _conditions: conditions } of edges) {
    if (!conditions) continue
    const root = isInterface(head.type.name) ? anyType : head.type.name
    if (transition.definition) {
      const key = needKey(head.source, head.type.name, transition.definition.name)
      fields.set(key, namesOf(placesIn(conditions, root)))
      selections.set(key, fieldsOf(conditions))
    }
    if (transition.kind === 'KeyResolution')
      for (const { name } of new Set([head.type, tail.type])) addKey(keys, keysKey(tail.source, name), conditions)
  }
  const isRenaming = [...fields.values()].some((paths) => [...paths].some(([path, name]) => path !== name))
  const objects = new Set(
    edges
      .flatMap(({ head, tail }) => [head, tail])
      .filter(({ type }) => type.kind === 'ObjectType' && isInterface(type.name))
      .map(({ source, type }) => keysKey(source, type.name)),
  )
  return {
    reserved: reservedIn(edges),
    needs: { fields, selections, keys, objects, isRenaming },
    reach: reachOf(edges),
  }
}

function reservedIn(edges: readonly Edge[]): Set<string> {
  const places = edges.flatMap(({ _conditions }) => (_conditions ? placesIn(_conditions, '') : []))
  return new Set(['__typename', ...places.map(({ responsePath }) => lastOf(responsePath))])
}

function namesOf(places: readonly Place[]): Map<string, string> {
  return new Map(places.map(({ path, responsePath }) => [path, responsePath]))
}

function addKey(keys: Map<string, QueryPlanFieldNode[][]>, key: string, conditions: SelectionSet): void {
  const known = keys.get(key) ?? []
  const fields = fieldsOf(conditions)
  if (!known.some((one) => JSON.stringify(one) === JSON.stringify(fields))) known.push(fields)
  keys.set(key, known)
}

function fieldsOf(set: SelectionSet): QueryPlanFieldNode[] {
  return set.selections().flatMap((selection): QueryPlanFieldNode[] => {
    if (selection.kind === 'FragmentSelection') return fieldsOf(selection.selectionSet)
    const inner = selection.selectionSet && { selections: fieldsOf(selection.selectionSet) }
    return [{ kind: 'Field', name: selection.element.name, ...inner }]
  })
}

interface Place {
  /** Names of fields, from the type down. */
  path: string
  responsePath: string
}

function placesIn(set: SelectionSet, root: string): Place[] {
  return placesBelow(set, { path: root, responsePath: root })
}

function placesBelow(set: SelectionSet, above: Place): Place[] {
  return set.selections().flatMap((selection) => {
    if (selection.kind === 'FragmentSelection') return placesBelow(selection.selectionSet, above)
    const { name } = selection.element
    const responsePath = `${above.responsePath}.${selection.element.responseName()}`
    const place = { path: `${above.path}.${name}`, responsePath }
    return [place, ...(selection.selectionSet ? placesBelow(selection.selectionSet, place) : [])]
  })
}

/** The last name of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}
